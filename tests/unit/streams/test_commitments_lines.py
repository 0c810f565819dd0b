"""Commitments and time: workers that look what is missed by now, that start anew, and that were replaced.

In the drawings: M makes a commitment, D is when it is due, K keeps it, o is another touchpoint.
"""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_batch import RECEIVED_MS, FakeJournal, processor, touchpoint, withdrawal
from test_commitments import EPS, Event, absences, keeps, makes, other

from schemas.names import Table
from streams.bond.fold import Fold
from streams.bond.reading import read_out
from streams.commitments import missed
from streams.events import Record
from streams.history import in_order, lived, standing
from streams.outcome import Owner
from streams.rows import JournalRow


def missing(rows: Sequence[JournalRow], now_ms: int) -> dict[str, JournalRow]:
    """Return makers that were missed by a time, worked out straight from the law."""

    def spares(one: JournalRow, maker: JournalRow) -> bool:
        again = one.commitment_id == maker.commitment_id and (one.occurred_at, one.touchpoint_id) > (
            maker.occurred_at,
            maker.touchpoint_id,
        )
        return one.occurred_at <= maker.due_at and (again or one.keeps_id == maker.commitment_id)

    return {
        maker.touchpoint_id: maker
        for maker in rows
        if maker.commitment_id and maker.due_at <= now_ms and not any(spares(one, maker) for one in rows)
    }


class Line:
    """A worker and its journal; each batch comes to the journal only after the next has been worked out."""

    def __init__(self, capacity: int) -> None:
        self.journal = FakeJournal()
        self.worker = processor(capacity)
        self.acknowledged = self.offset = 0
        self._on_its_way: dict[Table, list] | None = None

    def successor(self, capacity: int) -> "Line":
        """A worker that begins with what is not acknowledged, while this one goes on: same journal."""
        line = Line(capacity)
        line.journal, line.offset, line.acknowledged = self.journal, self.acknowledged, self.acknowledged
        line.worker.fold_as_of(self.now_ms)
        return line

    def take(self, events: Sequence[Event]) -> None:
        records = [
            Record("touchpoints", 0, self.offset + place, RECEIVED_MS, who.encode(), value, ())
            for place, (who, value) in enumerate(events)
        ]
        worked_out = self.worker.process(records, self.journal.known).rows
        self.settle()
        self.offset += len(records)
        self._on_its_way = worked_out

    def settle(self) -> None:
        if self._on_its_way is not None:
            self.journal.take(self._on_its_way)
        self._on_its_way, self.acknowledged = None, self.offset

    @property
    def now_ms(self) -> int:
        return max((bond.newest_at for bond in self.journal.bonds.values()), default=0)

    def look(self) -> int:
        """Fold whoever missed something since; return how many."""
        self.settle()
        known = self.journal.known(self.journal.bonds)
        overdue = {
            person: {
                id
                for id in missing(standing(theirs), self.now_ms)
                if f"{id}|missed" not in self.journal.standing_steps()
            }
            for person, theirs in known.items()
        }
        makers = {person: ids for person, ids in overdue.items() if ids}
        owners = {person: Owner(f"whose {person} is", 0) for person in makers}
        batch = self.worker.fold_missed(self.journal.known(makers), owners, makers, self.now_ms)
        self.journal.take(batch.rows)
        return len(batch.changes)


def test_time_that_somebody_else_brings_lets_a_commitment_be_missed() -> None:
    # day  1 2 3 4 5
    # p    M   D
    # q            o
    line = Line(capacity=9)
    line.take([makes(1, 1, due=3), other(2, 5, who="q")])
    assert line.look() == 1
    assert absences(line.journal).keys() == {"/calls|1|missed"}
    line.take([keeps(3, 2)])
    line.settle()
    assert not absences(line.journal)
    assert line.look() == 0


@st.composite
def promising_histories(draw: st.DrawFn) -> list[Event]:
    """Two customers' touchpoints that make, keep and make again, with ties in time, cases and withdrawals."""
    events = []
    for number in range(draw(st.integers(1, 12))):
        day, who = draw(st.integers(1, 9)), draw(st.sampled_from("ppq"))
        data: dict[str, object] = {}
        if draw(st.booleans()):
            due = min(day + draw(st.sampled_from([0, 0, 1, 3, 30])), 31)
            data["commitment"] = {"id": draw(st.sampled_from("xy")), "due": f"2026-01-{due:02d}T09:00:00Z"}
        elif draw(st.booleans()):
            data["keeps"] = draw(st.sampled_from("xy"))
        if draw(st.booleans()):
            data["case"] = "c"
        valence = draw(st.sampled_from([-0.9, -0.1, 0.3, 0.8]))
        often = 100 if who == "p" else 200
        id = draw(st.sampled_from([number, number, number, often]))  # now and then other content of one event
        events.append(touchpoint(id, day, who, valence, **data))
        if draw(st.integers(0, 7)) == 0:
            events.append(withdrawal(id, who))
    return events


@settings(max_examples=150)
@given(promising_histories(), st.integers(), st.integers(1, 4), st.integers(1, 3))
def test_in_any_order_the_fold_is_that_from_scratch(
    events: list[Event], seed: int, batch: int, capacity: int
) -> None:
    chance, line = Random(seed), Line(capacity)
    arrivals = events + chance.sample(events, k=len(events) // 3)
    chance.shuffle(arrivals)
    for start in range(0, len(arrivals), batch):
        line.take(arrivals[start : start + batch])
        if chance.random() < 0.3:
            line.look()
        if chance.random() < 0.1:
            line.worker = processor(capacity)
            line.look()
    line.look()
    assert_as_from_scratch(line)
    assert line.look() == 0


@pytest.mark.parametrize("spares", [keeps(4, 4), makes(4, 4, due=30)], ids=["kept", "moved"])
def test_what_a_worker_that_was_replaced_takes_for_missed_is_not_when_its_successor_knows_better(
    spares: Event,
) -> None:
    # day  1 2 3 4 5 .. 9
    # p    o o M K D
    # q                 o
    events = [other(1, 1), other(9, 9, who="q"), other(2, 2), makes(3, 3, due=5), spares]
    replaced = Line(capacity=9)
    for event in events[:3]:
        replaced.take([event])
    replaced.look()
    owner = replaced.successor(capacity=9)
    owner.take(events[2:3])
    replaced.take(events[3:4])
    owner.take(events[3:])
    owner.settle()
    replaced.settle()
    assert not absences(owner.journal)


@settings(max_examples=300)
@given(st.lists(st.sampled_from("oMK"), min_size=4, max_size=9), st.integers())
def test_a_worker_that_goes_on_though_it_was_replaced_changes_nothing(kinds: list[str], seed: int) -> None:
    chance, replaced = Random(seed), Line(capacity=9)
    told = {"o": other, "M": lambda number, day: makes(number, day, day + 4), "K": keeps}
    later = other(99, 20, who="q")  # beyond what is due to p
    arrivals = [later, *(told[kind](day, day) for day, kind in enumerate(kinds, 1))]
    replaced.take(arrivals[:1])
    replaced.settle()
    replaced.look()
    owner = replaced.successor(capacity=9)

    def take(line: Line, until: int, most: int) -> None:
        while line.offset < until:
            line.take(arrivals[line.offset : min(until, line.offset + chance.randint(1, most))])

    take(replaced, chance.randint(2, len(arrivals)), 2)
    take(owner, len(arrivals), 4)
    owner.settle()
    replaced.settle()
    owner.look()
    assert_as_from_scratch(owner)


def assert_as_from_scratch(line: Line) -> None:
    """Compare steps and bonds with those of a history in which the missed commitments are told."""
    steps = line.journal.standing_steps()
    known = line.journal.known(line.journal.bonds)
    wanted: dict[str, JournalRow] = {}
    for person, theirs in known.items():
        rows = standing(theirs)
        through = [*rows, *(missed(maker) for maker in missing(rows, line.now_ms).values())]
        wanted |= {row.touchpoint_id: row for row in through}
        assert in_order(through) == lived(theirs, line.now_ms)
        felt = [row.felt() for row in through if row.is_felt]
        bond = line.journal.bonds[person]
        assert (bond.touchpoints, bond.felt) == (len(through), len(felt))
        if felt:
            assert bond.as_of == max(one.at_ms for one in felt)
            assert bond.bond_index == pytest.approx(read_out(felt, bond.as_of).index, abs=EPS)
        for id, step in Fold().steps_of(felt)[1].items():
            assert steps[id].index_before == pytest.approx(step.index_before, abs=EPS), id
            assert steps[id].index_after == pytest.approx(step.index_after, abs=EPS), id
    assert steps.keys() == wanted.keys()
