"""Who may ask what: legal queries are answered, attacks get nothing, and an open gate would be noticed."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from dashboards.queries import all_queries
from infra.clickhouse.gate import grants
from infra.clickhouse.gate.roles import ROLES
from schemas.names import DatabaseUser, Table, View
from streams.connections import connect
from streams.sinks import asked, silence

from .assault import breaches
from .corpus import attacks, legal
from .mutants import Mutator
from .places import CANARY, Place, place

pytestmark = pytest.mark.stack

SEED = 20_260_301
MUTANTS = 400
ANALYST = DatabaseUser.ANALYST


@pytest.fixture(scope="module")
def home() -> Iterator[Place]:
    """A set-up database with canaries in it."""
    with place() as made:
        yield made


def test_legal_queries_work_through_clickhouse_connect(home: Place) -> None:
    queries = dict(legal(home.words()))
    assert len(queries) >= 40
    with connect(home.settings, ANALYST) as client:
        for name, sql in queries.items():
            assert client.query(sql).column_names, name


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_legal_queries_work_through_curl(home: Place) -> None:
    settings = home.settings
    user, password = settings.clickhouse_login(ANALYST)
    scheme = "https" if settings.clickhouse_secure else "http"
    address = f"{scheme}://{settings.clickhouse_host}:{settings.clickhouse_port}/"
    command = ["curl", "-sS", "--fail-with-body", "-u", f"{user}:{password}", "--data-binary", "@-"]
    for name, sql in legal(home.words()):
        asked = subprocess.run(
            [*command, f"{address}?database={settings.clickhouse_database}"],
            input=sql,
            capture_output=True,
            text=True,
        )
        assert asked.returncode == 0, f"{name}: {asked.stdout}"


def test_the_rights_for_a_server_are_such_as_the_engine_reads(home: Place) -> None:
    """The embedded engine takes no users; it has a server's parser and its list of settings."""
    written = list(grants.statements(home.settings.clickhouse_database, dict.fromkeys(ROLES, "secret")))
    with connect(home.settings, DatabaseUser.ADMIN) as client:
        for sql in written:
            assert client.command("SELECT formatQuery({sql:String})", {"sql": sql})
        known = {name for (name,) in client.query("SELECT name FROM system.settings").result_rows}
    profiles = " ".join(sql for sql in written if sql.startswith("CREATE SETTINGS PROFILE"))
    named = set(re.findall(r"(?:` SETTINGS|,) (\w+)", profiles)) | grants.VIEWS_RUN_AS_THEIR_MAKER.keys()
    assert named <= known


def test_values_settings_and_formats_go_with_a_query(home: Place) -> None:
    with connect(home.settings, ANALYST) as client:
        query = (
            "SELECT {level:String} AS level, arraySort({many:Array(Float64)}) AS many"
            " FROM v_bond_at(at = {at:DateTime64(3)}, known_by = now64(3), model = 'bond-1', person = '')"
            " LIMIT 1"
        )
        parameters = {"level": "it's; DROP", "many": [2.0, 1.0], "at": "2026-03-01 00:00:00"}
        settings = {"max_threads": 1, "max_execution_time": 5}
        assert client.query(query, parameters, settings).result_rows == [("it's; DROP", [1.0, 2.0])]
        assert client.query_arrow("SELECT level, bond_index FROM v_bonds").column_names == [
            "level",
            "bond_index",
        ]
        assert list(client.query_df("SELECT level, count() AS people FROM v_bonds GROUP BY level").columns)
    for form in ("CSVWithNames", "JSONEachRow", "Parquet", "PrettyCompact"):
        assert home.ask(ANALYST, f"SELECT 1 AS one FORMAT {form}")[0] == 200, form


def test_every_query_of_the_dashboard_is_within_its_reach(home: Place) -> None:
    for name, sql in all_queries().items():
        _, answer = home.ask(DatabaseUser.DASHBOARD, sql)
        # Without values for its parameters a query goes no further than the gate.
        assert "(ACCESS_DENIED)" not in answer, f"{name}: {answer}"


def test_every_query_of_a_worker_is_within_its_reach(home: Place) -> None:
    written = [*vars(asked).values(), *vars(silence).values()]
    queries = [each for each in written if isinstance(each, str) and "SELECT " in each]
    assert len(queries) >= 10
    for sql in queries:
        _, answer = home.ask(DatabaseUser.WRITER, sql)
        assert "(ACCESS_DENIED)" not in answer, f"{sql}: {answer}"


def test_every_view_can_be_read_and_every_other_table_cannot(home: Place) -> None:
    every = home.ask(DatabaseUser.ADMIN, "SELECT name FROM system.tables WHERE database = currentDatabase()")
    for table in every[1].split():
        status, answer = home.ask(ANALYST, f"SELECT * FROM {table} LIMIT 0")
        is_published = table in set(View)
        assert is_published == ("(ACCESS_DENIED)" not in answer), f"{table}: {answer}"
        # Views with parameters want their values.
        assert status == 200 or not is_published or "(EMPTY_LIST_OF_COLUMNS_QUERIED)" in answer, answer


def test_metadata_tell_of_views_alone(home: Place) -> None:
    for sql in (
        "SELECT name FROM system.tables",
        "SELECT DISTINCT table FROM system.columns",
        "SHOW TABLES",
        "SELECT table_name FROM information_schema.tables",
        "SELECT t.name FROM system.tables AS t LEFT JOIN system.columns AS c ON c.table = t.name",
        "SELECT name FROM (SELECT * FROM system.tables UNION ALL SELECT * FROM system.tables)",
    ):
        status, names = home.ask(ANALYST, sql)
        assert status == 200, names
        assert set(names.split()) <= set(View), sql
    assert home.ask(ANALYST, "SHOW DATABASES")[1].split() == [home.settings.clickhouse_database]


def test_every_attack_is_refused_and_gets_nothing(home: Place) -> None:
    corpus = attacks(home.words())
    assert len(corpus) >= 150
    answered = [sql for sql, parameters in corpus if home.ask(ANALYST, sql, parameters)[0] == 200]
    assert answered == []
    assert list(breaches(home, corpus, ANALYST)) == []


def test_mutants_of_queries_and_attacks_get_nothing(home: Place) -> None:
    mutants = [(sql, {}) for sql in Mutator(home.words()).mutants(SEED, MUTANTS)]
    assert list(breaches(home, mutants, ANALYST)) == []
    answered = sum(home.ask(ANALYST, sql)[0] == 200 for sql, _ in mutants[:100])
    assert 0 < answered < 100, "some must be legal, or nothing is tried"


def test_the_same_statements_let_the_canaries_out_of_an_open_gate(home: Place) -> None:
    """The control: what is asked can be had, by somebody who may.  Only reading, so that nothing is lost."""
    bounds = {"readonly": "2", "http_max_tries": "1", "max_execution_time": "3"}
    corpus = [sql for sql, parameters in attacks(home.words()) if not parameters]
    mutants = Mutator(home.words()).mutants(SEED, MUTANTS)
    some = [(sql, bounds) for sql in [*corpus, *mutants] if _would_get_out(sql)]
    found = [breach.what for breach in breaches(home, some, DatabaseUser.ADMIN)]
    assert found.count("the canary") >= 15
    assert "a connection" in found


def _would_get_out(sql: str) -> bool:
    return re.match(r"SELECT (?!.*(OUTFILE|loop|SETTINGS))", sql) is not None and bool(
        re.search(r"FROM (rejected|hidden\w*|file\(|url\()", sql)
    )


def test_a_write_of_the_administrator_is_noticed(home: Place) -> None:
    writes = [("INSERT INTO held (reason) SELECT 'x'", {})]
    assert [breach.what for breach in breaches(home, writes, DatabaseUser.ADMIN)] == [
        "a write, by one of these"
    ]


@pytest.mark.parametrize("user", [DatabaseUser.DASHBOARD, DatabaseUser.WRITER])
def test_no_part_of_the_stack_may_more_than_it_needs(home: Place, user: DatabaseUser) -> None:
    others = [
        "CREATE TABLE t (a Int8) ENGINE = Memory",
        "DROP TABLE journal",
        "ALTER TABLE journal DELETE WHERE 1",
        f"SELECT * FROM {home.hidden}.kept",
        f"SELECT file('{home.canary_file}')",
        "INSERT INTO v_bonds (person_id) VALUES (1)",
        "SYSTEM FLUSH LOGS",
    ]
    if user == DatabaseUser.DASHBOARD:
        others += [f"SELECT * FROM {table}" for table in Table]
        others += ['INSERT INTO rejected FORMAT JSONEachRow {"value": "x"}']
    for sql in others:
        status, answer = home.ask(user, sql)
        assert (status, CANARY in answer) == (403, False), f"{sql}: {answer}"


def test_a_worker_may_write_and_read_its_tables(home: Place) -> None:
    row = '{"kafka_topic": "t", "kafka_offset": 9, "reason": "x"}'
    assert home.ask(DatabaseUser.WRITER, f"INSERT INTO held FORMAT JSONEachRow {row}")[0] == 200
    assert home.ask(DatabaseUser.WRITER, "SELECT count() FROM held WHERE kafka_offset = 9")[1] == "1\n"


def test_who_is_not_known_gets_nothing(home: Place) -> None:
    for user, password in (
        ("default", ""),
        ("", ""),
        (ANALYST, ""),
        (ANALYST, "wrong"),
        ("nobody", "x"),
        (f"{ANALYST}\x00", "x"),
    ):
        login = home.settings.model_copy(update={"clickhouse_username": user or "default"})
        stranger = Place(login, home.canary_file, home.out_file, home.hidden, home.doors)
        login.clickhouse_password = type(login.clickhouse_password)(password)
        status, answer = stranger.ask(ANALYST, "SELECT 1")
        assert (status, "AUTHENTICATION_FAILED" in answer) == (403, True), user


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (
            "SELECT count() FROM numbers(499000000) WHERE sipHash128(number, rand()) = ''"
            " SETTINGS max_execution_time = 1",
            "159",
        ),
        ("SELECT groupArray(number) FROM numbers(400000000)", "241"),
        ("SELECT number FROM numbers(3000000) FORMAT Null SETTINGS max_result_rows = 0", "396"),
        ("SELECT sum(number) FROM numbers(600000000)", "158"),
    ],
)
def test_a_query_that_takes_too_much_ends_by_its_limit(home: Place, sql: str, code: str) -> None:
    assert home.ask(ANALYST, sql)[1].startswith(f"Code: {code}."), code


def test_limits_can_be_lowered_and_not_raised(home: Place) -> None:
    with connect(home.settings, ANALYST) as client:
        with pytest.raises(DatabaseError, match="TOO_MANY_ROWS_OR_BYTES"):
            client.query("SELECT * FROM numbers(10)", settings={"max_result_rows": 5})
        with pytest.raises(DatabaseError, match="TOO_MANY_ROWS"):
            client.query("SELECT sum(number) FROM numbers(600000000)", settings={"max_rows_to_read": 0})


SLOW = (
    "SELECT max(intHash64(a * b)) FROM (SELECT arrayJoin(range(2000)) AS a) AS x"
    " CROSS JOIN (SELECT arrayJoin(range(60000)) AS b) AS y"
)
RUNNING = """
SELECT count() FROM system.processes WHERE query LIKE 'SELECT max(intHash64%'
"""


def test_so_many_queries_of_analysts_run_at_once_and_the_next_wait(home: Place) -> None:
    at_once = ROLES[ANALYST].queries_at_once

    def ask() -> int:
        with connect(home.settings, ANALYST) as client:
            return client.query(SLOW).row_count

    with ThreadPoolExecutor(2 * at_once) as analysts, connect(home.settings, DatabaseUser.ADMIN) as admin:
        asked_for = [analysts.submit(ask) for _ in range(2 * at_once)]
        running = set[int]()
        while not all(answer.done() for answer in asked_for):
            running.add(admin.command(RUNNING))
        assert [answer.result() for answer in asked_for] == [1] * len(asked_for)
    assert max(running) == at_once
