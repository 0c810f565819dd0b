"""The audit's questions to a real ClickHouse: what stands, what does not, what stood once."""

from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client
from workers import database, fresh_settings

from schemas.names import Table, View
from schemas.settings import Settings
from streams.arrow import arrow_table
from streams.rows import AuditRow, RepeatedRow
from streams.sinks.journal import Journal

pytestmark = pytest.mark.stack

TOPIC = "t"


@pytest.fixture(scope="module")
def settings(kafka: str, clickhouse, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fresh_settings(kafka, clickhouse.port, tmp_path_factory.mktemp("audits"))


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    with database(settings) as client:
        yield client
        for table in (Table.JOURNAL, Table.REPEATED, Table.AUDITS):
            client.command(f"TRUNCATE TABLE {table}")


def stand(client: Client, partition: int, offsets: range) -> None:
    """Let records stand somewhere."""
    rows = [RepeatedRow(TOPIC, partition, offset, 0, "p", "/s|1") for offset in offsets]
    client.insert_arrow(Table.REPEATED, arrow_table(rows))


def sums(client: Client, *columns: str) -> list[tuple[int, ...]]:
    order = f"SELECT {', '.join(columns)} FROM {View.RECONCILIATION} ORDER BY kafka_partition"
    return [tuple(row) for row in client.query(order).result_rows]


def test_holes_are_found_in_the_range_of_each_partition_alone(client: Client) -> None:
    stand(client, 0, range(4))
    stand(client, 0, range(6, 9))
    stand(client, 1, range(3, 5))
    journal = Journal(client)
    assert journal.holes(TOPIC, {0: (0, 9), 1: (3, 5)}) == {0: [4, 5]}
    assert journal.holes(TOPIC, {0: (5, 9), 1: (2, 6), 2: (0, 2)}) == {0: [5], 1: [2, 5], 2: [0, 1]}
    assert journal.holes("another", {0: (0, 1)}) == {0: [0]}


def test_journaled_offsets_are_kept_as_bitmaps_that_follow_merges_and_deletions(client: Client) -> None:
    values = [
        f"('p{offset % 3}', '/s|{offset}', {reading}, 't', 0, {offset})"
        for offset in range(9)
        for reading in (0, 1)
    ]
    columns = "person_id, touchpoint_id, revision, kafka_topic, kafka_partition, kafka_offset"
    client.command(f"INSERT INTO {Table.JOURNAL} ({columns}) VALUES {', '.join(values)}")
    client.command(f"OPTIMIZE TABLE {Table.JOURNAL} FINAL")
    assert sums(client, "journaled", "missing") == [(9, 0)]
    client.command(f"ALTER TABLE {Table.JOURNAL} DELETE WHERE person_id = 'p1'", {"mutations_sync": 2})
    assert sums(client, "journaled", "missing", "next_offset") == [(6, 3, 9)]
    assert Journal(client).holes("t", {0: (0, 9)}) == {0: [1, 4, 7]}
    plan = client.command(f"EXPLAIN indexes = 1 SELECT * FROM {View.OFFSETS}")
    assert "ReadFromMergeTree (offsets)" in plan


def test_what_is_erased_after_an_audit_was_there_and_is_not_missing(client: Client) -> None:
    stand(client, 0, range(10))
    audits = [AuditRow(TOPIC, 0, 0, 6, (), 0, ()), AuditRow(TOPIC, 0, 6, 8, (), 0, ())]
    client.insert_arrow(Table.AUDITS, arrow_table(audits))
    assert sums(client, "repeated", "removed", "missing", "audited_until") == [(10, 0, 0, 8)]
    client.command(f"DELETE FROM {Table.REPEATED} WHERE kafka_offset IN (0, 7, 8)")
    assert sums(client, "repeated", "removed", "missing", "first_offset") == [(7, 2, 1, 0)]


def test_a_vacant_offset_is_no_event_and_a_missing_one_stays_missing(client: Client) -> None:
    stand(client, 0, range(3))
    stand(client, 0, range(5, 7))
    client.insert_arrow(Table.AUDITS, arrow_table([AuditRow(TOPIC, 0, 0, 7, (3,), 0, (4,))]))
    assert sums(client, "accounted", "removed", "vacant", "missing") == [(5, 0, 1, 1)]
    assert Journal(client).audited_until(TOPIC) == {0: 7}


def test_what_was_rejected_is_counted_for_ever_and_its_bytes_expire(client: Client) -> None:
    sql = client.command(f"SHOW CREATE TABLE {Table.REJECTED}")
    lines = {
        line.split()[0].strip("`"): line for line in sql.replace("\\n", "\n").splitlines() if "`" in line
    }
    assert all("TTL" in lines[column] for column in ("key", "headers", "value"))
    assert "TTL" not in lines["reason"]
    columns = "kafka_topic, kafka_offset, reason, value"
    client.command(f"INSERT INTO {Table.REJECTED} ({columns}) VALUES ('t', 0, 'data', 'v')")
    client.command(f"OPTIMIZE TABLE {Table.REJECTED} FINAL")
    assert client.query(f"SELECT reason, value FROM {Table.REJECTED}").result_rows == [("data", "")]
    client.command(f"TRUNCATE TABLE {Table.REJECTED}")
