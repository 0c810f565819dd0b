"""What no record brings, but time or another reading: looked for now and then in ClickHouse.

What was read and stands nowhere, held events that can be read now, bonds that a worker left behind,
commitments that were missed, feeling that was read again, and alerts that silence raises. What is found is
decided by event times and Kafka's clock; the worker's tells only when to look.

It is looked beside the stream, which goes on: the more is journaled, the longer it takes. What was found is
taken up a few people at a time, between batches of the stream, but of nobody whom the stream has met
meanwhile: the next look finds them, if there is still something.

The journal knows customers as pseudonyms only. Whose a bond is for publishers is read from the newest record
of theirs in Kafka; if it is gone (retention, another Kafka), the bond is written but nobody is told. What
silence raised is told all the same, under the pseudonym: it is about who has not come for long.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Protocol

from streams.audit import Audit
from streams.batch import Processor
from streams.events import Record
from streams.facts import Place, coordinates
from streams.history import NEVER_MS, Known
from streams.looking import Desk, TakeUp
from streams.outcome import Batch, Owner
from streams.pieces import in_pieces
from streams.rows import JournalRow
from streams.sinks.journal import MOST_PEOPLE

LOOK_EVERY_MS = 30_000
"""By Kafka's clock: how often it is looked while records come."""
QUIET_SECONDS, LONG_QUIET_SECONDS = 1.0, 10.0
"""It is looked also when nothing has come for so long, and from then on so often."""
LIVES_AT_ONCE = 200
"""People whose whole lives are in memory together, and for whom the stream waits: lives grow for years."""


Fold = Callable[[Mapping[str, Known]], Batch]
"""Folds whole lives, by person."""


class Originals(Protocol):
    """Reads again whose a touchpoint is."""

    async def customers(self, places: Iterable[Place]) -> dict[Place, str]: ...


class Looks:
    """The looks, and when they are due. It is looked `beside` the stream, and taken up `inwards`."""

    def __init__(
        self,
        topic: str,
        beside: Desk,
        inwards: Desk,
        processor: Processor,
        originals: Originals,
        audit: Audit,
    ) -> None:
        self._topic, self._audit = topic, audit
        self._beside, self._inwards, self._processor = beside, inwards, processor
        self._originals = originals
        self._owned: frozenset[int] = frozenset()
        self._looked_at_ms: int | None = None
        self._is_more = False
        """Was there more than one look takes?"""
        self._silent_until_ms = NEVER_MS
        """Until then nothing more is to be told of silence."""
        self._is_caught_up = False
        """Is no bond left behind by who had the partitions before?"""
        self._under_way: asyncio.Task[list[TakeUp]] | None = None
        self._found: deque[TakeUp] = deque()
        self._met: set[str] = set()
        """Whom the stream has met since the last look began."""

    def own(self, partitions: Iterable[int]) -> None:
        """Look at the people of exactly these partitions, soon; what was found before comes to nothing."""
        self._owned, self._looked_at_ms, self._silent_until_ms = frozenset(partitions), None, NEVER_MS
        self._is_caught_up = False
        if self._under_way is not None:
            self._under_way.cancel()
            self._under_way = None
        self._found.clear()
        self._audit.own(self._owned)

    def close(self) -> None:
        """Look no more."""
        self.own(())
        self._beside.lane.close()

    def read(self, record: Record) -> None:
        """All records up to this one of its partition are written."""
        self._audit.read(record)

    def meet(self, batch: Batch) -> None:
        """A batch of the stream was worked out, and may not be written yet."""
        if self._under_way is not None or self._found:
            self._met |= batch.people()

    def are_due(self, clock_ms: int) -> bool:
        """Is it time to look, by Kafka's clock, or is there a reason to look soon?"""
        at_ms = self._looked_at_ms
        return at_ms is None or self._is_more or clock_ms - at_ms >= LOOK_EVERY_MS

    def quiet_seconds(self, records_came: bool) -> float:
        """Return after how long without a record it is to be looked."""
        soon = records_came or self._looked_at_ms is None or self._is_more
        return QUIET_SECONDS if soon else LONG_QUIET_SECONDS

    def begin(self, clock_ms: int) -> None:
        """Begin to look, unless a look is under way, or something it found is not taken up."""
        if self._under_way is None and not self._found:
            self._looked_at_ms, self._is_more = clock_ms, False
            self._met.clear()
            self._under_way = asyncio.create_task(self._look(clock_ms))

    @property
    def are_over(self) -> bool:
        """Is there something to be taken up, or a look that has ended and may have found it?"""
        return bool(self._found) or (self._under_way is not None and self._under_way.done())

    async def found(self) -> TakeUp | None:
        """Wait for the look under way, and return what takes up the next of what it found, None after the
        last. Its error comes out here.
        """
        while (under_way := self._under_way) is not None:
            await asyncio.wait([under_way])
            if under_way is self._under_way:
                self._under_way = None
                self._found.extend(under_way.result())
        return self._found.popleft() if self._found else None

    async def _look(self, clock_ms: int) -> list[TakeUp]:
        audited = await self._at_audit(clock_ms)
        behind = await self._at_left_behind(clock_ms)
        if _may_be_more(behind):
            audited = ()  # who else is behind is found by where the last audit ended
        held = await self._at_held(clock_ms)
        missed = await self._at_missed(clock_ms)
        # Who is folded again is told nothing, also not of what was missed: that goes first.
        again = () if _may_be_more(missed) else await self._at_read_again(clock_ms)
        return [*behind, *audited, *held, *missed, *again, *await self._at_silence(clock_ms)]

    async def _at_audit(self, clock_ms: int) -> Sequence[TakeUp]:
        take_up = await self._audit.look(clock_ms)
        return [take_up] if take_up is not None else ()

    async def _at_held(self, clock_ms: int) -> Sequence[TakeUp]:
        """Read what was held and is due by Kafka's clock, or has become readable."""

        def find() -> tuple[list[Record], int]:
            types = self._processor.known_types
            return self._beside.journal.due(self._topic, self._owned, types, clock_ms)

        records, held_until_ms = await self._beside.lane.do("looking for what is due", find)

        def read() -> Batch:
            return self._processor.process(records, self._inwards.journal.known, held_until_ms)

        return [lambda: self._inwards.lane.do("reading what is due", read)] if records else ()

    async def _at_missed(self, clock_ms: int) -> Sequence[TakeUp]:
        """Fold whoever missed something since, without any touchpoint of their own.

        It is taken up though nobody did: from then on all are folded as of a later time.
        """

        def find() -> tuple[dict[str, set[str]], int, dict[str, Place]]:
            makers, now_ms = self._beside.journal.missed(self._topic, self._owned)
            return makers, now_ms, self._newest(makers)

        makers, now_ms, newest = await self._beside.lane.do("looking for missed commitments", find)
        owners = await self._owners(newest)

        def fold(lives: Mapping[str, Known]) -> Batch:
            return self._processor.fold_missed(lives, owners, makers, now_ms)

        return self._folds(list(owners), fold) or [partial(self._folded, (), False, fold)]

    async def _at_read_again(self, clock_ms: int) -> Sequence[TakeUp]:
        """Fold whose feeling was read again since, by another reading or catalogue."""
        return await self._at_facts(
            "what was read again", lambda: self._beside.journal.read_again(self._topic, self._owned)
        )

    async def _at_left_behind(self, clock_ms: int) -> Sequence[TakeUp]:
        """Fold whose bond lacks what is journaled, and nobody delivers again: a worker ended between the two,
        or wrote behind the memory of who has the partition now.

        Looked at are those who had something since the last audit: until there is none, when partitions have
        come, and then before each audit is written down. Whom the stream meets meanwhile had something later.
        """
        if self._is_caught_up and not self._audit.is_under_way:
            return ()
        until = {partition: self._audit.until(partition) for partition in self._owned}
        found = await self._at_facts(
            "bonds left behind", lambda: self._beside.journal.left_behind(self._topic, until)
        )
        self._is_caught_up = not found
        return found

    async def _at_facts(self, what: str, people: Callable[[], list[str]]) -> Sequence[TakeUp]:
        """Fold people of whom facts are journaled that are in no bond."""
        newest = await self._beside.lane.do(f"looking for {what}", lambda: self._newest(people()))
        owners = await self._owners(newest)

        def fold(lives: Mapping[str, Known]) -> Batch:
            return self._processor.fold_again(lives, owners)

        return self._folds(list(owners), fold)

    async def _at_silence(self, clock_ms: int) -> Sequence[TakeUp]:
        """Tell what silence has brought, by the rules that are on."""

        def find() -> tuple[dict[str, JournalRow], int]:
            journal, follower = self._beside.journal, self._processor.follower
            self._processor.switch(journal.switches())
            people, now_ms = journal.silent(follower.rules_on(clock_ms), self._silent_until_ms)
            last: dict[str, JournalRow] = {}
            for some in in_pieces(list(people), LIVES_AT_ONCE):
                lives = journal.lives(some)
                for person_id in self._processor.in_silence(lives, now_ms, clock_ms):
                    last[person_id] = max(lives[person_id].rows, key=lambda row: row.kafka_offset)
            return last, now_ms

        last, now_ms = await self._beside.lane.do("looking for silence", find)
        if not last:
            self._silent_until_ms = now_ms
        ours = {person_id: row for person_id, row in last.items() if self._is_ours(coordinates(row))}
        owners = await self._owners(
            {person_id: coordinates(row) for person_id, row in ours.items()},
            {person_id: row.person_id for person_id, row in ours.items()},
        )

        def tell(people: Sequence[str]) -> Batch:
            lives = self._inwards.journal.lives(self._unmet(people))
            batch = Batch()
            for person_id, news in self._processor.in_silence(lives, now_ms, clock_ms).items():
                owner = owners[person_id]
                customer = owner.customer or person_id
                batch.tell(Owner(customer, owner.partition), news.alerts, news.hints)
            return batch

        return [
            partial(self._inwards.lane.do, "telling what silence brought", partial(tell, some))
            for some in in_pieces(list(owners), LIVES_AT_ONCE)
        ]

    def _folds(self, people: Sequence[str], fold: Fold) -> list[TakeUp]:
        """Return what folds the whole lives of people, a few at a time."""
        may_be_more = len(people) == MOST_PEOPLE
        return [partial(self._folded, some, may_be_more, fold) for some in in_pieces(people, LIVES_AT_ONCE)]

    async def _folded(self, people: Sequence[str], may_be_more: bool, fold: Fold) -> Batch | None:
        """Return what a fold of whole lives gives, if anything; look again soon if there may be more."""
        batch = await self._inwards.lane.do(
            "folding what was found", lambda: fold(self._inwards.journal.known(self._unmet(people)))
        )
        if not batch.owners:
            return None
        self._is_more = self._is_more or may_be_more
        return batch

    def _unmet(self, people: Iterable[str]) -> list[str]:
        """Return of whom nothing was worked out since it was looked: what was found of them may be told."""
        return [person_id for person_id in people if person_id not in self._met]

    def _newest(self, people: Iterable[str]) -> dict[str, Place]:
        """Return where the newest record of each person is: in our partitions, if there is any."""
        return self._beside.journal.newest(people, self._topic, self._owned)

    async def _owners(
        self, places: Mapping[str, Place], names: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, Owner]:
        """Return whose each person is, by a record of theirs; of nobody known if Kafka has it no more.

        `names` holds under which name the record is journaled if it is not the person's id. Another record
        may stand at its place, in a new Kafka beside a database that was kept: whoever that is, it is not
        they.
        """
        ours = [place for place in places.values() if self._is_ours(place)]
        customers: dict[Place, str] = {}
        if ours:
            customers = await self._beside.lane.wait_for(
                "reading whose it is", lambda: self._originals.customers(ours)
            )
        owners: dict[str, Owner] = {}
        for person_id, place in places.items():
            customer = customers.get(place, "")
            is_theirs = self._processor.person_of(customer) == names.get(person_id, person_id)
            owners[person_id] = Owner(customer if is_theirs else "", place[1])
        return owners

    def _is_ours(self, place: Place) -> bool:
        topic, partition, _ = place
        return topic == self._topic and partition in self._owned


def _may_be_more(folds: Sequence[TakeUp]) -> bool:
    """Were as many people found as one look takes?"""
    return len(folds) * LIVES_AT_ONCE >= MOST_PEOPLE
