"""What is inserted into the embedded engine stands whole or not at all."""

import http.client
import json
import threading
from urllib.parse import urlencode

import pyarrow as pa
import pytest
from asking import connect

pytestmark = pytest.mark.stack


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
