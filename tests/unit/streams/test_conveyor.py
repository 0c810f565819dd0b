"""The line goes on when partitions change hands, with what it can still rely on, and with nothing else."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

import pytest
from aiokafka.errors import KafkaConnectionError
from test_batch import PERSON_OF, RECEIVED_MS, RULES, processor
from test_commitments import Event, absences, other
from test_looks import PATIENCE_SECONDS, PROMISED, Line, records

from streams import conveyor, outages
from streams.alerts.follow import Follower
from streams.alerts.switches import Switch
from streams.bond.parameters import BOND_1
from streams.conveyor import Announcer, Conveyor, Inwards, Outwards
from streams.derived import Derived
from streams.folding import Folder
from streams.history import NEVER_MS, Known
from streams.identity import Circles
from streams.joining import Joiner
from streams.lane import Lane
from streams.looks import LOOK_EVERY_MS
from streams.memory import Memory
from streams.outcome import Batch, Touched
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

    def __init__(
        self, line: Line, announcer: Announcer | None = None, circles: Circles | None = None
    ) -> None:
        nobody, circles = Nobody(), circles or Circles()
        self.remembered = Memory[Derived](9)
        joiner = Joiner(Folder(BOND_1, Follower(RULES)), circles, self.remembered, lambda _: {})
        self.ledger = Nobody()
        self._gate = line.journal.gate
        self.conveyor = Conveyor(
            "touchpoints",
            100,
            Inwards(line.inwards.lane, line.worker, joiner, line.memory, line.journal, self.ledger),
            Outwards(Lane("write"), line.journal, announcer or nobody, nobody, circles, PERSON_OF),
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

    asyncio.run(scenario())
