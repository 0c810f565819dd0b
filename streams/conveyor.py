"""Moves chunks through the hot path: two batches at a time, one being worked out, one being written.

Chunks are taken in the order in which they came, all that wait in one go; a batch is acknowledged when all
its rows are in ClickHouse and its announcements in Kafka, never before. An outage is never poison: writing
is tried again until it works, while no more than a few chunks wait in memory.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from schemas.names import Table
from streams.alerts.follow import News
from streams.alerts.switches import Switches
from streams.batch import Processor
from streams.crashpoints import Point, Reached, never
from streams.events import Record
from streams.facts import coordinates
from streams.history import NEVER_MS
from streams.identity import Circles
from streams.joining import Joiner, touched_by
from streams.outages import until_it_works
from streams.outcome import Batch, Owner, Touched
from streams.rows import JournalRow
from streams.sinks.journal import MOST_PEOPLE, Journal
from streams.vitals import Vitals

LOOK_EVERY_MS = 30_000
"""By Kafka's clock: how often it is looked what time has brought: held events,
missed commitments, silence."""
QUIET_SECONDS, LONG_QUIET_SECONDS = 1.0, 10.0
"""It is looked also when nothing has come for so long, and from then on so often. What is found is decided by
event times and Kafka's clock; the worker's tells only when to look."""

T = TypeVar("T")
Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Records of one partition, and what to call when they are journaled."""

    records: tuple[Record, ...]
    acknowledge: Callable[[], object]


class Announcer(Protocol):
    """Publishes what a batch brought; returns when Kafka has it."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def share_links(self, batch: Batch) -> None: ...
    async def announce(self, batch: Batch, touched: Sequence[Touched]) -> None: ...


class Links(Protocol):
    """Keeps the circles of all workers the same."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def catch_up(self) -> None: ...


class Originals(Protocol):
    """Reads again whose a touchpoint is."""

    async def customers(self, places: Iterable[Place]) -> dict[Place, str]: ...


class Conveyor:
    """One worker's line from chunks to rows. `Journal` clients are used from one thread each."""

    def __init__(
        self,
        processor: Processor,
        joiner: Joiner,
        circles: Circles,
        links: Links,
        reading: Journal,
        writing: Journal,
        announcer: Announcer,
        originals: Originals,
        topic: str,
        batch_size: int,
        forget: Callable[[Iterable[int]], None],
        vitals: Vitals,
        reached: Reached = never,
    ) -> None:
        self._processor, self._joiner = processor, joiner
        self._announcer, self._originals = announcer, originals
        self._circles, self._links = circles, links
        self._reading, self._writing = reading, writing
        self._topic, self._batch_size = topic, batch_size
        self._forget = forget
        self._vitals = vitals
        self._reached = reached
        self._forgotten: set[int] = set()
        self._owned: frozenset[int] = frozenset()
        self._clock_ms = 0
        self._looked_at_ms: int | None = None
        self._silent_until_ms = NEVER_MS
        """Until then nothing more is to be told of silence."""
        self._waiting: asyncio.Queue[Delivery] = asyncio.Queue(maxsize=64)
        self._getting: asyncio.Future[Delivery] | None = None
        self._working = ThreadPoolExecutor(1, "work")
        self._writer = ThreadPoolExecutor(1, "write")
        self._written: asyncio.Task[None] | None = None

    async def put(self, delivery: Delivery) -> None:
        """Hand in a chunk; waits while enough is waiting already."""
        await self._waiting.put(delivery)

    def own(self, partitions: Iterable[int]) -> None:
        """Take over exactly these partitions. Who lives in any other, or just came, is forgotten."""
        owned = frozenset(partitions)
        self._forgotten |= owned | self._owned
        self._owned, self._looked_at_ms, self._silent_until_ms = owned, None, NEVER_MS
        self._vitals.own(owned)

    async def run(self) -> None:
        """Work until cancelled. Any error but an outage comes out of here, and nothing was acknowledged."""
        await self._until_it_works("connecting to Kafka", self._announcer.start)
        await self._until_it_works("reading links", self._links.start)
        try:
            quiet_seconds = QUIET_SECONDS
            while True:
                self._vitals.turned()
                deliveries = await self._next_deliveries(quiet_seconds)
                if deliveries:
                    await self._take(deliveries)
                else:
                    await self._look()
                again_soon = bool(deliveries) or self._looked_at_ms is None
                quiet_seconds = QUIET_SECONDS if again_soon else LONG_QUIET_SECONDS
        finally:
            await self._links.stop()
            await self._announcer.stop()
            self._working.shutdown(wait=False, cancel_futures=True)
            self._writer.shutdown(wait=False, cancel_futures=True)

    async def _take(self, deliveries: list[Delivery]) -> None:
        """Work out a batch and begin to write it; look what time has brought if it is time."""
        self._clock_ms = max(self._clock_ms, deliveries[-1].records[-1].received_ms)
        self._reached(Point.FETCHED)
        await self._settled_if_forgetting()
        if self._looked_at_ms is None:
            await self._look()
        batch = await self._process([record for one in deliveries for record in one.records])
        self._reached(Point.WORKED_OUT)
        await self._settled()
        self._written = asyncio.create_task(self._write(batch, deliveries))
        if self._looked_at_ms is None or self._clock_ms - self._looked_at_ms >= LOOK_EVERY_MS:
            await self._look()

    async def _next_deliveries(self, quiet_seconds: float) -> list[Delivery]:
        """Return the next chunk and what else is waiting, up to the size of a batch; none if all is quiet."""
        first = await self._first_delivery(quiet_seconds)
        if first is None:
            return []
        deliveries = [first]
        count = len(deliveries[0].records)
        while count < self._batch_size and not self._waiting.empty():
            deliveries.append(self._waiting.get_nowait())
            count += len(deliveries[-1].records)
        return deliveries

    async def _first_delivery(self, quiet_seconds: float) -> Delivery | None:
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

    async def _look(self) -> None:
        """Take up what no record brings: held events that can be read now, commitments that were missed, new
        readings, alerts that silence brings."""
        await self._settled_if_forgetting()
        await self._settled()
        self._looked_at_ms = self._clock_ms
        await self._release_held()
        await self._settled()
        await self._fold_missed()
        await self._settled()
        await self._fold_read_again()
        await self._settled()
        await self._tell_silence()

    async def _release_held(self) -> None:
        """Read what was held and is due by Kafka's clock, or has become readable."""
        look = partial(
            self._reading.due, self._topic, self._owned, self._processor.known_types, self._clock_ms
        )
        records, clock_ms = await self._until_it_works(
            "looking for what is due", partial(self._in_thread, self._working, look)
        )
        if records:
            batch = await self._process(records, clock_ms)
            self._written = asyncio.create_task(self._write(batch, []))

    async def _fold_missed(self) -> None:
        """Fold whoever missed something since, without any touchpoint of their own."""

        def fold() -> Batch:
            missed, now_ms = self._reading.missed(self._topic, self._owned)
            return self._processor.fold_missed(missed, now_ms, self._reading.known)

        batch = await self._until_it_works(
            "looking for missed commitments", partial(self._in_thread, self._working, fold)
        )
        if batch.owners:
            self._written = asyncio.create_task(self._write(batch, []))
        if len(batch.owners) == MOST_PEOPLE:
            self._looked_at_ms = None

    async def _fold_read_again(self) -> None:
        """Fold whose feeling was read again since, by another reading or catalogue."""

        def fold() -> Batch:
            people = self._reading.read_again(self._topic, self._owned)
            return self._processor.fold_read_again(people, self._reading.known)

        batch = await self._until_it_works(
            "looking for what was read again", partial(self._in_thread, self._working, fold)
        )
        if batch.owners:
            self._written = asyncio.create_task(self._write(batch, []))
        if len(batch.owners) == MOST_PEOPLE:
            self._looked_at_ms = None

    async def _tell_silence(self) -> None:
        """Tell what silence has brought, by the rules that are on."""

        def find() -> dict[Place, News]:
            follower = self._processor.follower
            follower.switches = Switches(follower.rules, self._reading.switches())
            lives, now_ms = self._reading.silent(follower.rules_on(self._clock_ms), self._silent_until_ms)
            news = self._processor.in_silence(lives, now_ms, self._clock_ms)
            if not news:
                self._silent_until_ms = now_ms
            last = {person: max(lives[person].rows, key=lambda row: row.kafka_offset) for person in news}
            return {coordinates(row): news[person] for person, row in last.items() if self._owns(row)}

        told = await self._until_it_works(
            "looking for silence", partial(self._in_thread, self._working, find)
        )
        if told:
            find_customers = partial(self._originals.customers, told)
            customers = await self._until_it_works("reading whose it is", find_customers)
            batch = Batch()
            for place, news in told.items():
                customer = customers.get(place, news.alerts[0].person_id)
                batch.tell(Owner(customer, place[1]), news.alerts, news.hints)
            self._written = asyncio.create_task(self._write(batch, []))

    def _owns(self, row: JournalRow) -> bool:
        return row.kafka_topic == self._topic and row.kafka_partition in self._owned

    async def _settled_if_forgetting(self) -> None:
        if self._forgotten:
            await self._settled()
            self._forget(tuple(self._forgotten))
            self._forgotten.clear()

    async def _settled(self) -> None:
        """Wait until the batch before is written; its error comes out here."""
        if self._written is not None:
            written, self._written = self._written, None
            await written

    async def _process(self, records: list[Record], clock_ms: int | None = None) -> Batch:
        """Work a batch out: what came from publishers, and what is to be derived again of linked names."""
        told = [record for record in records if record.topic == self._topic]
        touched = [record for record in records if record.topic != self._topic]
        if touched:
            await self._until_it_works("reading links", self._links.catch_up)
        work = partial(self._work_out, told, touched, clock_ms)
        return await self._until_it_works("reading histories", partial(self._in_thread, self._working, work))

    def _work_out(self, told: list[Record], touched: list[Record], clock_ms: int | None) -> Batch:
        # What may fail comes first: once records are processed, they are remembered.
        joined = self._joiner.fold(touched, self._reading.histories)
        batch = self._processor.process(told, self._reading.known, clock_ms)
        batch.add(joined)
        return batch

    async def _write(self, batch: Batch, deliveries: list[Delivery]) -> None:
        insert = partial(self._writing.insert, batch.rows, self._after_table)
        began = time.monotonic()
        await self._until_it_works("writing", partial(self._in_thread, self._writer, insert))
        self._vitals.wrote(batch, time.monotonic() - began)
        self._reached(Point.ALL_WRITTEN)
        await self._until_it_works("announcing", partial(self._announce, batch))
        self._reached(Point.ANNOUNCED)
        for delivery in deliveries:
            delivery.acknowledge()
            if delivery.records[-1].topic == self._topic:
                self._vitals.done(delivery.records)

    async def _announce(self, batch: Batch) -> None:
        """Announce a batch whose rows are written; `streams.joining` says why in this order."""
        await self._announcer.share_links(batch)
        await self._links.catch_up()
        await self._announcer.announce(batch, touched_by(batch, self._circles))

    def _after_table(self, table: Table) -> None:
        if table is Table.JOURNAL:
            self._reached(Point.FACTS_WRITTEN)

    async def _in_thread(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    async def _until_it_works(self, what: str, attempt: Callable[[], Awaitable[T]]) -> T:
        return await until_it_works(what, attempt, self._vitals.told)
