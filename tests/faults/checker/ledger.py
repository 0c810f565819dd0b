"""The publisher's own list: what the broker acknowledged, where it lies, and what it was meant to be."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What must become of a record."""

    TOUCHPOINT = "touchpoint"
    WITHDRAWAL = "withdrawal"
    PROFILE = "profile"
    LINK = "link"
    REJECTED = "rejected"
    HELD = "held"
    MUTANT = "mutant"
    """Whether it is valid is for the validator to say."""


@dataclass(frozen=True)
class Publication:
    """A record to publish; `reason` is why it is rejected or held, `headers` are mutants' alone."""

    key: bytes | None
    value: bytes | None
    fate: Fate
    reason: str = ""
    headers: tuple[tuple[str, bytes | None], ...] = ()

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent in it; kept as bytes alone, so that a million of them have room."""
        told: dict[str, Any] = json.loads(self.value or b"")
        return told


@dataclass(frozen=True)
class Delivery:
    """A record that the broker acknowledged."""

    partition: int
    offset: int
    publication: Publication


@dataclass
class Ledger:
    """All acknowledged records of one topic."""

    topic: str
    deliveries: list[Delivery] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """Sends that were given up: what the broker has of them is not known."""
    erased: set[bytes] = field(default_factory=set)
    """Keys of customers of whom nothing may stand but where their records lie."""

    def __len__(self) -> int:
        return len(self.deliveries)

    def of(self, *fates: Fate) -> Iterator[Delivery]:
        """Yield the deliveries of some fates, but of the erased, in the order of partition and offset."""
        for delivery in sorted(self.deliveries, key=lambda one: (one.partition, one.offset)):
            if delivery.publication.fate in fates and not self.is_erased(delivery):
                yield delivery

    def is_erased(self, delivery: Delivery) -> bool:
        """Is it of a customer who was erased?"""
        return delivery.publication.key in self.erased

    def ends(self) -> dict[int, int]:
        """Return, for each partition with a record, one past the last offset."""
        ends: dict[int, int] = {}
        for delivery in list(self.deliveries):
            ends[delivery.partition] = max(ends.get(delivery.partition, 0), delivery.offset + 1)
        return ends
