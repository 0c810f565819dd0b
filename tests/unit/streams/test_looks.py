"""Looks go on beside the stream: it waits for none of them, and whom it meets is left to the next one."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Any

import pytest
from test_batch import PERSON_OF, RECEIVED_MS, FakeJournal, processor
from test_commitments import Event, absences, makes, other

from schemas.names import Table
from streams import looks
from streams.audit import AUDIT_EVERY_SECONDS, Audit
from streams.events import Record
from streams.facts import Place
from streams.history import Known
from streams.lane import Lane
from streams.looking import Desk
from streams.looks import Looks
from streams.memory import Memory
from streams.outcome import Batch, Owner
from streams.person import Person
from streams.vitals import Vitals

PATIENCE_SECONDS = 20.0
PROMISED = [makes(1, 1, due=3, who="p"), other(2, 5, who="q")]
"""Of p it is missed on the third day, which q's touchpoint of the fifth brings."""


class LookedJournal(FakeJournal):
    """Knows what p misses. Who looks waits at a gate."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.at_the_gate = threading.Event(), threading.Event()
        self.gate.set()
        self.is_read_again = False
        self.behind: list[str] = []
        self.asked_who_is_behind = 0
        self.erased: set[str] = set()
        self.is_somebody_within = False

    def due(self, topic: str, partitions: Iterable[int], types: Iterable[str], clock_ms: int) -> Any:
        self.at_the_gate.set()
        assert self.gate.wait(PATIENCE_SECONDS)
        return [], clock_ms

    def missed(self, topic: str, partitions: Iterable[int]) -> tuple[dict[str, set[str]], int]:
        is_told = bool(absences(self))
        return {} if is_told else {PERSON_OF("p"): {"/calls|1"}}, self.now_ms()

    def newest(self, people: Iterable[str], topic: str, partitions: Iterable[int]) -> dict[str, Place]:
        return dict.fromkeys(people, ("touchpoints", 0, 0))

    def read_again(self, topic: str, partitions: Iterable[int]) -> list[str]:
        return [PERSON_OF("q")] if self.is_read_again else []

    def left_behind(self, topic: str, until: Mapping[int, int]) -> list[str]:
        self.asked_who_is_behind += 1
        self.asked_until = dict(until)
        return self.behind

    def audited_until(self, topic: str) -> dict[int, int]:
        return {0: 0}

    def holes(self, topic: str, ranges: Mapping[int, tuple[int, int]]) -> dict[int, list[int]]:
        return {}

    def switches(self) -> list[Any]:
        return []

    def silent(self, rules: Mapping[str, Any], since_ms: int) -> tuple[dict[str, Known], int]:
        return {}, self.now_ms()

    @contextmanager
    def within(self) -> Iterator[Set[str]]:
        self.is_somebody_within = True
        yield frozenset(self.erased)
        self.is_somebody_within = False

    def insert(self, rows_of: Mapping[Table, list[Any]], written: Callable[[Table], None]) -> None:
        self.take(defaultdict(list, rows_of))


class Keys:
    """Knows whose every record is."""

    async def customers(self, places: Iterable[Place]) -> dict[Place, str]:
        return dict.fromkeys(places, "p")


class Line:
    """A worker's line, with the looks that belong to it."""

    def __init__(self, journal: LookedJournal | None = None) -> None:
        self.journal, self.memory, self.vitals = journal or LookedJournal(), Memory[Person](1000), Vitals()
        self.worker, self.now = processor(memory=self.memory), 0.0
        self.beside, self.inwards = (Desk(Lane(name), self.journal) for name in ("look", "work"))
        audit = Audit(
            "touchpoints", self.beside, self.inwards, self.worker, Keys(), self.vitals, lambda: self.now
        )
        self.looks = Looks("touchpoints", self.beside, self.inwards, self.worker, Keys(), audit)

    def promised(self) -> "Line":
        """Own the partition in which something will be missed."""
        self.journal.take(self.worker.process(records(PROMISED), self.journal.known).rows)
        self.looks.own([0])
        return self

    async def taken_up(self) -> list[Batch]:
        """Write what comes of what was found, and return it."""
        batches = []
        while (take_up := await self.looks.found()) is not None:
            if (batch := await take_up()) is not None:
                self.journal.take(batch.rows)
                batches.append(batch)
        return batches


def records(events: Sequence[Event], first: int = 0, received_ms: int = RECEIVED_MS) -> list[Record]:
    return [
        Record("touchpoints", 0, first + place, received_ms, who.encode(), value, ())
        for place, (who, value) in enumerate(events)
    ]


def batch_of(who: str) -> Batch:
    return Batch(owners={PERSON_OF(who): Owner(who, 0)})


def test_whom_the_stream_meets_while_it_is_looked_is_left_to_the_next_look() -> None:
    async def scenario() -> None:
        line = Line().promised()
        line.looks.begin(0)
        line.looks.meet(batch_of("p"))
        assert await line.taken_up() == []
        line.looks.begin(0)
        line.looks.meet(batch_of("q"))
        assert [batch.people() for batch in await line.taken_up()] == [{PERSON_OF("p")}]
        assert absences(line.journal)
        assert await line.taken_up() == [], "nothing is under way"

    asyncio.run(scenario())


def test_a_look_comes_to_nothing_when_the_partitions_change() -> None:
    async def scenario() -> None:
        line = Line().promised()
        line.journal.gate.clear()
        line.looks.begin(0)
        finding = asyncio.ensure_future(line.looks.found())
        assert await asyncio.to_thread(line.journal.at_the_gate.wait, PATIENCE_SECONDS)
        line.looks.own([1])
        line.journal.gate.set()
        assert await asyncio.wait_for(finding, PATIENCE_SECONDS) is None
        assert line.looks.are_due(0)

    asyncio.run(scenario())


def test_what_was_found_comes_to_nothing_when_the_partitions_change() -> None:
    async def scenario() -> None:
        line = Line().promised()
        line.journal.is_read_again = True
        line.looks.begin(0)
        assert await line.looks.found() is not None
        line.looks.own([1])
        assert await line.looks.found() is None

    asyncio.run(scenario())


def test_bonds_left_behind_are_looked_for_until_there_is_none_and_again_when_partitions_come() -> None:
    async def look() -> None:
        line = Line().promised()
        line.journal.behind = [PERSON_OF("q")]
        line.looks.begin(RECEIVED_MS)
        folded = [row.person_id for batch in await line.taken_up() for row in batch.rows[Table.BONDS]]
        assert PERSON_OF("q") in folded
        line.journal.behind = []
        for times in (2, 2):
            line.looks.begin(RECEIVED_MS)
            await line.taken_up()
            assert line.journal.asked_who_is_behind == times
        line.looks.own([0])
        line.looks.begin(RECEIVED_MS)
        await line.taken_up()
        assert line.journal.asked_who_is_behind == 3

    asyncio.run(look())


@pytest.mark.parametrize("are_all_found", [True, False])
def test_bonds_left_behind_are_folded_before_an_audit_is_written_down(
    monkeypatch: pytest.MonkeyPatch, are_all_found: bool
) -> None:
    """They are found by where the last one ended; if there may be more, it is put off."""
    monkeypatch.setattr(looks, "MOST_PEOPLE", 1000 if are_all_found else 1)

    async def look() -> None:
        line = Line().promised()
        line.looks.begin(RECEIVED_MS)
        await line.taken_up()
        line.journal.behind = [PERSON_OF("q")]
        line.looks.read(records([other(3, 5, who="q")], 7)[0])
        line.now = AUDIT_EVERY_SECONDS
        line.looks.begin(RECEIVED_MS)
        await asyncio.sleep(0)  # the look begins
        line.looks.read(records([other(4, 6, who="q")], 8)[0])
        [first, *rest] = [batch for batch in await line.taken_up() if any(batch.rows.values())]
        assert line.journal.asked_until == {0: 8}, "what is acknowledged since may not be in the bonds"
        assert [row.person_id for row in first.rows[Table.BONDS]] == [PERSON_OF("q")]
        audits = [row.next_offset for batch in rest for row in batch.rows[Table.AUDITS]]
        assert audits == ([8] if are_all_found else [])

    asyncio.run(look())


@pytest.mark.parametrize("are_all_found", [True, False])
def test_what_was_missed_is_told_before_anybody_is_folded_again(
    monkeypatch: pytest.MonkeyPatch, are_all_found: bool
) -> None:
    """Who is folded again as of a later time is told nothing of what was missed by then."""
    monkeypatch.setattr(looks, "LIVES_AT_ONCE", 1)
    monkeypatch.setattr(looks, "MOST_PEOPLE", 1000 if are_all_found else 1)

    async def look() -> None:
        line = Line().promised()
        line.journal.is_read_again = True
        line.looks.begin(RECEIVED_MS)
        batches = [batch for batch in await line.taken_up() if any(batch.rows.values())]
        folded = [row.person_id for batch in batches for row in batch.rows[Table.BONDS]]
        assert folded == [PERSON_OF("p"), *([PERSON_OF("q")] if are_all_found else [])]

    asyncio.run(look())


def test_what_was_found_is_taken_up_a_few_people_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "LIVES_AT_ONCE", 1)

    async def look() -> None:
        line = Line().promised()
        line.journal.behind = [PERSON_OF("p"), PERSON_OF("q")]
        line.looks.begin(RECEIVED_MS)
        take_up = await line.looks.found()
        assert take_up is not None
        first = await take_up()
        assert first is not None
        assert [row.person_id for row in first.rows[Table.BONDS]] == [PERSON_OF("p")]
        line.looks.meet(batch_of("q"))
        line.looks.begin(RECEIVED_MS)
        assert line.looks.are_over, "what was found is not all taken up"
        folded = [row.person_id for batch in await line.taken_up() for row in batch.rows[Table.BONDS]]
        assert PERSON_OF("q") not in folded, "whom the stream met is left to the next look"

    asyncio.run(look())


def test_whoever_stands_at_somebodys_place_in_another_kafka_is_told_nothing_about_them() -> None:
    """By the fake, all records are p's."""

    async def look() -> None:
        line = Line().promised()
        line.journal.behind = [PERSON_OF("p"), PERSON_OF("q")]
        line.looks.begin(RECEIVED_MS)
        told = [change for batch in await line.taken_up() for change in batch.changes]
        assert {(change.customer, change.bond.person_id) for change in told} == {("p", PERSON_OF("p"))}
        assert PERSON_OF("q") in line.journal.bonds, "the bond is written in any case"

    asyncio.run(look())
