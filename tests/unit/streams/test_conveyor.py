"""The line goes on when partitions change hands, with what it can still rely on, and with nothing else."""

import asyncio
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError
from test_batch import PERSON_OF, RECEIVED_MS, RULES, processor
from test_commitments import Event, absences, other
from test_looks import PATIENCE_SECONDS, PROMISED, Line, LookedJournal, records

from schemas.names import Table
from streams import conveyor, looks, outages
from streams.alerts.follow import Follower
from streams.alerts.switches import Switch
from streams.bond.parameters import BOND_1
from streams.conveyor import Conveyor, Inwards
from streams.derived import Derived
from streams.events import Record
from streams.folding import Folder
from streams.forgetting import Forgetting
from streams.history import NEVER_MS, Known
from streams.identity import Circles
from streams.joining import Joiner
from streams.lane import Lane
from streams.looks import LOOK_EVERY_MS
from streams.memory import Memory
from streams.outcome import Batch, Touched
from streams.outlet import Outlet
from streams.waiting import Delivery


class Nobody:
    """Listens to announcements and links, and says nothing; nobody is erased."""

    erased: frozenset[str] = frozenset()

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def share_links(self, batch: Batch) -> None: ...
    async def announce(self, batch: Batch, touched: Sequence[Touched]) -> None: ...
    async def catch_up(self) -> None: ...

    def news(self) -> Iterator[str]:
        return iter(self.erased)


class Moving:
    """A line that moves, and owns the partition as a member of the first generation."""

    def __init__(self, line: Line, nobody: Nobody | None = None, circles: Circles | None = None) -> None:
        nobody, circles = nobody or Nobody(), circles or Circles()
        self.remembered = Memory[Derived](9)
        joiner = Joiner(Folder(BOND_1, Follower(RULES)), circles, self.remembered, lambda _: {})
        self.ledger = nobody
        erasures = Forgetting(self.ledger, line.worker, joiner, circles)
        self._gate = line.journal.gate
        self.conveyor = Conveyor(
            "touchpoints",
            100,
            Inwards(line.inwards.lane, line.worker, joiner, line.memory, line.journal, nobody, erasures),
            Outlet(Lane("write"), line.journal, nobody, nobody, circles, line.worker.person_of),
            line.looks,
            line.vitals,
        )
        self.conveyor.own([0], 1)

    async def __aenter__(self) -> "Moving":
        self._running = asyncio.ensure_future(self.conveyor.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._gate.set()
        self._running.cancel()

    async def bring(
        self, event: Event, offset: int, received_ms: int = RECEIVED_MS, generation: int = 1
    ) -> asyncio.Event:
        """Deliver an event; what is returned is set when it is acknowledged."""
        done = asyncio.Event()
        brought = tuple(records([event], offset, received_ms))
        await self.conveyor.put(Delivery(brought, done.set, generation))
        return done

    async def carry(
        self, event: Event, offset: int, received_ms: int = RECEIVED_MS, generation: int = 1
    ) -> None:
        """Return when an event is acknowledged."""
        done = await self.bring(event, offset, received_ms, generation)
        await asyncio.wait_for(done.wait(), PATIENCE_SECONDS)


def test_the_stream_waits_for_no_look_and_folds_as_of_the_newest_time_though_partitions_came() -> None:
    async def scenario() -> None:
        line = Line()
        line.journal.take(processor().process(records(PROMISED), line.journal.known).rows)
        line.journal.gate.clear()
        async with Moving(line) as moving:
            await moving.carry(other(3, 2, who="p"), 3)
            assert absences(line.journal), "what was missed before the newest time is in what is told of p"
            assert await asyncio.to_thread(line.journal.at_the_gate.wait, PATIENCE_SECONDS)
            await moving.carry(other(4, 6, who="p"), 4, RECEIVED_MS + LOOK_EVERY_MS)
            assert not line.looks.are_over

    asyncio.run(scenario())


def test_a_rule_that_is_switched_off_is_off_with_the_next_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conveyor, "SWITCHES_SECONDS", 0.0)

    async def scenario() -> None:
        line = Line()
        line.journal.gate.clear()  # no look comes to an end
        async with Moving(line) as moving:
            for number, is_on in enumerate((True, False, True), start=1):
                line.journal.switches = lambda is_on=is_on: [Switch("bond_breaking", 0, is_on)]
                await moving.carry(other(number, number), number)
                assert line.worker.follower.switches.are_on("bond_breaking", RECEIVED_MS) is is_on

    asyncio.run(scenario())


def test_what_was_delivered_to_an_earlier_generation_is_passed_over_for_it_is_delivered_again() -> None:
    async def scenario() -> None:
        moving = Moving(Line())
        before = [await moving.bring(other(number, number), number) for number in (1, 2)]
        moving.conveyor.give_up()
        moving.conveyor.own([0], 2)
        async with moving:
            for number in (1, 2):
                await moving.carry(other(number, number), number, generation=2)
        assert not any(done.is_set() for done in before)

    asyncio.run(scenario())


@pytest.mark.parametrize(("generation", "is_remembered"), [(2, True), (3, False), (1, False)])
def test_who_lives_in_a_partition_is_remembered_if_it_was_here_in_the_generation_before(
    generation: int, is_remembered: bool
) -> None:
    async def scenario() -> None:
        line = Line()
        asked = 0
        known = line.journal.known

        def counted(people: Iterable[str]) -> dict[str, Known]:
            nonlocal asked
            asked += len(wanted := list(people))
            return known(wanted)

        line.journal.known = counted  # type: ignore[method-assign]
        async with Moving(line) as moving:
            await moving.carry(other(1, 1), 1)
            assert asked == 1
            moving.conveyor.give_up()
            moving.conveyor.own([0], generation)
            await moving.carry(other(2, 2), 2, generation=generation)
        assert (asked == 1) is is_remembered
        assert line.journal.bonds, "something was folded"

    asyncio.run(scenario())


class AwayOnce(Nobody):
    """Fails in the first attempt, while q is erased; then takes what it is given."""

    def __init__(self, line: Line) -> None:
        self._journal = line.journal
        self.attempts: list[set[str]] = []

    async def announce(self, batch: Batch, touched: Sequence[Touched]) -> None:
        assert self._journal.is_somebody_within, "an erasure waits until it has ended"
        self.attempts.append({change.customer for change in batch.changes})
        if len(self.attempts) == 1:
            self._journal.erased.add(PERSON_OF("q"))
            raise KafkaConnectionError


def test_who_is_erased_while_kafka_is_away_is_not_announced_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outages, "FIRST_PAUSE_SECONDS", 0.0)

    async def scenario() -> None:
        line = Line()
        away = AwayOnce(line)
        moving = Moving(line, away)
        both = records([other(1, 1, who="p"), other(2, 1, who="q")])
        done = asyncio.Event()
        await moving.conveyor.put(Delivery(tuple(both), done.set, 1))
        async with moving:
            await asyncio.wait_for(done.wait(), PATIENCE_SECONDS)
        assert away.attempts == [{"p", "q"}, {"p"}]

    asyncio.run(scenario())


def test_nobody_who_was_erased_is_remembered_alone_or_as_one_of_a_circle() -> None:
    async def scenario() -> None:
        line = Line()
        moving = Moving(line)
        async with moving:
            await moving.carry(other(1, 1, who="p"), 1)
            assert line.memory.get(PERSON_OF("p"))
            moving.remembered.put(PERSON_OF("p"), 0, Derived({}, {}, 0, {}, {}))
            moving.ledger.erased = frozenset({PERSON_OF("p")})
            await moving.carry(other(2, 1, who="q"), 2)
        assert line.memory.get(PERSON_OF("p")) is None
        assert moving.remembered.get(PERSON_OF("p")) is None

    asyncio.run(scenario())


class Heard(Nobody):
    """Keeps which names were said to be touched."""

    def __init__(self) -> None:
        self.touched: list[Touched] = []

    async def announce(self, batch: Batch, touched: Sequence[Touched]) -> None:
        self.touched += touched


@pytest.mark.parametrize("is_quiet", [False, True])
def test_who_was_in_a_circle_with_an_erased_name_is_derived_anew_once(is_quiet: bool) -> None:
    async def scenario() -> None:
        line, heard, circles = Line(), Heard(), Circles()
        circles.join(PERSON_OF("p"), PERSON_OF("q"))
        moving = Moving(line, heard, circles)
        moving.ledger.erased = frozenset({PERSON_OF("p")})
        news = [iter(moving.ledger.erased)]
        moving.ledger.news = lambda: news.pop() if news else iter(())  # type: ignore[method-assign]
        async with moving:
            if is_quiet:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while not heard.touched:
                        await asyncio.sleep(0)
            await moving.carry(other(2, 1, who="r"), 2)
            await moving.carry(other(3, 2, who="r"), 3)
        assert heard.touched == [Touched(PERSON_OF("q"), "", None, NEVER_MS)]


class Holding(LookedJournal):
    """Has a record that is due, once it is held, until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[Record] = []
        self.is_found, self.is_released = threading.Event(), threading.Event()

    def due(self, topic: str, partitions: Iterable[int], types: Iterable[str], clock_ms: int) -> Any:
        if self.held:
            self.is_found.set()
        return list(self.held), RECEIVED_MS

    def take(self, tables: dict[Table, list]) -> None:
        super().take(tables)
        if any(row.released for row in tables[Table.HELD]):
            self.held.clear()
            self.is_released.set()


class Handing(Nobody):
    """When something due was found, the partition goes to somebody else, who folds a touchpoint, and comes
    back; that is while erasures are read, before the taking up.
    """

    def __init__(self, journal: Holding) -> None:
        self._journal, self.moving = journal, list[Moving]()
        self.is_done = False

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()

    def news(self) -> set[str]:
        if self._journal.is_found.is_set() and not self.is_done:
            self.is_done = True
            handed = asyncio.run_coroutine_threadsafe(self._hand_over_and_back(), self._loop)
            handed.result(PATIENCE_SECONDS)
        return set()

    async def _hand_over_and_back(self) -> None:
        self._journal.take(processor().process(records([other(3, 3)], 3), self._journal.known).rows)
        self.moving[0].conveyor.own([0], 3)


def test_what_was_found_is_not_folded_onto_who_is_to_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    # day  1     3       4
    #      o     o       o
    #      ours  theirs  held, and released by us
    monkeypatch.setattr(looks, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(looks, "LONG_QUIET_SECONDS", 0.01)

    async def scenario() -> None:
        journal = Holding()
        handing = Handing(journal)
        moving = Moving(Line(journal), handing)
        handing.moving.append(moving)
        async with moving:
            await moving.carry(other(1, 1), 1)
            journal.held = records([other(4, 4)], 4)
            assert await asyncio.to_thread(journal.is_released.wait, PATIENCE_SECONDS)
        assert handing.is_done
        assert journal.bonds[PERSON_OF("p")].touchpoints == len(journal.rows) == 3

    asyncio.run(scenario())
