"""What the customer page asks."""

import json
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from dashboards.answers.life import Life, LifeRow, life_of
from dashboards.context import Context
from dashboards.state import CustomerView
from dashboards.store import StoreEmptyError
from streams.bond.parameters import VERSIONS


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


class ContactRow(NamedTuple):
    """What a customer is called, and where to reach them: JSON; empty for those who may not know."""

    contact: str


class CustomerQuestions:
    """Everything about one customer, as of a time, by any name; raises StoreEmptyError if it is nobody's."""

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
    def contact(self) -> tuple[str, ...]:
        """Name, address and number, as far as they are known and whoever asks may know them."""
        rows = self._context.store.rows("customer.contact", ContactRow, person=self.bond.person_id)
        return tuple(json.loads(rows[0].contact).values()) if rows and rows[0].contact else ()

    @cached_property
    def life(self) -> Life:
        """The life up to the time; raises StoreEmptyError if nothing was felt by then."""
        version = self.bond.model_version
        rows = self._context.store.rows(
            "customer.touchpoints", LifeRow, person=self.bond.person_id, to=self.at
        )
        if version not in VERSIONS or not any(row.kind == "felt" for row in rows):
            raise StoreEmptyError("nothing was felt")
        return life_of(rows, self.at, VERSIONS[version])
