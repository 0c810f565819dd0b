"""The audit: whatever was read must stand somewhere. Each minute what was read since is looked for again.

read = journaled + rejected + held + repeated + erased, for each partition. An offset that stands nowhere is
read from Kafka once more and worked off like any other record; only when nothing is left to be read again is
the audit written down, and the next one begins where it ended: with what was read meanwhile, so that new
holes put no audit off. A record that is gone from Kafka is missing for ever.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

from schemas.names import Table
from streams.batch import Processor
from streams.events import Record
from streams.facts import Place
from streams.looking import Desk, TakeUp
from streams.outcome import Batch
from streams.rows import AuditRow
from streams.sinks.journal import MOST_HOLES
from streams.sinks.originals import Reread
from streams.vitals import Vitals

AUDIT_EVERY_SECONDS = 60.0
BEYOND = 2**62
"""An offset that no record has."""


class Range(NamedTuple):
    """Offsets of a partition, the last not included."""

    first: int
    end: int


class Originals(Protocol):
    """Reads records of Kafka again."""

    async def read(self, places: Iterable[Place]) -> Reread: ...
    async def beginnings(self, topic: str, partitions: Iterable[int]) -> dict[int, int]: ...
    async def committed(self, topic: str, partitions: Iterable[int]) -> dict[int, int]: ...


class Audit:
    """Looks for what was read of the worker's partitions: `beside` the stream, and takes up `inwards` what is
    to be read again. `clock` gives monotonic seconds.
    """

    def __init__(
        self,
        topic: str,
        beside: Desk,
        inwards: Desk,
        processor: Processor,
        originals: Originals,
        vitals: Vitals,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._topic, self._beside, self._inwards, self._processor = topic, beside, inwards, processor
        self._originals, self._vitals, self._clock = originals, vitals, clock
        self._looked_at = clock()
        self._owned: frozenset[int] = frozenset()
        self._read_until: dict[int, int] = {}
        self._audited_until: dict[int, int] = {}
        self._begun: dict[int, Range] = {}
        """What the audit under way looks at, whatever is read meanwhile; empty if none is."""
        self._reread: set[Place] = set()

    def own(self, partitions: Iterable[int]) -> None:
        """Audit exactly these partitions; how far they were read and audited is to be learned again."""
        self._owned = frozenset(partitions)
        self._read_until.clear()
        self._audited_until.clear()
        self._begun.clear()
        self._reread.clear()

    def until(self, partition: int) -> int:
        """Return where the audit under way ends, or up to where is read; BEYOND if that is not known."""
        under_way = self._begun.get(partition)
        return under_way.end if under_way is not None else self._read_until.get(partition, BEYOND)

    @property
    def is_under_way(self) -> bool:
        """Has one begun that is not written down?"""
        return bool(self._begun)

    def read(self, record: Record) -> None:
        """All records up to this one of its partition are written; if that is another's, it audits them."""
        if record.partition in self._owned:
            self._read_until[record.partition] = record.offset + 1

    async def look(self, clock_ms: int) -> TakeUp | None:
        """Look, if it is time, for what is to be read again, or else to be written down.

        An audit ends before whatever is acknowledged after this was called.
        """
        if not self._owned or self._clock() - self._looked_at < AUDIT_EVERY_SECONDS:
            return None
        if not self._begun:
            read_until = dict(self._read_until)
            await self._learn_how_far_read()
            await self._learn_how_far_audited()
            self._begun = self._ranges(self._read_until | read_until)
        ranges = self._begun
        journal = self._beside.journal
        holes = await self._beside.lane.do("auditing", lambda: journal.holes(self._topic, ranges))
        found = await self._read_again(holes)
        again = [record for record in found.records if _place(record) not in self._reread]
        if again:
            self._reread |= {_place(record) for record in again}
            return lambda: self._inwards.lane.do(
                "reading again", lambda: self._processor.process(again, self._inwards.journal.known)
            )
        self._looked_at = self._clock()

        async def write_down() -> Batch:
            return self._written_down(ranges, holes, found)

        return write_down

    async def _learn_how_far_read(self) -> None:
        """Learn how far the owner before came in partitions that have brought nothing since."""
        if quiet := self._owned - self._read_until.keys():
            self._read_until |= await self._beside.lane.wait_for(
                "auditing", lambda: self._originals.committed(self._topic, quiet)
            )

    async def _learn_how_far_audited(self) -> None:
        """Learn where the last audit ended; where there was none, begin with what Kafka still has."""
        unknown = self._read_until.keys() - self._audited_until.keys()
        if not unknown:
            return
        journal = self._beside.journal
        until = await self._beside.lane.do("auditing", lambda: journal.audited_until(self._topic))
        if new := unknown - until.keys():
            until |= await self._beside.lane.wait_for(
                "auditing", lambda: self._originals.beginnings(self._topic, new)
            )
        self._audited_until |= {partition: until[partition] for partition in unknown}

    def _ranges(self, read_until: Mapping[int, int]) -> dict[int, Range]:
        ranges = {
            partition: Range(self._audited_until[partition], end) for partition, end in read_until.items()
        }
        return {partition: one for partition, one in ranges.items() if one.first < one.end}

    async def _read_again(self, holes: Mapping[int, list[int]]) -> Reread:
        places = [(self._topic, partition, offset) for partition, those in holes.items() for offset in those]
        if not places:
            return Reread([], [], [])
        return await self._beside.lane.wait_for("reading again", lambda: self._originals.read(places))

    def _written_down(
        self, ranges: Mapping[int, Range], holes: Mapping[int, list[int]], found: Reread
    ) -> Batch:
        """Return the rows of an audit; the next one begins where each ends."""
        batch = Batch()
        missing = [*found.gone, *map(_place, found.records)]
        for partition, (first, end) in ranges.items():
            those = holes.get(partition, [])
            if len(those) == MOST_HOLES:  # there may be more beyond
                end = those[-1] + 1
            row = AuditRow(
                self._topic,
                partition,
                first,
                end,
                _offsets(found.vacant, partition),
                len(_offsets(self._reread, partition)),
                _offsets(missing, partition),
            )
            batch.rows[Table.AUDITS].append(row)
            self._audited_until[partition] = end
            self._vitals.audited(row)
        self._begun = {}
        self._reread.clear()
        return batch


def _place(record: Record) -> Place:
    return record.topic, record.partition, record.offset


def _offsets(places: Iterable[Place], partition: int) -> tuple[int, ...]:
    return tuple(sorted(offset for _, where, offset in places if where == partition))
