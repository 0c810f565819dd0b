"""Circles carried on: what is new of linked names is folded onto what is remembered, with the same result."""

import random
from collections.abc import Iterable, Sequence

import pytest
from test_batch import PERSON_OF, RECEIVED_MS, FakeJournal, processor, touchpoint
from test_joining import Sent, assert_right, joiner_of, said, withdrawn

from schemas.names import Table
from streams.derived import Histories
from streams.events import Record
from streams.identity import Circles
from streams.outcome import Batch, Word
from streams.touched import touched_by, touched_message
from streams.value import replace

NAMES = ("ann", "a@x", "555")


class Watched(FakeJournal):
    """Counts whose whole past was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = 0

    def histories(self, names: Iterable[str]) -> Histories:
        self.whole += 1
        return super().histories(names)


class World:
    """A worker that is always up to date with the links, and its journal."""

    def __init__(self, capacity: int = 1000) -> None:
        self.journal, self.circles, self.offset = Watched(), Circles(), 0
        for name in NAMES[1:]:
            self.circles.join(PERSON_OF(NAMES[0]), PERSON_OF(name))
        self.hot_path = processor(circles=self.circles)
        self.joiner = joiner_of(self.circles, capacity=capacity)
        self.told: list[Word] = []

    def facts(self, sent: Sequence[Sent]) -> list[Record]:
        """Journal what was published; return the records of touched names."""
        records = []
        for who, value in sent:
            records.append(Record("touchpoints", 0, self.offset, RECEIVED_MS, who.encode(), value, ()))
            self.offset += 1
        batch = self.hot_path.process(records, self.journal.known)
        self.journal.take(batch.rows)
        news = map(touched_message, touched_by(batch, self.circles))
        return [
            Record("touched", 0, number, RECEIVED_MS, b"", value, ()) for number, value in enumerate(news)
        ]

    def fold(self, touched: Sequence[Record]) -> Batch:
        batch = self.joiner.fold(touched, self.journal)
        self.joiner.remember()
        self.journal.take(batch.rows)
        self.told += batch.words
        return batch

    def live(self, *sent: Sent) -> int:
        """Fold what was published; return how often a whole past was needed for it."""
        before = self.journal.whole
        self.fold(self.facts(sent))
        assert_right(self.journal)
        return self.journal.whole - before


@pytest.fixture
def joined() -> World:
    """Ann has two names, and a touchpoint under each."""
    world = World()
    world.live(said("ann", "a@x", 1, 0), touchpoint(1, 2, "ann", -0.6), touchpoint(2, 4, "a@x", 0.4))
    return world


def test_later_touchpoints_of_linked_names_need_no_history(joined: World) -> None:
    assert [joined.live(touchpoint(day, day, NAMES[day % 2], 0.7)) for day in range(5, 15)] == [0] * 10


@pytest.mark.parametrize(
    "otherwise",
    [
        touchpoint(9, 3, "ann", 0.2),
        touchpoint(9, 4, "ann", 0.2),
        touchpoint(1, 9, "ann", 0.2),
        withdrawn("ann", 1),
        said("ann", "a@x", 9, 1, linked=False),
        said("a@x", "555", 9, 1),
        touchpoint(9, 9, "555", 0.2),
    ],
    ids=["late", "at one time", "told otherwise", "withdrawn", "split", "joined", "of somebody else"],
)
def test_whatever_else_becomes_known_needs_the_history(joined: World, otherwise: Sent) -> None:
    assert joined.live(otherwise) == 1
    assert joined.live(touchpoint(10, 10, "a@x", 0.2)) == 0


def test_what_is_tried_again_before_it_was_remembered_gives_the_same(joined: World) -> None:
    touched = joined.facts([touchpoint(9, 9, "ann", -0.9)])
    first = joined.joiner.fold(touched, joined.journal)
    assert first.rows == joined.joiner.fold(touched, joined.journal).rows
    assert any(first.rows.values())


@pytest.mark.parametrize(("day", "wholly"), [(3, 1), (10, 0)])
def test_what_becomes_known_before_it_is_counted_is_read(joined: World, day: int, wholly: int) -> None:
    """All of a circle if it is earlier than what is remembered, or else what is later."""
    touched, counted = joined.facts([touchpoint(9, 9, "ann", -0.9)]), joined.journal.counted
    more: list[Record] = []

    def meanwhile(names: Iterable[str]) -> dict[str, int]:
        joined.journal.counted = counted  # type: ignore[method-assign]
        more.extend(joined.facts([touchpoint(8, day, "ann", 0.5)]))
        return counted(names)

    joined.journal.counted = meanwhile  # type: ignore[method-assign]
    before = joined.journal.whole
    joined.fold(touched)
    assert joined.journal.whole == before + wholly
    joined.fold(more)
    assert_right(joined.journal)


def test_of_who_was_not_touched_nothing_is_told_too_early_and_nothing_never() -> None:
    """Two persons of one circle: what is read of one by the way is told when its own news come."""
    told = []
    for capacity in (1000, 0):
        world = World(capacity)
        world.live(*[touchpoint(name, 2, name, 0.9) for name in NAMES])
        ann = world.facts([touchpoint(3, 3, "ann", 0.5)])
        other = world.facts([touchpoint(day, day, "555", -0.95) for day in range(4, 9)])
        world.fold(ann)
        world.fold(other)
        assert_right(world.journal)
        told.append({word.told for word in world.told})
    assert told[0] == told[1] != set()


@pytest.mark.parametrize("seed", range(20))
def test_a_worker_that_remembers_and_one_that_forgets_derive_and_tell_the_same(seed: int) -> None:
    rng = random.Random(seed)
    links = [said("ann", "a@x", 1, 0)] + [said("a@x", "555", 2, 0)] * rng.randint(0, 1)
    days = sorted(rng.choices(range(2, 29), k=24), key=lambda day: day + rng.choice([0, 0, 0, 4]))
    sent = [
        touchpoint(number, day, rng.choice(NAMES), rng.choice([-0.9, -0.8, 0.6]), case=rng.choice("xy"))
        for number, day in enumerate(days)
    ]
    keen, dull = World(), World(capacity=0)
    at = rng.sample(range(len(sent)), k=8)
    for world in (keen, dull):
        world.live(*links)
        touched: list[Record] = []
        for number, each in enumerate(sent):
            touched += world.facts([each])
            if number in at:
                world.fold(touched)
                touched = []
        for one in touched:  # news of what was read together with others comes one by one
            world.fold([one])
        assert_right(world.journal)
    assert keen.journal.whole <= dull.journal.whole
    assert keen.journal.alerts.keys() == dull.journal.alerts.keys()
    assert {word.told for word in keen.told} == {word.told for word in dull.told}


@pytest.mark.parametrize("capacity", [1000, 0], ids=["remembered", "forgotten"])
def test_who_is_folded_before_it_is_looked_is_folded_with_all_that_was_read_again(capacity: int) -> None:
    world = World(capacity)
    world.live(said("ann", "a@x", 1, 0), *[touchpoint(day, day, NAMES[day % 2], -0.6) for day in (2, 4, 6)])
    again = [replace(row, revision=1, valence=0.8) for row in world.journal.rows.values()]
    world.journal.rows |= {row.key: row for row in again}
    world.live(touchpoint(9, 9, "ann", 0.2))
    bonds = world.journal.bonds.values()
    assert sum(bond.read_again for bond in bonds) == 3, "no look finds them any more"
    late = world.fold(world.facts([touchpoint(8, 8, "ann", 0.1)])).rows[Table.STEPS]
    assert len(late) == (2 if capacity else 5), "who is remembered has all of that in their steps"
