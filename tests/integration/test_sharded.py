"""Tables of a cluster, in an engine that is its only node: sharded, with tables in front, and the views.

What needs other nodes is left out: a statement `ON CLUSTER` would wait for those who take it from a queue,
and a replica would take no row before it had found the others. So these words and the replication are taken
out of the statements, but for one test that the engine makes the replicas.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import clickhouse_connect
import pytest
import seed
from clickhouse_connect.driver.client import Client
from stack import engine_place, running_engine, scratch_folder

from infra.cluster import SHARD, Addressed, on_cluster
from infra.migrate import migrate
from infra.migration_files import FOLDER, fill, read_migrations
from infra.setup import insert_catalogue, insert_models, insert_rules
from schemas.catalogue import load_catalogue
from schemas.names import Table, View
from streams.alerts.rules import load_rules
from streams.connections import ON_CLUSTER

pytestmark = pytest.mark.stack

CUSTOMERS = 8
PARAMETER = re.compile(r"\{\w+:[A-Z]")
VALUES = {"time_zone": "UTC"}
CLUSTER = "north"
REPLICATED = re.compile(r"Replicated(\w+)\('/clickhouse/tables/[^']*', '[^']*'(?:, )?")
CONFIGURATION = """<clickhouse>
<zookeeper><implementation>testkeeper</implementation></zookeeper>
<tcp_port>9000</tcp_port>
<remote_servers><north><shard><internal_replication>true</internal_replication>
<replica><host>127.0.0.1</host><port>9000</port></replica></shard></north></remote_servers>
<user_directories><users_xml><path>{users}</path></users_xml></user_directories>
</clickhouse>"""
USERS = """<clickhouse>
<users><default><password></password><networks><ip>::/0</ip></networks>
<profile>default</profile><quota>default</quota></default></users>
<profiles><default></default></profiles><quotas><default></default></quotas>
</clickhouse>"""
"""No port is opened: by its number the node knows itself."""


@pytest.fixture(scope="module")
def node() -> Iterator[tuple[str, int]]:
    """An engine that is the only node of a cluster."""
    with scratch_folder() as folder:
        users, configuration = folder / "users.xml", folder / "config.xml"
        users.write_text(USERS)
        configuration.write_text(CONFIGURATION.format(users=users))
        place = replace(engine_place(folder), configuration=configuration)
        with running_engine(place):
            yield place.host, place.port


@contextmanager
def opened(node: tuple[str, int], database: str, settings: dict[str, object] | None = None):
    host, port = node
    with clickhouse_connect.get_client(
        host=host, port=port, database=database, settings=settings, autogenerate_session_id=False
    ) as client:
        yield client


@pytest.fixture(scope="module")
def single(node: tuple[str, int]) -> Iterator[Client]:
    """The shop on a single server."""
    with opened(node, "default") as client:
        migrate(client, "alone", values=VALUES)
    with opened(node, "alone") as client:
        _fill(client)
        yield client


@pytest.fixture(scope="module")
def spread(node: tuple[str, int]) -> Iterator[Client]:
    """The same shop on the cluster."""
    with opened(node, "default", ON_CLUSTER) as client:
        for name in ("vincle", f"vincle{SHARD}"):
            client.command(f"CREATE DATABASE {name}")
        for database, sql in _statements():
            _run(client, database, REPLICATED.sub(r"\1(", sql))
    with opened(node, "vincle", ON_CLUSTER) as client:
        _fill(client)
        yield client


def _statements() -> Iterator[Addressed]:
    """What the migrations are on the cluster, as far as a node can do it alone."""
    for migration in read_migrations(FOLDER):
        for statement in migration.statements:
            for database, sql in on_cluster(fill(statement, VALUES), "vincle", CLUSTER):
                yield Addressed(database, sql.replace(f" ON CLUSTER `{CLUSTER}`", ""))


def _run(client: Client, database: str, sql: str) -> None:
    client.command(sql, settings={"database": database}, use_database=False)


def _fill(client: Client) -> None:
    insert_models(client)
    insert_catalogue(client, load_catalogue())
    insert_rules(client, load_rules())
    seed.fill(client, CUSTOMERS)


def test_the_engine_makes_replicas(node: tuple[str, int]):
    with opened(node, "default") as client:
        client.command("CREATE DATABASE replicas")
        tables = [
            sql
            for database, sql in _statements()
            if sql.startswith("CREATE TABLE") and REPLICATED.search(sql)
        ]
        for sql in tables:
            _run(client, "replicas", sql.replace("{shard}", "1").replace("{replica}", "a"))
        made = client.command(
            "SELECT countIf(startsWith(engine, 'Replicated')) FROM system.tables WHERE database = 'replicas'"
        )

    assert made == len(tables) >= len(Table)


def test_rows_lie_in_the_shards_and_are_seen_through_the_table_in_front(spread: Client):
    in_shards = spread.command(f"SELECT count() FROM vincle{SHARD}.{Table.JOURNAL}")

    assert in_shards == spread.command(f"SELECT count() FROM {Table.JOURNAL}") > CUSTOMERS
    engines = spread.query(
        "SELECT database, engine FROM system.tables"
        " WHERE name = {name:String} AND startsWith(database, 'vincle')",
        {"name": Table.JOURNAL},
    ).result_rows
    assert sorted(engines) == [("vincle", "Distributed"), (f"vincle{SHARD}", "ReplacingMergeTree")]


@pytest.mark.parametrize("view", View)
def test_every_view_tells_as_much_as_on_a_single_server(single: Client, spread: Client, view: View):
    told = "SELECT create_table_query FROM system.tables WHERE database = 'alone' AND name = {name:String}"
    if PARAMETER.search(str(single.command(told, {"name": view}))):
        pytest.skip("asked with parameters")

    assert spread.command(f"SELECT count() FROM {view}") == single.command(f"SELECT count() FROM {view}")


@pytest.mark.parametrize(
    "view",
    [
        View.BONDS,
        f"{View.BOND_AT}(at = '2026-03-01', known_by = now64(3), model = 'bond-1', person = '')",
    ],
)
def test_everybody_s_index_is_the_same_now_and_in_the_past(single: Client, spread: Client, view: str):
    bonds = f"SELECT person_id, round(bond_index, 9) FROM {view} ORDER BY person_id"

    assert len(single.query(bonds).result_rows) == CUSTOMERS
    assert spread.query(bonds).result_rows == single.query(bonds).result_rows


def test_one_customer_was_told_the_same_on_any_shard(single: Client, spread: Client):
    told = (
        f"SELECT touchpoint_id FROM {View.TOLD}(person = {{person:String}}, known_by = now64(3)) ORDER BY ALL"
    )

    for (person,) in single.query(f"SELECT person_id FROM {View.BONDS}").result_rows:
        rows = single.query(told, {"person": person}).result_rows
        assert rows
        assert spread.query(told, {"person": person}).result_rows == rows
