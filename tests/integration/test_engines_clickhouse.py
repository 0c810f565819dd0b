"""The embedded engine as its clients see it: clickhouse-connect, curl and plain HTTP."""

import http.client
import shutil
import subprocess
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from asking import connect
from clickhouse_connect.driver.exceptions import DatabaseError

pytestmark = pytest.mark.stack


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


def test_get_only_reads(client, ask):
    client.command("CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a")

    for sql in ("DROP TABLE kept", "INSERT INTO kept SELECT 1", "WITH 1 AS a INSERT INTO kept SELECT a"):
        status, headers, _ = ask(query=sql, database=client.database)
        assert (status, headers["X-ClickHouse-Exception-Code"]) == (500, "164")
    assert client.command("SELECT count() FROM kept") == 0


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


def test_a_form_may_carry_query_and_parameters(clickhouse):
    with connect(clickhouse, form_encode_query_params=True) as client:
        assert client.query("SELECT {a:String}", {"a": "é\r\n--x"}).result_rows == [("é\r\n--x",)]


def test_web_pages_are_not_served(ask):
    for headers in ({"Origin": "http://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        status, answered, _ = ask("POST", body=b"SELECT 1", headers=headers)
        assert (status, answered["X-ClickHouse-Exception-Code"]) == (403, "497")


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
