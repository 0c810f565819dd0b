"""What the journal tells of names since a time, while others write."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from workers import database, fresh_settings

from schemas.instants import moment_of
from schemas.names import Table
from streams.sinks.journal import Journal

pytestmark = pytest.mark.stack
NAME, FOLDED_UNTIL_MS = "a-name", 2_000


class Meanwhile:
    """A client; before one of its questions, counted from 0, something is written."""

    def __init__(self, client: Client, question: int, write: Callable[[], None]) -> None:
        self._client, self._left, self._write = client, question, write

    def __getattr__(self, name: str) -> Any:
        if self._left == 0:
            self._write()
        self._left -= 1
        return getattr(self._client, name)


@pytest.fixture
def client(kafka: str, clickhouse, tmp_path) -> Iterator[Client]:
    with database(fresh_settings(kafka, clickhouse.port, tmp_path)) as client:
        yield client


def happened(client: Client, at_ms: int) -> None:
    """Let a touchpoint of the name be journaled."""
    row = [NAME, f"/shop|{at_ms}", moment_of(at_ms)]
    client.insert(Table.JOURNAL, [row], column_names=["person_id", "touchpoint_id", "occurred_at"])


def test_what_comes_in_while_it_is_asked_never_passes_for_all_that_is_new(client: Client) -> None:
    happened(client, FOLDED_UNTIL_MS)
    happened(client, FOLDED_UNTIL_MS - 1)
    for question in range(3):

        def write(at_ms: int = FOLDED_UNTIL_MS + 1 + question) -> None:
            happened(client, at_ms)

        later = Journal(Meanwhile(client, question, write)).later({NAME: FOLDED_UNTIL_MS})
        assert later.facts[NAME] > 1 + len(later.rows[NAME]), f"before question {question}"
    assert later.facts[NAME] == 5
