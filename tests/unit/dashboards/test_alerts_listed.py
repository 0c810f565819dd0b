"""Alerts as they are listed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.context import View
from dashboards.pages.alerts import _row
from dashboards.questions.alerts import AlertRow
from dashboards.state import Filters
from dashboards.texts import Texts
from dashboards.theme import LIGHT

NOW = datetime(2026, 3, 1, tzinfo=UTC)
VIEW = View("", NOW, LIGHT, Texts("en", ZoneInfo("UTC")))


def alert(good: bool, state: str, act_by: datetime) -> AlertRow:
    return AlertRow(
        alert_id="a",
        person_id="abc",
        segment="",
        rule="won_back",
        title="Won back",
        good=good,
        raised_at=NOW - timedelta(days=2),
        department="service",
        index_from=-20.0,
        index_to=10.0,
        movement=30.0,
        occasion="thank",
        needs_unmet=(),
        act_by_at=act_by,
        worth=None,
        state=state,
        state_at=NOW,
        state_by="",
        assigned_to="",
        note="",
    )


@pytest.mark.parametrize(
    ("good", "state", "hours", "is_late"),
    [
        (False, "open", -1, True),
        (False, "assigned", -1, True),
        (False, "open", 1, False),
        (False, "done", -1, False),
        (True, "open", -1, False),
    ],
)
def test_what_is_bad_and_not_done_in_time_is_late(good: bool, state: str, hours: int, is_late: bool) -> None:
    row = alert(good, state, NOW + timedelta(hours=hours))
    assert _row(row, (), Filters(), VIEW)["is_late"] is is_late
