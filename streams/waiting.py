"""What waits in front of a worker's line, and how much of it is taken in one go.

How much that is counts by weight: each record, and what is large several times. A record may be a megabyte,
or tell a thousand moments.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from streams.events import Record

BATCHES_WAITING = 4
"""So much of a backlog is in memory: with one, the next batch was not there when it could be worked out."""
BATCH_SECONDS = 10.0
"""What a batch is to take, at most. With 4, a backlog of strangers took two to three times as long: of a
reading they share much."""
FEW = 2_000
"""The least that a batch may weigh."""
WEIGHT_BYTES = 1_024
MOMENT_SECONDS = 1e-3
"""No batch counts as shorter."""


@dataclass(frozen=True)
class Delivery:
    """Records of one partition, and what to call when they are journaled."""

    records: tuple[Record, ...]
    acknowledge: Callable[[], object]
    generation: int
    """Of the group of workers, when they were delivered: to a later one they are delivered again."""

    @cached_property
    def weight(self) -> int:
        """How much it counts: one for each record, and one more for each whole kilobyte of it."""
        return len(self.records) + sum(len(one.value or b"") // WEIGHT_BYTES for one in self.records)


class Waiting(asyncio.Queue[Delivery]):
    """Chunks that wait their turn: of so much weight, and a chunk more. One of a backlog has hundreds."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most, self._weight = most, 0

    def full(self) -> bool:
        """Must whoever brings the next chunk wait?"""
        return self._weight >= self._most

    def _put(self, item: Delivery) -> None:
        super()._put(item)
        self._weight += item.weight

    def _get(self) -> Delivery:
        delivery = super()._get()
        self._weight -= delivery.weight
        return delivery


class Pace:
    """How much is taken in one go: as much as is worked out in a few seconds.

    Who comes with a partition is read from the journal with all their past, which takes ten to forty times as
    long as to go on with who is remembered: 16,000 records took 35 s, with no acknowledgement before.
    """

    def __init__(self, most: int) -> None:
        self._few, self._most = min(FEW, most), most
        self.weight = self._few

    def begin_anew(self) -> None:
        """Take few, for nobody is remembered."""
        self.weight = self._few

    def took(self, weight: int, seconds: float) -> None:
        """So much took so long to be worked out."""
        fitting = round(weight * BATCH_SECONDS / max(seconds, MOMENT_SECONDS))
        self.weight = min(self._most, max(self._few, fitting))
