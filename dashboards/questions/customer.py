"""What the customer page asks."""

import re
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from dashboards.answers.life import Life, LifeRow, life_of
from dashboards.context import Context
from dashboards.state import CustomerView
from dashboards.store import StoreEmptyError
from streams.bond.parameters import VERSIONS

FALLING_DAYS = 28
LISTS = ("at_risk", "falling", "loyal")
_PSEUDONYM_START = re.compile(r"[0-9a-f]{4,}\Z")


class BondRow(NamedTuple):
    """A customer's bond now."""

    person_id: str
    segment: str
    language: str
    at: datetime
    bond_index: float
    level: str
    evidence: float
    touchpoints: int
    felt: int
    last_felt_at: datetime
    model_version: str


class ListedRow(NamedTuple):
    """A customer in a list."""

    person_id: str
    segment: str
    bond_index: float
    level: str
    last_felt_at: datetime
    is_recent: bool
    amount: float


class KnownRow(NamedTuple):
    """Somebody."""

    person_id: str


class CustomerQuestions:
    """Everything about one customer, as of a time; raises StoreEmptyError if nobody is known by the id."""

    def __init__(self, context: Context, view: CustomerView, newest: datetime) -> None:
        self._context, self._view = context, view
        self.at = newest
        if view.until_day:
            end = datetime.combine(view.until_day + timedelta(days=1), time(), tzinfo=context.zone)
            self.at = min(newest, end.astimezone(UTC) - timedelta(milliseconds=1))

    @cached_property
    def bond(self) -> BondRow:
        """The bond now, as published."""
        return self._context.store.row("customer.bond", BondRow, person=self._view.id)

    @cached_property
    def life(self) -> Life:
        """The life up to the time; raises StoreEmptyError if nothing was felt by then."""
        version = self.bond.model_version
        rows = self._context.store.rows("customer.touchpoints", LifeRow, person=self._view.id, to=self.at)
        if version not in VERSIONS or not any(row.kind == "felt" for row in rows):
            raise StoreEmptyError("nothing was felt")
        return life_of(rows, self.at, VERSIONS[version])


def listed(context: Context, name: str, at: datetime) -> tuple[ListedRow, ...]:
    """Return one of the LISTS."""
    more = {"from": at - timedelta(days=FALLING_DAYS)} if name == "falling" else {}
    return context.store.rows(f"customer.{name}", ListedRow, **more)


def found(context: Context, text: str) -> list[str]:
    """Return the pseudonyms that a search finds: of that customer id, that pseudonym, or beginning so."""
    given = text.strip()
    if not given:
        return []
    start = given.lower() if _PSEUDONYM_START.match(given.lower()) else ""
    people = [context.person_of(given), given.lower()]
    rows = context.store.rows("customer.known", KnownRow, people=people, start=start)
    known = [row.person_id for row in rows]
    exact = [one for one in people if one in known]
    return exact[:1] or known
