"""The embedded engine as its clients see it: clickhouse-connect, curl and plain HTTP."""

import gzip
import http.client
import json
import shutil
import subprocess
import threading
import uuid
from contextlib import closing, suppress
from datetime import UTC, datetime
from urllib.parse import urlencode

import clickhouse_connect
import lz4.block
import lz4.frame
import pyarrow as pa
import pytest
import zstandard
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError
from stack import engine_place, running_engine, scratch_folder

from infra import processes
from infra.clickhouse import process as engine
from infra.clickhouse.blocks import CHECKSUM, HEADER
from infra.clickhouse.cityhash import city_hash_128

pytestmark = pytest.mark.stack


def connect(place, **options):
    return clickhouse_connect.get_client(host=place.host, port=place.port, **options)


@pytest.fixture
def client(clickhouse):
    """A client in a database of its own."""
    name = f"test_{uuid.uuid4().hex[:8]}"
    with connect(clickhouse) as admin:
        admin.command(f"CREATE DATABASE {name}")
        with connect(clickhouse, database=name) as client:
            yield client
        admin.command(f"DROP DATABASE {name}")


@pytest.fixture
def ask(clickhouse):
    """Send one plain HTTP request; gives status, headers and body."""

    def asked(method="GET", path="/", body=None, headers=None, **parameters):
        target = f"{path}?{urlencode(parameters)}" if parameters else path
        with closing(http.client.HTTPConnection(clickhouse.host, clickhouse.port, timeout=30)) as connection:
            connection.request(method, target, body=body, headers=headers or {})
            with connection.getresponse() as response:
                return response.status, response.headers, response.read()

    return asked


def test_ping_and_the_bare_address_answer_ok(ask):
    assert ask(path="/ping")[::2] == (200, b"Ok.\n")
    assert ask()[::2] == (200, b"Ok.\n")


def test_values_of_every_kind_come_back_as_they_went(client):
    client.command(
        "CREATE TABLE kinds (a Int64, b String, c DateTime64(3, 'UTC'), d LowCardinality(String),"
        " e Array(Float64), f Nullable(UInt8), g Map(String, UInt8), h Bool) ENGINE = MergeTree ORDER BY a"
    )
    at = datetime(2024, 2, 29, 12, 30, 1, 123000, UTC)
    rows = [
        (1, "it's\ta\n\\ é\x00", at, "x", [1.5, -2.0], None, {"k": 7}, True),
        (2, "", at, "", [], 3, {}, False),
    ]
    client.insert("kinds", rows)

    read = client.query("SELECT * FROM kinds ORDER BY a", column_tzs={"c": "UTC"}).result_rows
    assert [(*row[:2], row[2].replace(tzinfo=UTC), *row[3:]) for row in read] == rows


def test_parameters_are_values_and_never_sql(client):
    odd = "a'; DROP TABLE x; -- \t\\"

    result = client.query("SELECT {text:String}, {many:Array(String)}", {"text": odd, "many": [odd, "b"]})
    assert result.result_rows == [(odd, [odd, "b"])]


def test_arrow_goes_in_and_comes_out(client):
    client.command("CREATE TABLE arrows (a Int64, b String) ENGINE = MergeTree ORDER BY a")
    table = pa.table({"a": pa.array(range(1000), pa.int64()), "b": [str(number) for number in range(1000)]})

    assert client.insert_arrow("arrows", table).written_rows == 1000
    read = client.query_arrow("SELECT a, CAST(b AS String) AS b FROM arrows ORDER BY a", use_strings=True)
    assert read.column("a").to_pylist() == list(range(1000))
    assert read.column("b").to_pylist() == [str(number) for number in range(1000)]


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", False])
def test_clients_may_compress_both_ways(clickhouse, compress):
    with connect(clickhouse, compress=compress) as client:
        client.command("CREATE OR REPLACE TABLE packed (a UInt64, b String) ENGINE = Memory")
        client.insert("packed", [[number, str(number) * 10] for number in range(20_000)])

        assert client.query("SELECT * FROM packed").row_count == 20_000
        assert client.command("SELECT sum(a) FROM packed") == sum(range(20_000))


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("lz4", lz4.frame.compress), ("zstd", zstandard.ZstdCompressor().compress)],
)
def test_a_plain_request_may_be_compressed_and_its_answer_too(ask, encoding, encode):
    headers = {"Content-Encoding": encoding, "Accept-Encoding": "gzip"}
    status, answered, body = ask(
        "POST", body=encode(b"SELECT number FROM numbers(10000)"), headers=headers, enable_http_compression=1
    )

    assert status == 200
    assert answered["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).split() == [str(number).encode() for number in range(10_000)]


def test_an_insert_is_one_part_however_many_rows_it_has(client):
    client.command("CREATE TABLE whole (a UInt32) ENGINE = MergeTree ORDER BY a")
    client.insert_arrow("whole", pa.table({"a": pa.array(range(2_500_000), pa.uint32())}))

    parts = client.query("SELECT name, rows FROM system.parts WHERE active AND table = 'whole'").result_rows
    assert parts == [("all_1_1_0", 2_500_000)]


def test_a_broken_insert_leaves_no_row(client, ask):
    client.command("CREATE TABLE torn (a UInt32) ENGINE = MergeTree ORDER BY a")
    rows = b"1\n2\n" * 100_000 + b"no number\n"

    status, headers, _ = ask(
        "POST", body=rows, database=client.database, query="INSERT INTO torn FORMAT TabSeparated"
    )
    assert status == 400
    assert headers["X-ClickHouse-Exception-Code"] == "27"
    assert client.command("SELECT count() FROM torn") == 0


def test_a_connection_that_breaks_in_the_middle_inserts_nothing(client, clickhouse):
    client.command("CREATE TABLE cut (a UInt32) ENGINE = MergeTree ORDER BY a")
    target = "/?" + urlencode({"database": client.database, "query": "INSERT INTO cut FORMAT TabSeparated"})
    connection = http.client.HTTPConnection(clickhouse.host, clickhouse.port, timeout=30)
    connection.putrequest("POST", target)
    connection.putheader("Content-Length", "1000000")
    connection.endheaders(b"1\n2\n3\n")
    connection.close()

    client.command("INSERT INTO cut VALUES (7)")
    assert client.command("SELECT groupArray(a) FROM cut") == "[7]"


@pytest.mark.parametrize(
    "body",
    [
        b"INSERT INTO ways VALUES (1), (2)",
        b"INSERT INTO ways FORMAT TabSeparated\n1\n2\n",
        b'INSERT INTO ways FORMAT JSONEachRow {"a": 1} {"a": 2}',
        b"INSERT INTO ways SETTINGS max_threads = 1 FORMAT CSV\n1\n2\n",
        b"INSERT INTO ways SELECT number + 1 FROM numbers(2)",
    ],
)
def test_rows_may_come_in_every_way(client, ask, body):
    client.command("CREATE TABLE ways (a UInt32) ENGINE = MergeTree ORDER BY a")

    status, headers, _ = ask("POST", body=body, database=client.database)
    assert (status, json.loads(headers["X-ClickHouse-Summary"])["written_rows"]) == (200, "2")
    assert client.command("SELECT groupArray(a) FROM ways") == "[1,2]"


def test_the_body_may_go_on_with_the_query_of_the_url(ask):
    assert ask("POST", body=b"number FROM numbers(2)", query="SELECT")[2] == b"0\n1\n"


def test_the_format_is_named_by_query_url_or_header(ask):
    assert ask(query="SELECT 1 AS a FORMAT JSONEachRow")[2] == b'{"a":1}\n'
    assert ask(query="SELECT 1 AS a", default_format="CSVWithNames")[2] == b'"a"\n1\n'
    assert ask(query="SELECT 1 AS a", headers={"X-ClickHouse-Format": "CSV"})[2] == b"1\n"
    assert ask(query="SELECT 1 AS a")[1]["X-ClickHouse-Format"] == "TabSeparated"


def test_an_answer_tells_its_counts_and_its_query_id(client):
    summary = client.query(
        "SELECT sum(number) FROM numbers(1000)", settings={"query_id": "my-own-id"}
    ).summary

    assert summary["query_id"] == "my-own-id"
    assert int(summary["read_rows"]) == 1000
    assert int(summary["elapsed_ns"]) > 0


@pytest.mark.parametrize(
    ("sql", "status", "code", "name"),
    [
        ("SELECT * FROM no_such_table", 404, 60, "UNKNOWN_TABLE"),
        ("SELEC 1", 400, 62, "SYNTAX_ERROR"),
        ("SELECT 1; SELECT 2", 400, 62, "SYNTAX_ERROR"),
        ("SELECT throwIf(1)", 500, 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", 400, 344, "SUPPORT_IS_DISABLED"),
        ("SELECT 1 SETTINGS no_such_setting = 1", 404, 115, "UNKNOWN_SETTING"),
    ],
)
def test_errors_have_clickhouses_codes_and_statuses(ask, sql, status, code, name):
    answered, headers, body = ask("POST", body=sql.encode())

    assert (answered, headers["X-ClickHouse-Exception-Code"]) == (status, str(code))
    assert body.startswith(f"Code: {code}. DB::Exception: ".encode())
    assert f"({name}) (version ".encode() in body


def test_an_error_reaches_the_client_as_its_own_exception(client):
    with pytest.raises(DatabaseError) as raised:
        client.query("SELECT * FROM no_such_table")
    assert (raised.value.code, raised.value.name) == (60, "UNKNOWN_TABLE")


def test_settings_in_the_url_hold_for_one_request(ask):
    question = "SELECT getSetting('max_block_size')"

    assert ask(query=question, max_block_size=77)[2] == b"77\n"
    assert ask(query=question)[2] != b"77\n"


def test_get_only_reads(client, ask):
    client.command("CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a")

    for sql in ("DROP TABLE kept", "INSERT INTO kept SELECT 1", "WITH 1 AS a INSERT INTO kept SELECT a"):
        status, headers, _ = ask(query=sql, database=client.database)
        assert (status, headers["X-ClickHouse-Exception-Code"]) == (500, "164")
    assert client.command("SELECT count() FROM kept") == 0


def test_a_session_remembers_and_others_do_not_see_it(ask):
    for sql in (
        "CREATE TEMPORARY TABLE mine (a UInt8)",
        "INSERT INTO mine VALUES (5)",
        "SET max_block_size = 88",
    ):
        assert ask("POST", body=sql.encode(), session_id="one")[0] == 200

    seen = ask(
        "POST", body=b"SELECT a, getSetting('max_block_size') FROM mine", session_id="one", max_threads=1
    )
    assert seen[2] == b"5\t88\n"
    assert ask("POST", body=b"SELECT a FROM mine", session_id="two")[0] == 404
    assert ask("POST", body=b"SELECT a FROM mine")[0] == 404


def test_a_setting_of_one_request_does_not_stay_in_its_session(ask):
    ask("POST", body=b"SET max_threads = 3", session_id="tidy")
    for setting in ("max_block_size", "max_threads"):
        ask("POST", body=b"SELECT 1", session_id="tidy", **{setting: 99})

    question = b"SELECT getSetting('max_block_size') = 99, getSetting('max_threads')"
    assert ask("POST", body=question, session_id="tidy")[2] == b"0\t3\n"


def test_a_session_asked_for_by_name_must_exist(ask):
    status, headers, _ = ask(query="SELECT 1", session_id=uuid.uuid4().hex, session_check=1)

    assert (status, headers["X-ClickHouse-Exception-Code"]) == (404, "372")


def test_a_long_answer_is_streamed_whole(client):
    with client.query_row_block_stream("SELECT number FROM numbers(300000)") as stream:
        numbers = [number for block in stream for (number,) in block]

    assert numbers == list(range(300_000))


def test_an_error_in_the_middle_of_a_stream_is_not_taken_for_its_end(ask):
    sql = "SELECT throwIf(number = 2000000) FROM numbers(3000000) SETTINGS max_block_size = 65536"

    with pytest.raises(http.client.IncompleteRead):
        ask(query=sql)


def test_an_empty_answer_has_no_rows(client):
    assert client.query("SELECT 1 WHERE 0").result_rows == []
    assert client.query("SELECT 1 AS a LIMIT 0").column_names == ("a",)


def test_readers_and_a_writer_do_not_wait_for_each_other(client, clickhouse):
    client.command("CREATE TABLE busy (a UInt64) ENGINE = MergeTree ORDER BY a")
    wrong = []

    def read():
        with connect(clickhouse, database=client.database) as reader:
            for _ in range(20):
                count, total = reader.query("SELECT count(), sum(a) FROM busy").first_row
                if count % 1000 or total != count:
                    wrong.append((count, total))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        client.insert_arrow("busy", pa.table({"a": pa.array([1] * 1000, pa.uint64())}))
    for reader in readers:
        reader.join()

    assert wrong == []
    assert client.command("SELECT count() FROM busy") == 20_000


def test_a_form_may_carry_query_and_parameters(clickhouse):
    with connect(clickhouse, form_encode_query_params=True) as client:
        assert client.query("SELECT {a:String}", {"a": "é\r\n--x"}).result_rows == [("é\r\n--x",)]


def test_web_pages_are_not_served(ask):
    for headers in ({"Origin": "http://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        status, answered, _ = ask("POST", body=b"SELECT 1", headers=headers)
        assert (status, answered["X-ClickHouse-Exception-Code"]) == (403, "497")


def test_bi_tools_get_clickhouses_own_compressed_blocks(ask):
    body = ask(query="SELECT number FROM numbers(300000)", compress=1)[2]
    plain = b""
    while body:
        checksum, (method, size, plain_size) = CHECKSUM.unpack_from(body), HEADER.unpack_from(body, 16)
        block, body = body[16 : 16 + size], body[16 + size :]
        assert (method, checksum) == (0x82, city_hash_128(block))
        plain += lz4.block.decompress(block[9:], uncompressed_size=plain_size)

    assert plain.split() == [str(number).encode() for number in range(300_000)]


def test_compressed_blocks_from_a_client_are_refused_clearly(ask):
    status, _, body = ask("POST", query="INSERT INTO t FORMAT CSV", body=b"x", decompress=1)

    assert status == 501
    assert b"Content-Encoding" in body


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Length": "-5"}, b""),
        ({"Content-Length": "1e3"}, b""),
        ({"Transfer-Encoding": "gzip"}, b""),
        ({"Content-Length": "8", "Transfer-Encoding": "chunked"}, b"SELECT 1"),
        ({"Content-Encoding": "gzip", "Content-Length": "8"}, b"SELECT 1"),
    ],
)
def test_a_malformed_body_is_refused_and_the_engine_lives(ask, headers, body):
    assert ask("POST", headers=headers, body=body)[0] == 400
    assert ask(path="/ping")[0] == 200


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_works_as_the_documentation_of_clickhouse_shows(clickhouse, tmp_path):
    address = f"http://{clickhouse.host}:{clickhouse.port}/"
    rows = tmp_path / "rows.csv"
    rows.write_text("".join(f"{number},x\n" for number in range(500_000)))

    def curl(*arguments):
        return subprocess.run(["curl", "-sS", *arguments], capture_output=True, text=True, check=True).stdout

    curl(address, "-d", "CREATE OR REPLACE TABLE curled (a UInt32, b String) ENGINE = Memory")
    curl(f"{address}?query=INSERT%20INTO%20curled%20FORMAT%20CSV", "--data-binary", f"@{rows}")
    compressed = curl(
        "--compressed", f"{address}?enable_http_compression=1", "-d", "SELECT max(a), count() FROM curled"
    )
    assert compressed == "499999\t500000\n"


def test_an_owned_folder_is_refused_in_one_line():
    with scratch_folder() as folder:
        place = engine_place(folder)
        with running_engine(place) as owner:
            other = engine.EnginePlace(place.data, folder / "other", processes.free_ports(1)[0])
            second = engine.start(other)
            assert second.handle.wait(30) == 1
            said = (folder / "other" / "clickhouse.log").read_text()

    assert said == f"ClickHouse: {place.data} is in use by another ClickHouse engine (process {owner.pid})\n"


def insert_until_killed(client):
    """Rows that were acknowledged, 100 an insert, until the engine was gone."""
    acknowledged = 0
    with suppress(OperationalError):
        while True:
            client.insert("kept", [[number] for number in range(100)])
            acknowledged += 100
    return acknowledged


def test_no_acknowledged_row_is_lost_by_kills_and_no_insert_stays_in_part():
    with scratch_folder() as folder:
        place = engine_place(folder)
        count = 0
        for patience in (0.3, 0.5, 0.7):
            with running_engine(place) as process, connect(place) as client:
                client.command("CREATE TABLE IF NOT EXISTS kept (a UInt64) ENGINE = MergeTree ORDER BY a")
                killer = threading.Timer(patience, process.handle.kill)
                killer.start()
                acknowledged = insert_until_killed(client)
                killer.join()
            with running_engine(place), connect(place) as client:
                before, count = count, client.command("SELECT count() FROM kept")
            # The insert under way at the kill may stand, without its client knowing.
            assert count - before - acknowledged in (0, 100)


def test_an_engine_told_to_end_ends_in_order_with_its_data_kept():
    with scratch_folder() as folder:
        place = engine_place(folder)
        with (
            running_engine(place) as process,
            connect(place) as client,
        ):
            client.command("CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a")
            client.command("INSERT INTO kept VALUES (1)")
            assert engine.stop(process) == 0
        with running_engine(place), connect(place) as client:
            assert client.command("SELECT count() FROM kept") == 1
