"""What an erasure sweeps with those whose names were once joined with the names of the erased."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from sweeps import Life, eraser, order, rows_of

from schemas.names import Table
from schemas.settings import Settings
from streams.crashpoints import ErasurePoint
from streams.sinks.eraser import Eraser, eraser_of, unlogged
from streams.sinks.fence import Fence
from streams.sinks.vault import vault_of

pytestmark = pytest.mark.stack


class Listening:
    """A client of which one hears what it asks."""

    def __init__(self, client: Client, asked: list[str]) -> None:
        self._client, self._asked = client, asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def query(self, query: str, *parameters: Any) -> Any:
        self._asked.append(query)
        return self._client.query(query, *parameters)


class Copying(Fence):
    """A fence within which somebody is at work, when an erasure begins to wait, if `begun` says so."""

    def __init__(self, path: Path, begun: Callable[[], bool], end: Callable[[], None]) -> None:
        super().__init__(path)
        self._begun, self._end = begun, end

    def drain(self) -> None:
        if self._begun():
            self._end()
        super().drain()


def test_whose_names_are_a_customers_is_asked_at_the_command_and_once_more_when_nobody_links_them_any_more(
    settings: Settings, client: Client, lives: list[Life]
) -> None:
    asked: list[str] = []
    by_then: list[int] = []

    def reached(point: ErasurePoint) -> None:
        by_then.append(sum("identity_links" in query and "link_id" in query for query in asked))

    erasing = eraser(settings, reached, lambda settings: Listening(unlogged(settings), asked))
    orders = [order(profile.person_id) for profile, _ in lives]
    erasing.begin(orders)
    assert by_then == []
    erasing.obey(orders)
    assert by_then[:2] == [len(orders), 2 * len(orders)]


def test_who_was_joined_by_a_name_that_was_erased_before_keeps_no_alert_of_who_is_erased_now(
    settings: Settings, client: Client
) -> None:
    # erased now - erased before - stays: parted when each is erased
    now, before, stays = names = [f"{number:020x}" for number in (1, 2, 3)]
    pairs = [(now, before, "1", False), (before, stays, "2", False)]
    client.insert(Table.LINKS, pairs, column_names=("person_id", "other_id", "link_id", "is_linked"))
    for table in (Table.STEPS, Table.JOURNAL):
        told = [(name, f"/shop|{name}") for name in names]
        client.insert(table, told, column_names=("person_id", "touchpoint_id"))
    alerts = [(stays, f"{10 + place:020x}", [f"/shop|{name}"]) for place, name in enumerate(names)]
    client.insert(Table.ALERTS, alerts, column_names=("person_id", "alert_id", "touchpoint_ids"))
    for person in (before, now):
        eraser_of(settings).obey([order(person)])
    left = client.query(f"SELECT alert_id FROM {Table.ALERTS}").result_rows
    assert left == [(alerts[-1][1],)]


def test_what_a_copier_read_of_the_erased_is_not_left_with_a_mate_when_it_writes_after_the_facts_are_gone(
    settings: Settings, client: Client
) -> None:
    erased, stays = (f"{number:020x}" for number in (1, 2))
    link = (erased, stays, "1", False)
    client.insert(Table.LINKS, [link], column_names=("person_id", "other_id", "link_id", "is_linked"))
    client.insert(Table.JOURNAL, [(erased, "/shop|1")], column_names=("person_id", "touchpoint_id"))
    written: list[bool] = []

    def facts_are_gone() -> bool:
        return not written and rows_of(client, Table.JOURNAL, erased) == 0

    def write() -> None:
        client.insert(Table.FELT_LIVES, [(stays, [1])], column_names=("person_id", "at_ms"))
        written.append(True)

    fence = Copying(settings.vault_path, facts_are_gone, write)
    Eraser(lambda: unlogged(settings), vault_of(settings), fence, lambda: 0, settings.raw_days).obey(
        [order(erased)]
    )
    assert written
    assert rows_of(client, Table.FELT_LIVES, stays) == 0
