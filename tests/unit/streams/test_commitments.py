"""Absence counts: what was promised for a time and not kept is felt when it is due. The laws, and the fold.

Days are those of January 2026, at nine o'clock. In the drawings: M makes a commitment, D is when it is due, K
keeps it, o is another touchpoint.
"""

from pathlib import Path

import pytest
from test_batch import CATALOGUE, PERSON_OF, RECEIVED_MS, FakeJournal, processor, run, touchpoint, withdrawal

from schemas.catalogue import Catalogue, load_catalogue
from schemas.envelope import Event as Published
from schemas.instants import instant_of
from schemas.names import MISSED, Table
from streams.commitments import missed
from streams.events import Record
from streams.rows import JournalRow, StepRow

Event = tuple[str, bytes]
EPS = 1e-9


def makes(number: int, day: int, due: int, id: str = "visit", who: str = "p", **data: object) -> Event:
    """M: a touchpoint that makes a commitment."""
    commitment = {"id": id, "due": f"2026-01-{due:02d}T09:00:00Z", **data.pop("more", {})}  # type: ignore[dict-item]
    return touchpoint(number, day, who, 0.3, commitment=commitment, **data)


def keeps(number: int, day: int, id: str = "visit", who: str = "p", **data: object) -> Event:
    """K: a touchpoint that keeps one."""
    return touchpoint(number, day, who, 0.4, keeps=id, **data)


def other(number: int, day: int, who: str = "p") -> Event:
    """o: something else."""
    return touchpoint(number, day, who, 0.2)


def absences(journal: FakeJournal) -> dict[str, StepRow]:
    return {id: step for id, step in journal.standing_steps().items() if step.type == MISSED}


def test_what_nothing_kept_is_felt_when_it_is_due() -> None:
    # day  1 2 3 4 5
    #      M   D   o
    journal = run([makes(1, 1, due=3), other(2, 5)], batch=1)
    [step] = absences(journal).values()
    assert step.touchpoint_id == "/calls|1|missed"
    assert step.occurred_at == instant_of("2026-01-03T09:00:00Z")
    assert (step.index_before or 0) > (step.index_after or 0)
    bond = journal.bonds[PERSON_OF("p")]
    assert (bond.touchpoints, bond.felt) == (3, 3)


@pytest.mark.parametrize("day", [2, 3], ids=["before it is due", "at the very time"])
def test_what_is_kept_in_time_leaves_no_trace(day: int) -> None:
    journal = run([makes(1, 1, due=3), keeps(2, day), other(3, 5)], batch=1)
    assert not absences(journal)


def test_what_happens_at_the_very_time_it_is_due_comes_before_or_after_by_the_ids() -> None:
    bought = Published.touchpoint(
        "purchase.made", id="9", source="/calls", customer="p", time="2026-01-03T09:00:00Z"
    )
    journal = run([makes(1, 1, due=3), ("p", bought.to_json())], batch=1)
    steps = journal.standing_steps()
    assert steps["/calls|9"].index_before == pytest.approx(steps["/calls|1|missed"].index_after, abs=EPS)


def test_what_is_kept_late_was_missed_and_the_keeping_is_a_touchpoint_of_its_own() -> None:
    # day  1 2 3 4 5
    #      M   D K o
    journal = run([makes(1, 1, due=3), keeps(2, 4), other(3, 5)], batch=1)
    assert absences(journal).keys() == {"/calls|1|missed"}
    assert len(journal.standing_steps()) == 4


def test_a_keeping_of_its_time_that_arrives_late_takes_it_back() -> None:
    events = [makes(1, 1, due=3), other(3, 5), keeps(2, 2)]
    before, after = run(events[:2], batch=1), run(events, batch=1)
    assert absences(before)
    assert not absences(after)
    assert after.bonds[PERSON_OF("p")].bond_index > before.bonds[PERSON_OF("p")].bond_index


def test_a_keeping_from_before_the_promise_keeps_it_too() -> None:
    assert not absences(run([keeps(1, 1), makes(2, 2, due=4), other(3, 6)], batch=1))


def test_made_again_before_it_was_due_it_is_moved() -> None:
    # day  1 2 3 4 5 6 7
    #      M M D   D   o
    journal = run([makes(1, 1, due=3), makes(2, 2, due=5), other(3, 7)], batch=1)
    assert absences(journal).keys() == {"/calls|2|missed"}


def test_made_again_after_it_was_missed_it_is_another_promise() -> None:
    journal = run([makes(1, 1, due=3), makes(2, 4, due=6), other(3, 8)], batch=1)
    assert absences(journal).keys() == {"/calls|1|missed", "/calls|2|missed"}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 0, 1, 2), (1, 3, 2, 0)])
def test_a_promise_that_is_withdrawn_is_missed_by_nobody(order: tuple[int, ...]) -> None:
    events = [makes(1, 1, due=3), other(2, 5), other(3, 6), withdrawal(1, "p")]
    assert not absences(run([events[place] for place in order], batch=1))


def test_a_keeping_that_is_withdrawn_kept_nothing() -> None:
    journal = run([makes(1, 1, due=3), keeps(2, 2), other(3, 5), withdrawal(2, "p")], batch=1)
    assert absences(journal).keys() == {"/calls|1|missed"}


def test_of_two_contents_of_a_promise_the_same_one_is_missed_in_any_order() -> None:
    contents = [makes(1, 1, due=3), makes(1, 2, due=4), other(2, 9)]
    forth, back = run(contents, batch=1), run(contents[::-1], batch=1)
    assert len(absences(forth)) == 1
    assert [step.occurred_at for step in absences(forth).values()] == [
        step.occurred_at for step in absences(back).values()
    ]


def test_somebody_else_s_commitment_of_the_same_name_is_theirs() -> None:
    events = [makes(1, 1, due=3), keeps(2, 2, who="q"), other(3, 5)]
    assert absences(run(events, batch=1)).keys() == {"/calls|1|missed"}


def test_a_commitment_of_the_company_is_kept_by_the_company_alone() -> None:
    company = {"scope": "company"}
    kept = [makes(1, 1, due=3, more=company), keeps(2, 2, keeps_scope="company"), other(3, 5)]
    not_kept = [makes(1, 1, due=3, more=company), keeps(2, 2), other(3, 5)]
    assert not absences(run(kept, batch=1))
    assert absences(run(not_kept, batch=1))


def test_the_absence_has_place_and_case_of_its_maker_and_the_feeling_of_the_catalogue() -> None:
    event = makes(1, 1, due=3, department="network", stage="use", sector="energy", case="c", episode="e")
    [step] = absences(run([event, other(2, 5)], batch=1)).values()
    assert (step.department, step.stage, step.sector) == ("network", "use", "energy")
    assert (step.case_id, step.episode_id, step.channel) == ("/calls|c", "/calls|1|missed", "")
    assert step.valence == CATALOGUE.types[MISSED].valence


def felt_if_missed(catalogue: Catalogue, **data: object) -> JournalRow:
    who, value = makes(1, 1, due=3, **data)
    record = Record("t", 0, 0, RECEIVED_MS, who.encode(), value, ())
    batch = processor(catalogue=catalogue).process([record], FakeJournal().known)
    return missed(batch.rows[Table.JOURNAL][0])


def test_the_event_before_the_company_s_file_before_the_catalogue(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(f"types:\n  {MISSED}: {{importance: 1, valence: -0.9}}\n")
    usual, theirs = felt_if_missed(CATALOGUE), felt_if_missed(load_catalogue(own))
    stated = felt_if_missed(load_catalogue(own), more={"importance": 3})
    entry = CATALOGUE.types[MISSED]
    assert usual.importance == entry.importance * entry.confidence
    assert (theirs.valence, theirs.importance) == (-0.9, entry.confidence)
    assert (stated.valence, stated.importance, stated.moment_of_truth) == (-0.9, 3 * entry.confidence, True)
