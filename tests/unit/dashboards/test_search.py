"""Whom a search finds."""

from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from dashboards.access.guard import GuardedStore
from dashboards.access.rights import Role, Viewer
from dashboards.context import Context
from dashboards.questions.customers import KnownRow, found


class Names:
    """A store that answers as the query does: who is meant comes first."""

    def __init__(self, *rows: KnownRow) -> None:
        self._rows = rows

    def rows(self, query: str, row: type, **parameters: Any) -> tuple[KnownRow, ...]:
        return self._rows


class Desk(Context):
    """Somebody who may know names looks."""

    def viewer(self) -> Viewer:
        return Viewer("ada", Role.ADMIN)


def find(text: str, *rows: KnownRow) -> list[str]:
    zone, now = ZoneInfo("UTC"), datetime(2026, 3, 1, tzinfo=UTC)
    store = cast(GuardedStore, Names(*rows))
    return found(Desk(store, lambda customer: f"pseudonym of {customer}", lambda: now, zone), text)


def test_who_is_meant_is_found_alone_whatever_others_begin_so() -> None:
    others = [KnownRow(f"1234{number}", False) for number in range(8)]
    assert find("1234", KnownRow("pseudonym of 1234", True), *others) == ["pseudonym of 1234"]


def test_who_is_meant_by_a_joined_name_is_found_alone() -> None:
    assert find("1234", KnownRow("ffff", True), KnownRow("12345", False)) == ["ffff"]


def test_where_nobody_is_meant_those_are_found_who_begin_so() -> None:
    assert find("1234", KnownRow("12345", False), KnownRow("12346", False)) == ["12345", "12346"]
