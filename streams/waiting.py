"""What waits in front of a worker's line, and how much of it is taken in one go."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from streams.events import Record

BATCHES_WAITING = 4
"""So much of a backlog is in memory: with one, the next batch was not there when it could be worked out."""
BATCH_SECONDS = 10.0
"""What a batch is to take, at most. With 4, a backlog of strangers took two to three times as long: of a
reading they share much."""
FEW_RECORDS = 2_000
MOMENT_SECONDS = 1e-3
"""No batch counts as shorter."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Records of one partition, and what to call when they are journaled."""

    records: tuple[Record, ...]
    acknowledge: Callable[[], object]
    generation: int
    """Of the group of workers, when they were delivered: to a later one they are delivered again."""


class Waiting(asyncio.Queue[Delivery]):
    """Chunks that wait their turn: of so many records, and a chunk more. One of a backlog has hundreds."""

    def __init__(self, most_records: int) -> None:
        super().__init__()
        self._most_records, self._records = most_records, 0

    def full(self) -> bool:
        """Must whoever brings the next chunk wait?"""
        return self._records >= self._most_records

    def _put(self, item: Delivery) -> None:
        super()._put(item)
        self._records += len(item.records)

    def _get(self) -> Delivery:
        delivery = super()._get()
        self._records -= len(delivery.records)
        return delivery


class Pace:
    """How many records are taken in one go: as many as are worked out in a few seconds.

    Who comes with a partition is read from the journal with all their past, which takes ten to forty times as
    long as to go on with who is remembered: 16,000 records took 35 s, with no acknowledgement before.
    """

    def __init__(self, most_records: int) -> None:
        self._few_records, self._most_records = min(FEW_RECORDS, most_records), most_records
        self.records = self._few_records

    def begin_anew(self) -> None:
        """Take few, for nobody is remembered."""
        self.records = self._few_records

    def took(self, records: int, seconds: float) -> None:
        """So many records took so long to be worked out."""
        fitting = round(records * BATCH_SECONDS / max(seconds, MOMENT_SECONDS))
        self.records = min(self._most_records, max(self._few_records, fitting))
