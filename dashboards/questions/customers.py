"""What the page of all customers asks."""

import re
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from dashboards.access.rights import Right
from dashboards.context import Context
from dashboards.state import Filters
from dashboards.store import StoreEmptyError

MOST_LISTED = 1_000
"""Customers shown of a list; the query has the same limit."""
_PSEUDONYM_START = re.compile(r"[0-9a-f]{4,}\Z")


class CountsRow(NamedTuple):
    """How many customers are in each list; the names are those of the lists."""

    everybody: int
    at_risk: int
    falling: int
    won_back: int
    loyal: int


class ListedRow(NamedTuple):
    """A customer in a list; what the period did is None where nothing was felt in it."""

    person_id: str
    segment: str
    language: str
    level: str
    bond_index: float
    change: float | None
    lowest: float | None
    evidence: float
    felt: int
    last_felt_at: datetime


class KnownRow(NamedTuple):
    """Somebody; is it who was asked for, or does only the pseudonym begin so?"""

    person_id: str
    is_meant: bool


class CustomersQuestions:
    """Everything about one choice of filters, as of a time."""

    def __init__(self, context: Context, filters: Filters, at: datetime) -> None:
        self._context, self._filters = context, filters
        self._parameters = {
            **filters.window(at).parameters,
            **filters.who,
            "department": filters.department,
        }

    @cached_property
    def counts(self) -> CountsRow:
        """How many there are; raises StoreEmptyError if nobody fits."""
        row = self._context.store.row("customers.counts", CountsRow, **self._parameters)
        if not row.everybody:
            raise StoreEmptyError("nobody")
        return row

    def listed(self) -> tuple[ListedRow, ...]:
        """The customers of the chosen list."""
        listing = self._filters.listing
        return self._context.store.rows("customers.listed", ListedRow, **self._parameters, listing=listing)


def found(context: Context, text: str) -> list[str]:
    """Return the pseudonyms that a search finds: that pseudonym, beginning so, or of that customer id.

    Who may not know names finds nobody by a customer id, for that would tell whose the pseudonym is.
    """
    given = text.strip()
    if not given:
        return []
    start = given.lower() if _PSEUDONYM_START.match(given.lower()) else ""
    named = [context.person_of(given)] if context.viewer().may(Right.KNOW_NAMES) else []
    people = [*named, given.lower()]
    rows = context.store.rows("customers.known", KnownRow, people=people, start=start)
    meant = [row.person_id for row in rows if row.is_meant]
    exact = [one for one in people if one in meant]
    return exact[:1] or meant or [row.person_id for row in rows]
