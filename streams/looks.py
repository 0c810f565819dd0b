"""What no record brings, but time or another reading: looked for now and then in ClickHouse.

What was read and stands nowhere, held events that can be read now, commitments that were missed, feeling
that was read again, and alerts that silence raises. What is found is decided by event times and Kafka's
clock; the worker's tells only when to look.

The journal knows customers as pseudonyms only. Whose a bond is for publishers is read from the newest record
of theirs in Kafka; if it is gone (retention), the bond is written but nobody is told.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Protocol

from streams.alerts.follow import News
from streams.alerts.switches import Switches
from streams.audit import Audit
from streams.batch import Processor
from streams.events import Record
from streams.facts import Place, coordinates
from streams.history import NEVER_MS, Known
from streams.lane import Lane
from streams.outcome import Batch, Owner
from streams.rows import JournalRow
from streams.sinks.journal import MOST_PEOPLE, Journal

LOOK_EVERY_MS = 30_000
"""By Kafka's clock: how often it is looked while records come."""
QUIET_SECONDS, LONG_QUIET_SECONDS = 1.0, 10.0
"""It is looked also when nothing has come for so long, and from then on so often."""

Look = Callable[[int], Awaitable[Batch | None]]
"""Given Kafka's clock, returns what is to be written, if anything; no batch may be on its way by then."""


class Originals(Protocol):
    """Reads again whose a touchpoint is."""

    async def customers(self, places: Iterable[Place]) -> dict[Place, str]: ...


class Looks:
    """The looks, and when they are due. The journal and the processor are used in the lane."""

    def __init__(
        self,
        topic: str,
        lane: Lane,
        processor: Processor,
        journal: Journal,
        originals: Originals,
        audit: Audit,
    ) -> None:
        self._topic, self._audit = topic, audit
        self._lane, self._processor, self._journal = lane, processor, journal
        self._originals = originals
        self._owned: frozenset[int] = frozenset()
        self._looked_at_ms: int | None = None
        self._silent_until_ms = NEVER_MS
        """Until then nothing more is to be told of silence."""

    def own(self, partitions: Iterable[int]) -> None:
        """Look at the people of exactly these partitions, soon."""
        self._owned, self._looked_at_ms, self._silent_until_ms = frozenset(partitions), None, NEVER_MS
        self._audit.own(self._owned)

    def read(self, record: Record) -> None:
        """All records up to this one of its partition are written."""
        self._audit.read(record)

    @property
    def are_urgent(self) -> bool:
        """Was it not looked since the partitions came, or was there more than one look takes?"""
        return self._looked_at_ms is None

    def are_due(self, clock_ms: int) -> bool:
        """Is it time to look, by Kafka's clock?"""
        return self._looked_at_ms is None or clock_ms - self._looked_at_ms >= LOOK_EVERY_MS

    def quiet_seconds(self, records_came: bool) -> float:
        """Return after how long without a record it is to be looked."""
        return QUIET_SECONDS if records_came or self.are_urgent else LONG_QUIET_SECONDS

    def begin(self, clock_ms: int) -> tuple[Look, ...]:
        """Return the looks, to be made one after another."""
        self._looked_at_ms = clock_ms
        return self._audit.look, self._at_held, self._at_missed, self._at_read_again, self._at_silence

    async def _at_held(self, clock_ms: int) -> Batch | None:
        """Read what was held and is due by Kafka's clock, or has become readable."""

        def read() -> Batch | None:
            types = self._processor.known_types
            records, held_until_ms = self._journal.due(self._topic, self._owned, types, clock_ms)
            if not records:
                return None
            return self._processor.process(records, self._journal.known, held_until_ms)

        return await self._lane.do("looking for what is due", read)

    async def _at_missed(self, clock_ms: int) -> Batch | None:
        """Fold whoever missed something since, without any touchpoint of their own."""

        def find() -> tuple[dict[str, set[str]], int, dict[str, Known]]:
            missed, now_ms = self._journal.missed(self._topic, self._owned)
            return missed, now_ms, self._journal.known(missed)

        missed, now_ms, lives = await self._lane.do("looking for missed commitments", find)
        owners = await self._owners(self._newest(lives))
        return await self._folded(lambda: self._processor.fold_missed(lives, owners, missed, now_ms))

    async def _at_read_again(self, clock_ms: int) -> Batch | None:
        """Fold whose feeling was read again since, by another reading or catalogue."""

        def find() -> dict[str, Known]:
            return self._journal.known(self._journal.read_again(self._topic, self._owned))

        lives = await self._lane.do("looking for what was read again", find)
        owners = await self._owners(self._newest(lives))
        return await self._folded(lambda: self._processor.fold_read_again(lives, owners))

    async def _at_silence(self, clock_ms: int) -> Batch | None:
        """Tell what silence has brought, by the rules that are on."""

        def find() -> tuple[dict[str, News], dict[str, JournalRow]]:
            follower = self._processor.follower
            follower.switches = Switches(follower.rules, self._journal.switches())
            lives, now_ms = self._journal.silent(follower.rules_on(clock_ms), self._silent_until_ms)
            news = self._processor.in_silence(lives, now_ms, clock_ms)
            if not news:
                self._silent_until_ms = now_ms
            last = {person: max(lives[person].rows, key=lambda row: row.kafka_offset) for person in news}
            return news, {person: row for person, row in last.items() if self._is_ours(row)}

        news, last = await self._lane.do("looking for silence", find)
        if not last:
            return None
        batch = Batch()
        for person_id, owner in (await self._owners(last)).items():
            customer = owner.customer or person_id
            batch.tell(Owner(customer, owner.partition), news[person_id].alerts, news[person_id].hints)
        return batch

    async def _folded(self, fold: Callable[[], Batch]) -> Batch | None:
        """Return what a fold gives, if anything; look again soon if there may be more."""
        batch = await self._lane.do("folding what was found", fold)
        if len(batch.owners) == MOST_PEOPLE:
            self._looked_at_ms = None
        return batch if batch.owners else None

    def _newest(self, lives: Mapping[str, Known]) -> dict[str, JournalRow]:
        """Return the newest row of each person of whom there is any: of our partitions, if one is."""
        return {
            person_id: max(known.rows, key=lambda row: (self._is_ours(row), row.kafka_offset))
            for person_id, known in lives.items()
            if known.rows
        }

    async def _owners(self, rows: Mapping[str, JournalRow]) -> dict[str, Owner]:
        """Return whose each person is, by a row of theirs; without the customer if Kafka has it no more."""
        places = [coordinates(row) for row in rows.values() if self._is_ours(row)]
        customers: dict[Place, str] = {}
        if places:
            customers = await self._lane.wait_for(
                "reading whose it is", lambda: self._originals.customers(places)
            )
        return {
            person_id: Owner(customers.get(coordinates(row), ""), row.kafka_partition)
            for person_id, row in rows.items()
        }

    def _is_ours(self, row: JournalRow) -> bool:
        return row.kafka_topic == self._topic and row.kafka_partition in self._owned
