"""What the customer page asks."""

import json
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from dashboards.answers.life import Life
from dashboards.context import Context
from dashboards.questions.told import KnownRow, known_of, life_until
from dashboards.state import CustomerView


class ContactRow(NamedTuple):
    """What a customer is called, and where to reach them: JSON; empty for those who may not know."""

    contact: str


class NameRow(NamedTuple):
    """The pseudonym of a name of a customer, and when it was first linked to another."""

    name_id: str
    since_at: datetime | None


class CustomerQuestions:
    """Everything about one customer, as of a time, by any name; raises StoreEmptyError if it is nobody's."""

    def __init__(self, context: Context, view: CustomerView, newest: datetime) -> None:
        self._context, self._view = context, view
        self.at = self._newest = newest
        if view.until_day:
            end = datetime.combine(view.until_day + timedelta(days=1), time(), tzinfo=context.zone)
            self.at = min(newest, end.astimezone(UTC) - timedelta(milliseconds=1))

    @property
    def is_past(self) -> bool:
        """Is it asked as of a time before the newest?"""
        return self.at < self._newest

    @cached_property
    def known(self) -> KnownRow:
        """Who it is."""
        return known_of(self._context.store, self._view.id)

    @cached_property
    def contact(self) -> tuple[str, ...]:
        """Name, address and number, as far as they are known and whoever asks may know them."""
        rows = self._context.store.rows("customer.contact", ContactRow, person=self.known.person_id)
        return tuple(json.loads(rows[0].contact).values()) if rows and rows[0].contact else ()

    @cached_property
    def names(self) -> tuple[NameRow, ...]:
        """All names that were joined in the customer; none for one who has a single name."""
        return self._context.store.rows("customer.names", NameRow, person=self.known.person_id)

    @cached_property
    def life(self) -> Life:
        """The life up to the time; raises StoreEmptyError if nothing was felt by then."""
        return life_until(self._context.store, self.known, self.at)
