"""What the journey map asks, of a store that is told its answers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from made import CATALOGUE, rows, run

from dashboards.access.guard import GuardedStore
from dashboards.context import Context
from dashboards.questions.journey_map import JourneyQuestions
from dashboards.questions.journey_rows import BeganRow
from dashboards.state import Filters, Window
from dashboards.store import StoreEmptyError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = NOW - timedelta(days=900)
TYPES = ["advice.given", "delivery.late", "unboxing.done", "repair.done"]


class Told:
    """A store with an answer to each query."""

    def __init__(self, answers: Mapping[str, Sequence[Any]]) -> None:
        self._answers = answers

    def rows(self, query: str, row: type, **parameters: Any) -> tuple[Any, ...]:
        return tuple(self._answers[query])

    def row(self, query: str, row: type, **parameters: Any) -> Any:
        for found in self._answers[query]:
            return found
        raise StoreEmptyError(query)


def asking(filters: Filters, **answers: Sequence[Any]) -> JourneyQuestions:
    told = {
        "frame.catalogue": list(CATALOGUE.values()),
        "journey_map.touchpoints": rows(),
        **{f"journey_map.{name}": answer for name, answer in answers.items()},
    }
    context = Context(cast(GuardedStore, Told(told)), str, lambda: NOW, ZoneInfo("UTC"))
    return JourneyQuestions(context, filters, NOW)


def test_everything_begins_with_the_first_touchpoint_and_has_it_in_it() -> None:
    window = asking(Filters(period="all"), began=[BeganRow(FIRST)]).seen_window
    assert window == Window(FIRST - timedelta(milliseconds=1), NOW)


def test_a_period_is_looked_at_as_long_as_it_is() -> None:
    assert asking(Filters(period="7d")).seen_window == Window(NOW - timedelta(days=7), NOW)


def test_everything_of_nobody_is_empty() -> None:
    with pytest.raises(StoreEmptyError):
        asking(Filters(period="all"), began=[]).seen_window  # noqa: B018


def test_segments_are_empty_when_nobody_has_one() -> None:
    with pytest.raises(StoreEmptyError):
        asking(Filters(), runs=[run(TYPES, segment="")]).segments()
    _, each = asking(Filters(), runs=[run(TYPES, segment=""), run(TYPES, segment="club")]).segments()
    assert [name for name, _ in each] == ["club"]
