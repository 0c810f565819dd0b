"""Whoever is left of linked names when others of them are erased."""

import pytest
from test_batch import PERSON_OF, RECEIVED_MS, RULES, FakeJournal, processor, touchpoint
from test_joining import Together, joiner_of, said

from streams.alerts.follow import Follower
from streams.bond.parameters import BOND_1
from streams.derived import Derived
from streams.erasing import without
from streams.events import Record
from streams.folding import Folder
from streams.history import NEVER_MS
from streams.identity import Circles
from streams.joining import Joiner
from streams.memory import Memory
from streams.outcome import Touched
from streams.touched import touched_message


@pytest.mark.parametrize("one_is_first", [True, False])
def test_who_did_not_know_of_an_erasure_does_not_win(one_is_first: bool) -> None:
    """What it worked out with the facts of the erased passes the door under the name of the other."""
    gone, stays = sorted(("one", "other"), key=PERSON_OF, reverse=not one_is_first)
    journal = FakeJournal()
    both = Together(journal)
    calls = [said(gone, stays, 1, 0), touchpoint(2, 1, gone, -0.9), touchpoint(3, 2, stays, 0.5)]
    news = [one for sent in calls for one in both.news_of(sent)]
    late = joiner_of(both.circles).fold(news, journal)
    both.fold(joiner_of(both.circles, lambda names: {PERSON_OF(gone): 0}), news)
    journal.take({table: list(rows) for table, rows in without(late.rows, {PERSON_OF(gone)}).items()})
    bond = journal.standing_bonds()[PERSON_OF(stays)]
    assert (bond.felt, bond.scar) == (1, 0)
    assert journal.identities[PERSON_OF(stays)].names == 1


@pytest.mark.parametrize("swept", [True, False])
def test_who_stays_of_a_circle_is_still_told_when_others_of_it_are_erased(swept: bool) -> None:
    """Less is known of the circle then, and yet what comes later must win; also before facts are noted."""
    journal, circles = FakeJournal(), Circles()
    one, other = PERSON_OF("one"), PERSON_OF("other")
    circles.join(one, other)
    told = [touchpoint(number, number + 1, "one" if number else "other", 0.5) for number in range(5)]
    records = [
        Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        for offset, (who, value) in enumerate(told)
    ]
    news = [Record("touched", 0, 0, 0, b"", touched_message(Touched(other, "", 0, 0)), ())]
    journal.take(processor(circles=circles).process(records, journal.known).rows)
    journal.take(joiner_of(circles).fold(news, journal).rows)
    noted = 0
    if swept:
        noted = sum(row.person_id == one for row in journal.rows.values())
        journal.rows = {key: row for key, row in journal.rows.items() if row.person_id != one}
    _, late = touchpoint("late", 9, "other", -0.9)
    record = Record("touchpoints", 0, 9, RECEIVED_MS, b"other", late, ())
    journal.take(processor(circles=circles).process([record], journal.known).rows)
    joiner = joiner_of(circles, lambda names: {one: noted})
    before = journal.bonds[other]
    journal.take(joiner.fold(news, journal).rows)
    assert journal.bonds[other].touchpoints == before.touchpoints + 1


def test_a_circle_of_which_a_name_was_erased_is_forgotten_also_as_it_was_before_it_grew() -> None:
    circles, remembered, journal = Circles(), Memory[Derived](9), FakeJournal()
    joiner = Joiner(Folder(BOND_1, Follower(RULES)), circles, remembered)
    first, second, third, other, else_ = sorted(PERSON_OF(name) for name in "abcde")

    def derive(one: str, another: str) -> None:
        circles.join(one, another)
        value = touched_message(Touched(another, "somebody", 0, NEVER_MS))
        joiner.fold([Record("touched", 0, 0, RECEIVED_MS, b"", value, ())], journal)
        joiner.remember()

    derive(second, third)
    derive(first, second)
    derive(other, else_)
    assert all(remembered.get(name_id) for name_id in (first, second, other))
    joiner.forget([third])
    assert [name_id for name_id in (first, second, other) if remembered.get(name_id)] == [other]
