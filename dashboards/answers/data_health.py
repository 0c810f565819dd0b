"""Is everything there that was told: what came in, what became of it, and who has fallen silent. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

FEWER = 0.5
"""A publisher that tells less than this share of the week before has fallen quiet."""
FEW_EVENTS = 20
"""Under so many events in the week before, less of them says nothing."""


class SourceRow(NamedTuple):
    """How fresh a publisher is."""

    source: str
    events: int
    last_occurred_at: datetime
    last_received_at: datetime
    delay_seconds: float
    week: int
    week_before: int

    @property
    def change(self) -> float | None:
        """The week against the one before it, as a share of that; None if there was nothing."""
        return self.week / self.week_before - 1 if self.week_before else None

    @property
    def is_quiet(self) -> bool:
        """Does it tell much less than before?"""
        return self.week_before >= FEW_EVENTS and self.week < FEWER * self.week_before


class RejectedRow(NamedTuple):
    """Events that could not be read for the same reason."""

    reason: str
    field: str
    source: str
    type: str
    events: int
    detail: str
    last_received_at: datetime


class HeldRow(NamedTuple):
    """Events that wait for the same reason."""

    reason: str
    type: str
    source: str
    events: int
    since: datetime
    due_at: datetime


class LanguageRow(NamedTuple):
    """Texts of a language."""

    language: str
    texts: int
    unsure: int
    last_heard_at: datetime


class PartitionRow(NamedTuple):
    """What became of the events of a partition."""

    kafka_topic: str
    kafka_partition: int
    journaled: int
    rejected: int
    held: int
    repeated: int
    removed: int
    vacant: int
    first_offset: int
    next_offset: int
    missing: int
    audited_at: datetime | None

    @property
    def read(self) -> int:
        """Events between the first and the last offset that was seen; some offsets have none."""
        return self.next_offset - self.first_offset - self.vacant


class Apart(NamedTuple):
    """Events that are in no figure."""

    rejected: int
    held: int


class Whole(NamedTuple):
    """What became of all events: the parts add up to those read."""

    read: int
    journaled: int
    rejected: int
    held: int
    repeated: int
    removed: int
    missing: int


def whole_of(rows: Iterable[PartitionRow]) -> Whole:
    """Return all partitions together."""
    told = list(rows)
    return Whole(*(sum(getattr(row, field) for row in told) for field in Whole._fields))
