"""What was received last, and from whom: whatever became of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from workers import database

from infra.setup import set_up_database
from schemas.names import Table, View
from schemas.settings import Settings

pytestmark = pytest.mark.stack

START = datetime(2026, 3, 1, tzinfo=UTC)
RECEIVED: dict[Table, tuple[str, dict[str, str]]] = {
    Table.JOURNAL: ("first_received_at", {"source": "/shop", "touchpoint_id": "/shop|1"}),
    Table.PROFILES: ("received_at", {"profile_id": "/shop|1"}),
    Table.WITHDRAWALS: ("known_at", {"withdrawal_id": "/shop|1"}),
    Table.LINKS: ("known_at", {"link_id": "/shop|1"}),
    Table.REJECTED: ("received_at", {"source": "/shop"}),
    Table.HELD: ("received_at", {"source": "/shop"}),
    Table.REPEATED: ("received_at", {}),
    Table.ERASED: ("received_at", {}),
}
"""Of each table in which an event may stand: when it came, and what names its publisher."""
KEPT = (Table.JOURNAL, Table.PROFILES, Table.WITHDRAWALS, Table.LINKS)


@pytest.fixture(scope="module")
def received(clickhouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a database that is set up."""
    settings = Settings(
        clickhouse_port=clickhouse.port,
        clickhouse_database="received",
        data_folder=tmp_path_factory.mktemp("received"),
    )
    list(set_up_database(settings))
    with database(settings) as client:
        yield client


@pytest.fixture
def client(received: Client) -> Client:
    """The same, of an empty one."""
    for table in RECEIVED:
        received.command(f"TRUNCATE TABLE {table}")
    return received


def stands(client: Client, table: Table, at: datetime) -> None:
    column, named = RECEIVED[table]
    row: dict[str, Any] = {column: at, **named}
    client.insert(table, [list(row.values())], column_names=list(row))


def test_the_last_event_is_told_whatever_became_of_it(client: Client):
    for days, table in enumerate(RECEIVED):
        at = START + timedelta(days=days)
        stands(client, table, at)
        told = client.query(f"SELECT toUnixTimestamp(received_at) FROM {View.LAST_RECEIVED}").result_rows
        assert told == [(at.timestamp(),)], table


@pytest.mark.parametrize("table", [table for table, (_, named) in RECEIVED.items() if named])
def test_who_publishes_one_kind_of_event_alone_can_be_chosen(client: Client, table: Table):
    stands(client, table, START)

    assert client.query(f"SELECT kind, value FROM {View.HEALTH_CHOICES}").result_rows == [("source", "/shop")]


@pytest.mark.parametrize("table", KEPT)
def test_who_publishes_one_kind_of_event_alone_is_heard(client: Client, table: Table):
    stands(client, table, START)

    heard = client.query(f"SELECT source, events, toUnixTimestamp(last_received_at) FROM {View.SOURCES}")

    assert heard.result_rows == [("/shop", 1, START.timestamp())]
