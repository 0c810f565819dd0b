"""What the page of recovery asks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from dashboards.answers.moments import Moment
from dashboards.answers.recovery import BondsRow, FollowedRow, StatesRow, compared
from dashboards.context import Context
from dashboards.state import FOLLOWED, Filters
from dashboards.store import StoreEmptyError


class WaitingRow(NamedTuple):
    """A failure that waits to be put right."""

    person_id: str
    episode_id: str
    segment: str
    type: str
    department: str
    failed_at: datetime
    depth: float
    needs_unmet: Sequence[str]
    first_act_at: datetime | None


class RecoveryQuestions:
    """Everything about one choice of filters, as of a time."""

    def __init__(self, context: Context, filters: Filters, at: datetime) -> None:
        self._context, self._filters, self.at = context, filters, at

    @property
    def days(self) -> int:
        """For how long it is followed what came after a failure."""
        return FOLLOWED[self._filters.followed]

    @cached_property
    def states(self) -> tuple[StatesRow, ...]:
        """What became of failures, by type; raises StoreEmptyError if nothing failed."""
        rows = self._context.store.rows("recovery.states", StatesRow, **self._period)
        if not rows:
            raise StoreEmptyError("nothing failed")
        return rows

    def bonds(self) -> tuple[BondsRow, ...]:
        """The bond before, after and now; raises StoreEmptyError if nothing failed."""
        rows = self._context.store.rows("recovery.bonds", BondsRow, **self._period)
        if not rows:
            raise StoreEmptyError("nothing failed")
        return rows

    @property
    def compared(self) -> list[Moment]:
        """What was found; raises StoreEmptyError if too few failed."""
        if not self.found:
            raise StoreEmptyError("too few failed")
        return self.found

    @cached_property
    def found(self) -> list[Moment]:
        """What followed failures, against those who never failed; nothing if too few failed."""
        window = self._filters.window(self.at - timedelta(days=self.days))
        rows = self._context.store.rows(
            "recovery.followed", FollowedRow, **window.parameters, **self._filters.who, days=self.days
        )
        return compared(rows)

    def waiting(self) -> tuple[WaitingRow, ...]:
        """Failures that wait, the deepest falls first."""
        return self._context.store.rows("recovery.waiting", WaitingRow, **self._period)

    @property
    def _period(self) -> dict[str, Any]:
        return {
            **self._filters.window(self.at).parameters,
            **self._filters.who,
            "department": self._filters.department,
        }
