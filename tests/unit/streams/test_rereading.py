"""Feeling read again: the same facts by another catalogue give what it would have given at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_batch import CATALOGUE, PERSON_OF, RECEIVED_MS, FakeJournal, Unread, processor, withdrawal
from test_commitments import keeps, makes
from test_joining import assert_right

from schemas.catalogue import Catalogue, read_catalogue
from schemas.catalogue import load_catalogue as load
from schemas.envelope import Event as Published
from schemas.instants import instant_of
from schemas.names import MISSED, Table
from streams.batch import Processor
from streams.events import Record
from streams.feeling.reading import Feeler, TextReading
from streams.feeling.signals import Signal
from streams.outcome import Owner
from streams.rereading import Rereader
from streams.value import replace

OWN = """
facts: {minutes_waited: {points: [[0, 0.9], [30, -1]], arousal: 1}}
types:
  agent.called: {valence: 0.8, importance: 3, department: desk}
  mail.received: {kind: felt, valence: -0.5}
  commitment.missed: {valence: -1, importance: 3}
"""
LATER_MS = RECEIVED_MS + 1_000_000


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    file = tmp_path_factory.mktemp("company") / "own.yaml"
    file.write_text(OWN)
    return load(file)


class Heard(Unread):
    """Hears the same in every text."""

    def __init__(self, version: str, valence: float) -> None:
        self.version, self._valence = version, valence

    def read(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[TextReading]:
        signal = Signal("text", self._valence, 0.5, None, 0.9)
        return [TextReading(signal, text.replace("Joan", "[name]"), "ca", 0, {}) for text in texts]


def run(worker: Processor, events: Sequence[tuple[str, bytes]], journal: FakeJournal, first: int = 0) -> None:
    for offset, (who, value) in enumerate(events, start=first):
        record = Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        journal.take(worker.process([record], journal.known).rows)


def sent(number: int, day: int, kind: str, **data: Any) -> tuple[str, bytes]:
    event = Published.touchpoint(
        kind, id=f"{number}", source="/calls", customer="p", time=f"2026-01-{day:02d}T09:00:00Z", **data
    )
    return "p", event.to_json()


@st.composite
def journeys(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """Calls with facts, words and moments, mails, commitments kept and missed, withdrawals."""
    events = []
    for number in range(draw(st.integers(1, 8))):
        day = draw(st.integers(1, 9))
        said = st.sampled_from(
            [
                {},
                {"facts": {"minutes_waited": 20}},
                {"text": "Gràcies, Joan"},
                {"moments": [{"seconds": 5, "valence": 0.5}, {"seconds": 9, "valence": -0.5}]},
                {"case": "x", "recovery": True, "needs_met": ["apology"]},
            ]
        )
        events.append(
            draw(
                st.one_of(
                    st.builds(lambda data, n=number, d=day: sent(n, d, "agent.called", **data), said),
                    st.just(sent(number, day, "mail.received")),
                    st.just(makes(number, day, due=draw(st.integers(day, 9)))),
                    st.just(keeps(number, day)),
                    st.just(withdrawal(draw(st.integers(0, 8)), "p")),
                )
            )
        )
    return events


def reread(journal: FakeJournal, rereader: Rereader) -> None:
    newest = {}
    for row in sorted(journal.rows.values(), key=lambda row: row.revision):
        newest[row.touchpoint_id, row.content_hash] = row
    again = rereader.read_again(list(newest.values()), LATER_MS)
    assert again.left == 0
    journal.rows |= {row.key: row for row in again.rows}


def read_again(worker: Processor, journal: FakeJournal) -> None:
    person = PERSON_OF("p")
    journal.take(worker.fold_again(journal.known([person]), {person: Owner("p", 0)}).rows)


@settings(max_examples=80)
@given(journeys(), st.data())
def test_read_again_and_folded_equals_a_fresh_run(
    own: Catalogue, events: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    """Also when some of it comes only afterwards."""
    until = data.draw(st.integers(0, len(events)))
    journal = FakeJournal()
    run(processor(texts=Heard("first", 0.5)), events[:until], journal)
    texts = Heard("second", -0.7)
    reread(journal, Rereader(Feeler(own), texts))
    worker = processor(texts=texts, catalogue=own)
    read_again(worker, journal)
    run(worker, events[until:], journal, until)
    fresh = FakeJournal()
    run(processor(texts=texts, catalogue=own), events, fresh)
    assert journal.bonds.keys() == fresh.bonds.keys()
    for person, bond in fresh.bonds.items():
        assert journal.bonds[person].bond_index == pytest.approx(bond.bond_index, abs=1e-9)
    steps = fresh.standing_steps()
    assert journal.standing_steps().keys() == steps.keys()
    for id, step in steps.items():
        now = journal.steps[id]
        assert now.index_after == pytest.approx(step.index_after, abs=1e-9)
        assert (now.kind, now.department) == (step.kind, step.department)


CALL = sent(1, 3, "agent.called", facts={"minutes_waited": 20}, text="Gràcies, Joan")


def test_the_old_reading_stays_and_the_new_one_says_when_and_by_what_it_was_made(own: Catalogue) -> None:
    journal = FakeJournal()
    run(processor(texts=Heard("first", 0.5)), [CALL], journal)
    before = dict(journal.rows)
    rereader = Rereader(Feeler(own), Heard("second", 0.1))
    reread(journal, rereader)
    assert before.items() <= journal.rows.items()
    [old, new] = sorted(journal.rows.values(), key=lambda row: row.revision)
    assert (old.revision, new.revision) == (0, 1)
    assert (new.reading_version, new.catalogue_version) == (rereader.reading_version, own.version)
    assert (old.known_at, new.known_at) == (RECEIVED_MS, LATER_MS)
    assert new.text == old.text == "Gràcies, [name]"
    same = set(new.__struct_fields__) - {
        "revision",
        "known_at",
        "reading_version",
        "catalogue_version",
        "evidence",
    }
    same -= {"valence", "arousal", "importance", "confidence", "department", "moment_of_truth"}
    same = {name for name in same if not name.startswith("profile_")}
    assert [getattr(new, name) for name in sorted(same)] == [getattr(old, name) for name in sorted(same)]


def test_a_worker_that_remembers_people_folds_what_was_read_again(own: Catalogue) -> None:
    journal, texts = FakeJournal(), Heard("same", 0.5)
    worker = processor(texts=texts, catalogue=own)
    run(worker, [sent(1, 3, "agent.called"), sent(2, 4, "agent.called")], journal)
    reread(journal, Rereader(Feeler(CATALOGUE), texts))
    run(worker, [sent(3, 5, "mail.received")], journal, 2)
    assert journal.bonds[PERSON_OF("p")].read_again == 0, "it goes on from what it remembers"
    read_again(worker, journal)
    bond = journal.bonds[PERSON_OF("p")]
    assert bond.read_again == 2
    fresh = FakeJournal()
    run(processor(texts=texts), [sent(1, 3, "agent.called"), sent(2, 4, "agent.called")], fresh)
    mail = [step for step in journal.standing_steps().values() if step.type == "mail.received"]
    assert [step.kind for step in mail] == ["felt"], "what is not read again stays as it was read"
    assert journal.steps["/calls|2"].index_after == pytest.approx(fresh.steps["/calls|2"].index_after)


LIVED = [sent(1, 3, "agent.called"), sent(2, 4, "agent.called"), sent(3, 6, "agent.called")]


@pytest.mark.parametrize(
    ("is_new", "event"),
    [
        (True, sent(4, 7, "agent.called")),
        (False, sent(4, 5, "agent.called")),
        (False, sent(3, 6, "agent.called")),
    ],
    ids=["after a start", "late", "repeated"],
)
def test_who_is_folded_exactly_before_it_is_looked_is_folded_with_all_that_was_read_again(
    own: Catalogue, is_new: bool, event: tuple[str, bytes]
) -> None:
    journal, texts = FakeJournal(), Heard("same", 0.5)
    worker = processor(texts=texts)
    run(worker, LIVED, journal)
    reread(journal, Rereader(Feeler(own), texts))
    worker = processor(texts=texts, catalogue=own) if is_new else worker
    run(worker, [event], journal, 3)
    assert journal.bonds[PERSON_OF("p")].read_again == len(LIVED), "no look finds them any more"
    assert_right(journal)


def test_who_missed_something_is_folded_with_all_that_was_read_again(own: Catalogue) -> None:
    journal, texts, person = FakeJournal(), Heard("same", 0.5), PERSON_OF("p")
    worker, events = processor(texts=texts), [LIVED[0], makes(2, 4, due=5)]
    run(worker, events, journal)
    reread(journal, Rereader(Feeler(own), texts))
    by_ms = instant_of("2026-01-06T09:00:00Z")
    owners, makers = {person: Owner("p", 0)}, {person: {"/calls|2"}}
    journal.take(worker.fold_missed(journal.known([person]), owners, makers, by_ms).rows)
    fresh, first = FakeJournal(), processor(texts=texts, catalogue=own)
    first.fold_as_of(by_ms)
    run(first, events, fresh)
    assert journal.bonds[person].read_again == len(events)
    steps = fresh.standing_steps()
    assert journal.standing_steps().keys() == steps.keys()
    for id, step in steps.items():
        assert journal.steps[id].index_after == pytest.approx(step.index_after, abs=1e-9)


def test_steps_of_before_are_written_once_for_what_was_read_again(own: Catalogue) -> None:
    journal, texts = FakeJournal(), Heard("same", 0.5)
    worker = processor(texts=texts)
    run(worker, LIVED, journal)
    reread(journal, Rereader(Feeler(own), texts))
    written = []
    for number, day in ((4, 5), (5, 5)):
        _, value = sent(number, day, "agent.called")
        record = Record("touchpoints", 0, number, RECEIVED_MS, b"p", value, ())
        batch = worker.process([record], journal.known)
        journal.take(batch.rows)
        written.append(len(batch.rows[Table.STEPS]))
    assert written == [4, 3], "all four, then those from the new one on"


def test_what_reading_again_raises_of_the_past_is_written_and_not_said_with_the_next_event(
    own: Catalogue,
) -> None:
    journal, texts = FakeJournal(), Heard("same", 0.5)
    bad = {"importance": 3.0, "emotion": {"valence": -0.9, "confidence": 1.0}}
    run(processor(texts=texts), [sent(1, 3, "agent.called", **bad), sent(2, 14, "agent.called")], journal)
    reread(journal, Rereader(Feeler(own), texts))
    _, value = sent(3, 15, "agent.called")
    record = Record("touchpoints", 0, 2, RECEIVED_MS, b"p", value, ())
    batch = processor(texts=texts, catalogue=own).process([record], journal.known)
    assert batch.rows[Table.ALERTS]
    assert not batch.words


@pytest.mark.parametrize(("customer", "told"), [("p", ["p"]), ("", [])])
def test_a_bond_that_was_read_again_is_announced_if_it_is_known_whose_it_is(
    own: Catalogue, customer: str, told: list[str]
) -> None:
    journal, texts = FakeJournal(), Heard("same", 0.5)
    bad = {"importance": 3.0, "emotion": {"valence": -0.9, "confidence": 1.0}}
    run(processor(texts=texts), [sent(1, 3, "agent.called", **bad), sent(2, 14, "agent.called")], journal)
    reread(journal, Rereader(Feeler(own), texts))
    person = PERSON_OF("p")
    owners = {person: Owner(customer, 0)}
    batch = processor(texts=texts, catalogue=own).fold_again(journal.known([person]), owners)
    assert [row.person_id for row in batch.rows[Table.BONDS]] == [person], "it is written in any case"
    assert [change.customer for change in batch.changes] == told
    assert batch.rows[Table.ALERTS], "what is past is written down"
    assert not batch.words, "and not said"


def test_what_was_missed_long_ago_is_not_said_again_when_the_rest_is_read_again(own: Catalogue) -> None:
    journal, texts = FakeJournal(), Heard("same", 0.5)
    bad = {"importance": 3.0, "emotion": {"valence": -0.9, "confidence": 1.0}}
    run(processor(texts=texts), [sent(1, 1, "agent.called", **bad), makes(2, 3, due=5)], journal)
    reread(journal, Rereader(Feeler(own), texts))
    worker, person = processor(texts=texts, catalogue=own), PERSON_OF("p")
    worker.fold_as_of(RECEIVED_MS)
    batch = worker.fold_again(journal.known([person]), {person: Owner("p", 0)})
    assert MISSED in {row.type for row in batch.rows[Table.STEPS]}
    assert batch.rows[Table.ALERTS]
    assert not batch.words


def test_what_has_lost_its_words_or_its_type_is_left_as_it_was(own: Catalogue, tmp_path: Path) -> None:
    journal = FakeJournal()
    run(processor(texts=Heard("first", 0.5), catalogue=own), [CALL, sent(2, 4, "mail.received")], journal)
    erased = [replace(row, text="") for row in journal.rows.values()]
    assert [row.type for row in Rereader(Feeler(own), Heard("b", 0.1)).read_again(erased, LATER_MS).rows] == [
        "mail.received"
    ]
    tea = "{kind: felt, title: T, department: d, stage: use}"
    other = read_catalogue(f"version: a\nstages: [use]\ntypes:\n  tea.served: {tea}\n", {})
    assert Rereader(Feeler(other), Heard("b", 0.1)).read_again(erased, LATER_MS) == ([], 2)
