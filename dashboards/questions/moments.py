"""What the page of moments of truth asks."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from dashboards.answers.moments import Moment, MomentRow, moments_of
from dashboards.context import Context
from dashboards.state import FOLLOWED, Filters, Window
from dashboards.store import StoreEmptyError


class TypeRow(NamedTuple):
    """A type: who usually owns it, and whether it is declared a moment of truth."""

    type: str
    department: str
    is_declared: bool


class MomentsQuestions:
    """Everything about one choice of filters, as of a time."""

    def __init__(self, context: Context, filters: Filters, at: datetime) -> None:
        self._context, self._filters, self._at = context, filters, at

    @property
    def days(self) -> int:
        """For how long it is followed what came after a contact."""
        return FOLLOWED[self._filters.followed]

    @property
    def window(self) -> Window:
        """When the contacts were: the period ends early enough that all were followed."""
        return self._filters.window(self._at - timedelta(days=self.days))

    @cached_property
    def moments(self) -> list[Moment]:
        """What followed, by type; raises StoreEmptyError if no type was met by enough people.

        The types of one department have the same effects, and are found or not, as among all.
        """
        store = self._context.store
        rows = store.rows(
            "moments.followed", MomentRow, **self.window.parameters, **self._filters.who, days=self.days
        )
        types = store.rows("moments.types", TypeRow)
        owned = {row.type for row in types if self._filters.department in ("", row.department)}
        moments = moments_of(rows, [row.type for row in types if row.is_declared])
        shown = [one for one in moments if one.type in owned]
        if not shown:
            raise StoreEmptyError("too few people met anything")
        return shown
