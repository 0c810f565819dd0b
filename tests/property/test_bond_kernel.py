"""The numpy kernel and the reference read the same bond."""

import numpy as np
import pytest
from bond_histories import histories, moments, touchpoint
from hypothesis import given
from hypothesis import strategies as st

from streams.bond.bond import AMOUNTS, index_at
from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold
from streams.bond.kernel import Readouts, Reads, arranged, columns_of, everyone_at, read_bonds, read_many
from streams.bond.parameters import BOND_1, MS_PER_DAY
from streams.bond.reading import Reading, read_out
from streams.bond.state import NOTHING_YET

TOLERANCE = 1e-9

People = list[list[FeltTouchpoint]]
PEOPLE = st.lists(histories(), max_size=4)


def assert_same(got: Readouts, place: int, expected: Reading) -> None:
    assert got.index[place] == pytest.approx(expected.index, abs=TOLERANCE)
    assert got.evidence[place] == pytest.approx(expected.evidence, abs=TOLERANCE)
    for name, value in expected.components._asdict().items():
        assert getattr(got, name)[place] == pytest.approx(value, abs=TOLERANCE), name
    for column, value in zip(got.emotions, expected.emotions, strict=True):
        assert column[place] == pytest.approx(value, abs=TOLERANCE)


@given(PEOPLE, moments())
def test_everyone_at_one_time(people: People, at_ms: int) -> None:
    persons, got = everyone_at(columns_of(people), at_ms)
    assert persons.tolist() == [person for person, theirs in enumerate(people) if theirs]
    for place, person in enumerate(persons):
        assert_same(got, place, read_out(people[person], at_ms))


@given(PEOPLE, st.data())
def test_many_readings_of_one_person_in_any_order(people: People, data: st.DataObject) -> None:
    asked = data.draw(st.lists(st.tuples(st.integers(0, 5), moments()), max_size=12))
    reads = Reads(
        np.array([person for person, _ in asked], dtype=np.int64),
        np.array([at_ms for _, at_ms in asked], dtype=np.int64),
    )
    got = read_many(arranged(columns_of(people), BOND_1), reads)
    for place, (person, at_ms) in enumerate(asked):
        theirs = people[person] if person < len(people) else []
        assert_same(got, place, read_out(theirs, at_ms))


@given(histories())
def test_just_before_and_just_after_each_touchpoint(history: list[FeltTouchpoint]) -> None:
    columns = columns_of([history])
    rows = arranged(columns, BOND_1)
    after = read_many(rows, Reads(columns.person, columns.at_ms, columns.order))
    before = read_many(rows, Reads(columns.person, columns.at_ms, columns.order - 1))
    for place, one in enumerate(history):
        until = [other for other in history if (other.at_ms, other.id) <= (one.at_ms, one.id)]
        assert_same(after, place, read_out(until, one.at_ms))
        assert_same(before, place, read_out([other for other in until if other != one], one.at_ms))


@given(PEOPLE, st.integers(1, 8))
def test_the_size_of_a_block_changes_nothing(people: People, size: int) -> None:
    columns = columns_of(people)
    rows = arranged(columns, BOND_1)
    reads = Reads(columns.person, columns.at_ms)
    small = read_many(rows, reads, block=size)
    for whole, part in zip(read_many(rows, reads).columns(), small.columns(), strict=True):
        np.testing.assert_array_equal(whole, part)


@given(PEOPLE)
def test_labels_of_any_size_sort_as_small_ones_do(people: People) -> None:
    columns = columns_of(people)
    huge = columns._replace(person=columns.person * 10**15 - 7, episode=columns.episode * 10**15 - 7)
    at_ms = max((one.at_ms for theirs in people for one in theirs), default=0)
    for small, large in zip(
        everyone_at(columns, at_ms)[1].columns(), everyone_at(huge, at_ms)[1].columns(), strict=True
    ):
        np.testing.assert_array_equal(small, large)


@given(PEOPLE, st.integers(0, 4_000))
def test_a_table_of_bonds_reads_as_the_reference_at_any_later_time(people: People, later_days: int) -> None:
    lives = [theirs for theirs in people if theirs]
    bonds = [Fold().state_of(theirs).bond() for theirs in lives]
    last_ms = np.array([bond.at_ms for bond in bonds], dtype=np.int64)
    amounts = [np.array([getattr(bond, name) for bond in bonds], dtype=np.float64) for name in AMOUNTS]
    read_ms = last_ms + later_days * MS_PER_DAY
    got = read_bonds(last_ms, amounts, read_ms)
    for place, theirs in enumerate(lives):
        assert_same(got, place, read_out(theirs, int(read_ms[place])))


def test_a_bond_cannot_be_read_before_its_last_touchpoint() -> None:
    bond = Fold().state_of([touchpoint("a", 1, 0.5)]).bond()
    with pytest.raises(ValueError, match="before its last touchpoint"):
        index_at(bond, bond.at_ms - 1)
    with pytest.raises(ValueError, match="before its last touchpoint"):
        read_bonds(np.array([bond.at_ms]), [np.array([amount]) for amount in bond[1:]], bond.at_ms - 1)


def test_nobody_has_no_bond() -> None:
    with pytest.raises(ValueError, match="nothing was felt"):
        NOTHING_YET.bond()
