"""What the page of departments asks."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar

from dashboards.answers.departments import (
    Balance,
    BalanceRow,
    HandoverRow,
    RecoveryRow,
    WeekRow,
    balances_of,
)
from dashboards.context import Context
from dashboards.state import Filters, Window
from dashboards.store import StoreEmptyError

Some = TypeVar("Some")
WEEKS = 12


class EverybodyRow(NamedTuple):
    """All who felt anything."""

    people: int


class DepartmentsQuestions:
    """Everything about one choice of filters, as of a time.

    A department that is filtered by has the same numbers as among the others.
    """

    def __init__(self, context: Context, filters: Filters, at: datetime) -> None:
        self._context, self._filters, self._at = context, filters, at
        self._window = filters.window(at)

    @cached_property
    def people(self) -> int:
        """Everybody in the picture."""
        return self._people(self._window)

    @cached_property
    def balances(self) -> list[Balance]:
        """What each gave and took; raises StoreEmptyError if nothing was felt."""
        before = self._filters.previous(self._at)
        rows = self._some(list(self._balance(self._window)))
        balances = balances_of(
            rows,
            self.people,
            self._balance(before) if before else (),
            self._people(before) if before else 0,
        )
        return self._some([one for one in balances if self._shows(one.department)])

    def weeks(self) -> list[WeekRow]:
        """What an average contact did, by week; raises StoreEmptyError if nothing was felt."""
        last = self._at.astimezone(self._context.zone).date()
        rows = self._context.store.rows(
            "departments.weeks",
            WeekRow,
            first_day=last - timedelta(days=last.weekday() + 7 * (WEEKS - 1)),
            last_day=last,
            **self._filters.who,
        )
        return self._some([row for row in rows if self._shows(row.department)])

    @cached_property
    def handovers(self) -> list[HandoverRow]:
        """What hand-overs did; those from and to the department that is filtered by."""
        rows = self._context.store.rows(
            "departments.handovers", HandoverRow, **self._window.parameters, **self._filters.who
        )
        return [row for row in rows if self._shows(row.from_department, row.to_department)]

    def recovery(self) -> list[RecoveryRow]:
        """How failures were put right."""
        rows = self._context.store.rows(
            "departments.recovery", RecoveryRow, **self._window.parameters, **self._filters.who
        )
        return [row for row in rows if self._shows(row.department)]

    def _shows(self, *departments: str) -> bool:
        return not self._filters.department or self._filters.department in departments

    @staticmethod
    def _some(rows: list[Some]) -> list[Some]:
        if not rows:
            raise StoreEmptyError("nothing was felt")
        return rows

    def _balance(self, window: Window) -> tuple[BalanceRow, ...]:
        return self._context.store.rows(
            "departments.balance", BalanceRow, **window.parameters, **self._filters.who
        )

    def _people(self, window: Window) -> int:
        return self._context.store.row(
            "departments.everybody", EverybodyRow, **window.parameters, **self._filters.who
        ).people
