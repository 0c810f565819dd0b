"""What becomes of a batch of records: rows for ClickHouse, announcements for whoever listens. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from schemas.names import Table
from streams.alerts.alert import Alert, Hint
from streams.events import Rejected
from streams.rows import BondRow, JournalRow
from streams.value import Value

WRITE_ORDER = (
    (Table.REJECTED,),
    (Table.REPEATED, Table.ERASED, Table.PROFILES, Table.WITHDRAWALS, Table.LINKS, Table.JOURNAL),
    (Table.STEPS, Table.IDENTITIES, Table.ALERTS, Table.COMMANDS),
    (Table.BONDS, Table.AUDITS),
    (Table.HELD,),
)
"""Facts before what is derived from them, so that a crash in between only delays; those together at once.

A bond says that its steps are there, and what is held is released when it is in its bond.
"""
SETTLING = frozenset({Table.HELD, Table.ALERTS, Table.BONDS})
"""Rows that settle what a look found: nobody delivers it again, so it is found until these are written."""


class Owner(Value, frozen=True):
    """Whose a person is: the customer's id for publishers, and the partition of their events."""

    customer: str
    partition: int


class BondChange(Value, frozen=True):
    """A bond that a batch changed, for whoever listens."""

    customer: str
    partition: int | None
    """Partition of the event that changed it; None: that of the customer as the key."""
    bond: BondRow
    level: str
    evidence: float


class Word(Value, frozen=True):
    """Our word about a customer: an alert to its owner, or a hint for routing."""

    customer: str
    partition: int | None
    told: Alert | Hint


class Touched(Value, frozen=True, array_like=True):
    """A name about which something became known, so that whose it is must be derived again."""

    name_id: str
    customer: str
    """The name as publishers spell it; empty if the journal has only its pseudonym."""
    partition: int | None
    """Partition of its events; None: that of the customer as the key."""
    from_ms: int
    """Time from which something may be different."""


class Journaled(Touched, frozen=True, array_like=True):
    """A name of which touchpoints were journaled, and nothing else became known."""

    rows: Sequence[JournalRow]
    """All of them, as far as a fold needs them."""


@dataclass(slots=True)
class Batch:
    """What becomes of a batch of records."""

    rows: dict[Table, list[Any]] = field(default_factory=lambda: {table: [] for table in chain(*WRITE_ORDER)})
    changes: list[BondChange] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    owners: dict[str, Owner] = field(default_factory=dict)
    """Of each name whose bond may change."""
    came: Mapping[str, Sequence[JournalRow]] = field(default_factory=dict)
    """Rows of each name's touchpoints, whether they were news or not."""
    linked: list[Touched] = field(default_factory=list)
    """Names that were linked or unlinked."""

    def people(self) -> set[str]:
        """Return the names and the persons whose steps or bond it changes, or may change."""
        bonds = (row.person_id for row in self.rows[Table.BONDS])
        return {*self.owners, *bonds, *(row.name_id for row in self.rows[Table.STEPS])}

    def add(self, other: "Batch") -> None:
        """Take in what another batch derived."""
        for table, rows in other.rows.items():
            self.rows[table].extend(rows)
        self.changes.extend(other.changes)
        self.words.extend(other.words)

    def change(self, owner: Owner | Touched, bond: BondRow, level: str, evidence: float) -> None:
        """Say that a bond has changed, if it is known whose it is."""
        if owner.customer:
            self.changes.append(BondChange(owner.customer, owner.partition, bond, level, evidence))

    def tell(self, owner: Owner | Touched, alerts: Iterable[Alert], hints: Iterable[Hint]) -> None:
        """Write alerts down; say them and the hints to whoever listens, if it is known whose they are."""
        self.rows[Table.ALERTS].extend(alerts)
        if owner.customer:
            told: list[Alert | Hint] = [*alerts, *hints]
            self.words += [Word(owner.customer, owner.partition, each) for each in told]
