"""Moves chunks through the hot path: two batches at a time, one being worked out, one being written.

Chunks are taken in the order in which they came, of what waits as much as is worked out in a few seconds; a
batch is acknowledged when all its rows are in ClickHouse and its announcements in Kafka, never before. What a
look found has nobody who would deliver it again: the rows by which it is found no more are written after it
is announced. It is looked beside the stream, which waits only while what was found is taken up. An outage is
never poison: writing is tried again until it works, while no more than a few batches wait in memory.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from streams.batch import Processor
from streams.crashpoints import Point, Reached, never
from streams.events import Record
from streams.forgetting import Forgetting
from streams.joining import Joiner
from streams.lane import Lane
from streams.looks import Looks
from streams.memory import Memory
from streams.outcome import SETTLING, Batch
from streams.outlet import Links, Outlet
from streams.person import Person
from streams.sinks.journal import Journal
from streams.vitals import Vitals
from streams.waiting import BATCHES_WAITING, Delivery, Pace, Waiting

SWITCHES_SECONDS = 1.0
"""For so long a rule that was switched may be followed as before."""


@dataclass(frozen=True, slots=True)
class Inwards:
    """What works batches out; the journal is read in this lane alone."""

    lane: Lane
    processor: Processor
    joiner: Joiner
    memory: Memory[Person]
    journal: Journal
    links: Links
    erasures: Forgetting


class Conveyor:
    """One worker's line: take, work out, write, acknowledge; and now and then look what time has brought."""

    def __init__(
        self,
        topic: str,
        batch_size: int,
        inwards: Inwards,
        outlet: Outlet,
        looks: Looks,
        vitals: Vitals,
        reached: Reached = never,
    ) -> None:
        self._topic = topic
        self._in, self._outlet, self._looks = inwards, outlet, looks
        self._vitals, self._reached = vitals, reached
        self._forgotten: set[int] = set()
        self._owned: frozenset[int] = frozenset()
        self._generation = 0
        self._pace = Pace(batch_size)
        self._switches_learned_at = -SWITCHES_SECONDS
        self._clock_ms = 0
        self._waiting = Waiting(BATCHES_WAITING * batch_size)
        self._getting: asyncio.Future[Delivery] | None = None
        self._written: asyncio.Task[None] | None = None

    async def put(self, delivery: Delivery) -> None:
        """Hand in a chunk; waits while enough is waiting already."""
        await self._waiting.put(delivery)

    async def run(self) -> None:
        """Work until cancelled. Any error but an outage comes out of here, and nothing was acknowledged."""
        await self._outlet.open()
        await self._in.lane.wait_for("reading links", self._in.links.start)
        try:
            quiet_seconds = self._looks.quiet_seconds(True)
            while True:
                self._vitals.turned()
                deliveries = await self._take(quiet_seconds)
                if deliveries:
                    await self._carry(deliveries)
                else:
                    await self._look()
                quiet_seconds = self._looks.quiet_seconds(bool(deliveries))
        finally:
            await self._in.links.stop()
            await self._outlet.close()
            self._looks.close()
            self._in.lane.close()

    async def _take(self, quiet_seconds: float) -> list[Delivery]:
        """Return the next chunk and what else is waiting, up to the size of a batch; none if all is quiet.

        What was delivered to an earlier generation is passed over, all of it: it is delivered again.
        """
        while (first := await self._next_delivery(quiet_seconds)) is not None:
            deliveries, weight = [first], first.weight
            while weight < self._pace.weight and not self._waiting.empty():
                deliveries.append(self._waiting.get_nowait())
                weight += deliveries[-1].weight
            fresh = [delivery for delivery in deliveries if delivery.generation >= self._generation]
            if fresh:
                return fresh
        return []

    async def _next_delivery(self, quiet_seconds: float) -> Delivery | None:
        """Return the next chunk, None if all is quiet; notice an error of the writing meanwhile."""
        if self._getting is None:
            self._getting = asyncio.ensure_future(self._waiting.get())
        while not self._getting.done():
            awaited: set[asyncio.Future[Any]] = {self._getting}
            if self._written is not None:
                awaited.add(self._written)
            done, _ = await asyncio.wait(awaited, timeout=quiet_seconds, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                return None
            if self._written in done:
                await self._settled()
        getting, self._getting = self._getting, None
        return getting.result()

    async def _carry(self, deliveries: list[Delivery]) -> None:
        """Work out a batch and begin to write it; look what time has brought if it is time."""
        self._clock_ms = max(self._clock_ms, deliveries[-1].records[-1].received_ms)
        self._reached(Point.FETCHED)
        await self._take_over()
        records = [record for one in deliveries for record in one.records]
        began = time.monotonic()
        batch = await self._work_out(records)
        self._pace.took(sum(one.weight for one in deliveries), time.monotonic() - began)
        self._reached(Point.WORKED_OUT)
        await self._settled()
        if self._looks.are_due(self._clock_ms):
            self._looks.begin(self._clock_ms)
        self._looks.meet(batch)
        self._begin_to_write(batch, deliveries)
        if self._looks.are_over:
            await self._take_up_next()

    async def _work_out(self, records: list[Record]) -> Batch:
        """Work a batch out: what came from publishers, and what is to be derived again of linked names."""
        told = [record for record in records if record.topic == self._topic]
        touched = [record for record in records if record.topic != self._topic]
        if touched:
            await self._in.lane.wait_for("reading links", self._in.links.catch_up)

        def work() -> Batch:
            self._in.erasures.take_in()
            self._learn_switches()
            # Nothing is remembered before all that may fail is done: it would be tried again.
            joined = self._in.joiner.fold(touched, self._in.journal)
            batch = self._in.processor.process(told, self._in.journal.known)
            self._in.joiner.remember()
            batch.add(joined)
            return self._in.erasures.with_mates(batch)

        return await self._in.lane.do("reading histories", work)

    def _learn_switches(self) -> None:
        """Learn which rules are on, if that was not done just now: each question costs latency."""
        if time.monotonic() - self._switches_learned_at >= SWITCHES_SECONDS:
            self._in.processor.switch(self._in.journal.switches())
            self._switches_learned_at = time.monotonic()

    def _begin_to_write(self, batch: Batch, deliveries: Sequence[Delivery] = ()) -> None:
        self._written = asyncio.create_task(self._write(batch, deliveries))

    async def _write(self, batch: Batch, deliveries: Sequence[Delivery]) -> None:
        """Write a batch, announce it, acknowledge what it came from; what a look found is settled by rows."""
        settling = {} if deliveries else {table: batch.rows[table] for table in SETTLING}
        began = time.monotonic()
        await self._outlet.write({table: rows for table, rows in batch.rows.items() if table not in settling})
        self._vitals.wrote(batch, time.monotonic() - began)
        self._reached(Point.ALL_WRITTEN)
        await self._outlet.announce(batch)
        self._reached(Point.ANNOUNCED)
        if settling:
            await self._outlet.write(settling)
        for delivery in deliveries:
            delivery.acknowledge()
            if delivery.records[-1].topic == self._topic:
                self._vitals.done(delivery.records)
                self._looks.read(delivery.records[-1])

    async def _settled(self) -> None:
        """Wait until the batch before is written; its error comes out here."""
        if self._written is not None:
            written, self._written = self._written, None
            await written

    async def _look(self) -> None:
        """Look, wait for what is found and take it up; this look sees all that was written before."""
        await self._take_up()
        await self._settled()
        self._looks.begin(self._clock_ms)
        await self._take_up()

    async def _take_up(self) -> None:
        """Take up all that a look has found."""
        while await self._take_up_next():
            pass

    async def _take_up_next(self) -> bool:
        """Take up the next of what a look has found that no record brings; False if there is nothing more.

        What was found before partitions came or went comes to nothing: who lives there is still remembered
        as they were, and somebody else may have folded them since.
        """
        await self._take_over()
        take_up = await self._looks.found()
        if take_up is None:
            return False
        await self._settled()
        await self._in.lane.do("reading erasures", self._in.erasures.take_in)
        if self._forgotten:
            return True
        batch = await take_up()
        if batch is not None or self._in.erasures.mates:
            self._reached(Point.LOOKED)
            self._begin_to_write(self._in.erasures.with_mates(batch or Batch()))
        return True

    def give_up(self) -> None:
        """Look no more: the partitions are about to change hands."""
        self._look_after(frozenset())

    def own(self, partitions: Iterable[int], generation: int) -> None:
        """Take over exactly these partitions, as a member of this generation of the group.

        Who lives in any other is forgotten, and who lives in these, unless they were here in the generation
        before: then nobody else can have folded them.
        """
        owned = frozenset(partitions)
        kept = owned & self._owned if generation == self._generation + 1 else frozenset()
        self._forgotten |= (owned | self._owned) - kept
        self._owned, self._generation = owned, generation
        self._look_after(owned)

    def _look_after(self, partitions: frozenset[int]) -> None:
        self._looks.own(partitions)
        self._vitals.own(partitions)
        self._reached(Point.ASSIGNED)

    async def _take_over(self) -> None:
        """Forget who lives in partitions that came or went, and go on from how things stand.

        That takes no look: the stream had stood still for it, the longer the more was journaled.
        """
        while self._forgotten:
            await self._settled()
            self._pace.begin_anew()
            forgotten, self._forgotten = self._forgotten, set()
            self._in.memory.forget_partitions(forgotten)
            self._in.joiner.forget_partitions(forgotten)
            await self._in.lane.do("reading how things stand", self._read_how_things_stand)

    def _read_how_things_stand(self) -> None:
        self._in.processor.fold_as_of(self._in.journal.now_ms())
