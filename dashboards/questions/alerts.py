"""What the page of alerts asks."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from dashboards.context import Context
from dashboards.state import Filters
from dashboards.store import StoreEmptyError

MOST_OF_COURSE = 12
"""Contacts of a curve, the last ones."""


class AlertCountsRow(NamedTuple):
    """How many are in each state; late: not done in time; older: not done, of before the period."""

    open: int
    acknowledged: int
    assigned: int
    done: int
    late: int
    older: int


class AlertRow(NamedTuple):
    """An alert, how far it is, and what to do."""

    alert_id: str
    person_id: str
    segment: str
    rule: str
    title: str
    good: bool
    raised_at: datetime
    department: str
    index_from: float
    index_to: float
    movement: float
    occasion: str
    needs_unmet: Sequence[str]
    act_by_at: datetime
    worth: float | None
    state: str
    state_at: datetime
    state_by: str
    assigned_to: str
    note: str


class TraceRow(NamedTuple):
    """An alert was brought to a state."""

    state: str
    at: datetime
    by: str
    assigned_to: str
    note: str


class CourseRow(NamedTuple):
    """The bond of a person: (time, index after a contact), in the order of time."""

    person_id: str
    course: Sequence[tuple[datetime, float]]


class RuleRow(NamedTuple):
    """A rule in force, and what it raised in the period."""

    rule: str
    title: str
    is_on: bool
    owner: str
    switched_by: str
    alerts: int
    people: int


class SwitchRow(NamedTuple):
    """A rule was switched, or should have been."""

    is_on: bool
    at: datetime
    by: str
    note: str
    refused: str
    """Why a worker did not obey; empty if it did."""


class AlertsQuestions:
    """Everything about one choice of filters, as of a time."""

    def __init__(self, context: Context, filters: Filters, at: datetime) -> None:
        self._store, self._filters, self._at = context.store, filters, at
        self._parameters = {
            **filters.window(at).parameters,
            **filters.who,
            "department": filters.department,
        }

    @cached_property
    def counts(self) -> AlertCountsRow:
        """How many there are."""
        return self._store.row("alerts.counts", AlertCountsRow, **self._parameters)

    @cached_property
    def listed(self) -> tuple[AlertRow, ...]:
        """The alerts of the chosen state; raises StoreEmptyError if there is none."""
        rows = self._store.rows("alerts.listed", AlertRow, **self._parameters, inbox=self._filters.inbox)
        if not rows:
            raise StoreEmptyError("no alerts")
        return rows

    @cached_property
    def chosen(self) -> AlertRow:
        """The chosen alert; raises StoreEmptyError if there is none."""
        if not self._filters.alert:
            raise StoreEmptyError("none is chosen")
        return self._store.row("alerts.one", AlertRow, alert=self._filters.alert)

    def trace(self) -> tuple[TraceRow, ...]:
        """How far the chosen alert was brought, by whom."""
        return self._store.rows("alerts.trace", TraceRow, alert=self.chosen.alert_id)

    def rules(self) -> tuple[RuleRow, ...]:
        """The rules, those that raised most first."""
        return self._store.rows("alerts.rules", RuleRow, **self._parameters)

    @cached_property
    def rule(self) -> RuleRow:
        """The chosen rule; raises StoreEmptyError if there is none."""
        for row in self.rules():
            if row.rule == self._filters.rule:
                return row
        raise StoreEmptyError("none is chosen")

    def switches(self) -> tuple[SwitchRow, ...]:
        """Who switched the chosen rule, the first first; refused ones too."""
        return self._store.rows("alerts.switches", SwitchRow, rule=self.rule.rule)

    def curves(self, alerts: Sequence[AlertRow]) -> list[list[float]]:
        """Return of each alert what its bond did until it was raised, and where it stood then."""
        people = sorted({alert.person_id for alert in alerts})
        rows = self._store.rows("alerts.courses", CourseRow, people=people, to=self._at)
        courses = {row.person_id: row.course for row in rows}
        return [curve_until(courses.get(alert.person_id, ()), alert) for alert in alerts]


def curve_until(course: Sequence[tuple[datetime, float]], alert: AlertRow) -> list[float]:
    """Return the last contacts before an alert, and the index that it tells of."""
    until = bisect_right(course, alert.raised_at, key=lambda point: point[0])
    before = [index for _, index in course[max(0, until - MOST_OF_COURSE) : until]]
    return before if before and abs(before[-1] - alert.index_to) < 1e-6 else [*before, alert.index_to]
