"""The hot path against a journal held in memory: arrival order, repeats and batches change nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue import Catalogue, load_catalogue
from schemas.envelope import Event as Published
from schemas.names import WITHDRAWN, Table
from streams.alerts.alert import Alert
from streams.alerts.follow import Follower
from streams.alerts.rules import load_rules
from streams.batch import Processor
from streams.bond.parameters import BOND_1, MS_PER_DAY
from streams.bond.reading import read_out
from streams.derived import Histories, Later
from streams.events import Record
from streams.feeling.reading import Feeler, TextReader, TextReading
from streams.folding import Folder
from streams.history import Known, standing
from streams.identity import Circles
from streams.intake import Intake
from streams.memory import Memory
from streams.outcome import Word
from streams.person import Person
from streams.pseudonyms import pseudonymiser
from streams.rows import BondRow, IdentityRow, JournalRow, LinkRow, RepeatedRow, StepRow
from streams.value import astuple

CATALOGUE = load_catalogue()
RULES = load_rules()
RECEIVED_MS = 1_900_000_000_000
PERSON_OF = pseudonymiser(b"a key for tests")


class Unread:
    """Reads no text."""

    version = "unread"

    def read(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[TextReading]:
        """Return readings that say nothing."""
        return [TextReading(None, "", language or "", 0, {}) for language in languages]


class FakeJournal:
    """Keeps rows as ClickHouse would: by key, the highest revision of derived ones."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int, int], JournalRow] = {}
        self.withdrawn: set[tuple[str, str]] = set()
        self.step_rows: dict[tuple[int, str], StepRow] = {}
        self.bonds: dict[str, BondRow] = {}
        self.repeated: list[RepeatedRow] = []
        self.alerts: dict[str, Alert] = {}
        self.words: list[Word] = []
        self.links: list[LinkRow] = []
        self.identities: dict[str, IdentityRow] = {}
        self.meanwhile: Callable[[], None] = lambda: None
        """What others do between two readings of tables."""

    def known(self, people: Iterable[str]) -> dict[str, Known]:
        rows: dict[str, list[JournalRow]] = defaultdict(list)
        for row in self.rows.values():
            rows[row.person_id].append(row)
        return {
            person: Known(rows[person], frozenset(id for who, id in self.withdrawn if who == person))
            for person in people
        }

    def histories(self, names: Iterable[str]) -> Histories:
        wanted = set(names)
        links = [link for link in self.links if link.person_id in wanted]
        self.meanwhile()
        return Histories(self.known(wanted), links)

    def later(self, until_ms: Mapping[str, int]) -> Later:
        return {
            name: [row for row in one.rows if row.occurred_at > until_ms[name]]
            for name, one in self.known(until_ms).items()
        }

    def counted(self, names: Iterable[str]) -> dict[str, int]:
        links = {(one.person_id, one.link_id, one.content_hash) for one in self.links}
        return {
            name: len(one.rows) + len(one.withdrawn) + sum(link[0] == name for link in links)
            for name, one in self.known(names).items()
        }

    def now_ms(self) -> int:
        return max((row.occurred_at for row in self.rows.values()), default=0)

    def take(self, tables: dict[Table, list]) -> None:
        self.rows |= {row.key: row for row in tables[Table.JOURNAL]}
        self.withdrawn |= {(row.person_id, row.withdrawn_id) for row in tables[Table.WITHDRAWALS]}
        self.repeated += tables[Table.REPEATED]
        self.alerts |= {alert.alert_id: alert for alert in tables[Table.ALERTS]}
        self.links += tables[Table.LINKS]
        steps = tables[Table.STEPS]
        _replace(self.step_rows, lambda row: (row.occurred_at // MS_PER_DAY, row.touchpoint_id), steps)
        _replace(self.bonds, lambda row: row.person_id, tables[Table.BONDS])
        _replace(self.identities, lambda row: row.name_id, tables[Table.IDENTITIES])

    @property
    def steps(self) -> dict[str, StepRow]:
        """By touchpoint, the one that stands if there is one."""
        rows = sorted(self.step_rows.values(), key=lambda row: -row.is_deleted)
        return {row.touchpoint_id: row for row in rows}

    def standing_steps(self) -> dict[str, StepRow]:
        return {id: step for id, step in self.steps.items() if not step.is_deleted}

    def standing_bonds(self) -> dict[str, BondRow]:
        return {person: bond for person, bond in self.bonds.items() if not bond.is_deleted}


def _replace(kept: dict, key_of: Callable, rows: Iterable) -> None:
    for row in rows:
        known = kept.get(key_of(row))
        if known is None or row.revision >= known.revision:
            kept[key_of(row)] = row


def processor(
    capacity: int = 1000,
    texts: TextReader | None = None,
    catalogue: Catalogue = CATALOGUE,
    circles: Circles | None = None,
    memory: Memory[Person] | None = None,
) -> Processor:
    return Processor(
        Intake(catalogue, ZoneInfo("UTC")),
        Feeler(catalogue),
        texts or Unread(),
        PERSON_OF,
        Memory(capacity) if memory is None else memory,
        Folder(BOND_1, Follower(RULES)),
        circles or Circles(),
    )


def run(values: Sequence[tuple[str, bytes]], batch: int, capacity: int = 1000) -> FakeJournal:
    """Each batch comes to the journal only after the next has been worked out, as with a real one."""
    journal, worker = FakeJournal(), processor(capacity)
    records = [
        Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        for offset, (who, value) in enumerate(values)
    ]
    before: dict[Table, list] | None = None
    for start in range(0, len(records), batch):
        worked_out = worker.process(records[start : start + batch], journal.known).rows
        if before is not None:
            journal.take(before)
        before = worked_out
    if before is not None:
        journal.take(before)
    return journal


def touchpoint(number: int | str, day: int, who: str, valence: float, **data: object) -> tuple[str, bytes]:
    event = Published.touchpoint(
        "agent.called",
        id=f"{number}",
        source="/calls",
        customer=who,
        time=f"2026-01-{day:02d}T09:00:00Z",
        emotion={"valence": valence},
        **data,
    )
    return who, event.to_json()


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """A few customers' touchpoints, with ties in time, shared episodes, cases and acts of recovery."""
    events = []
    for number in range(draw(st.integers(1, 12))):
        data: dict[str, object] = {}
        if draw(st.booleans()):
            data["episode"] = draw(st.sampled_from("ab"))
        if draw(st.booleans()):
            data["case"] = draw(st.sampled_from("xy"))
        if draw(st.booleans()):
            data |= {"recovery": True, "needs_met": draw(st.lists(st.sampled_from(["apology", "dignity"])))}
        valence = draw(st.sampled_from([-0.9, -0.5, -0.1, 0.0, 0.3, 0.8]))
        events.append(
            touchpoint(number, draw(st.integers(1, 9)), draw(st.sampled_from("pq")), valence, **data)
        )
    return events


def test_histories_are_asked_for_some_people_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """After partitions have come, a batch needs the whole past of thousands."""
    monkeypatch.setattr("streams.batch.HISTORIES_AT_ONCE", 2)
    past, now = ([touchpoint(f"{who} {day}", day, who, -0.5) for who in "abcde"] for day in (2, 3))
    journal = run(past, batch=10)
    asked: list[int] = []

    def known(people: Iterable[str]) -> dict[str, Known]:
        found = journal.known(people)
        asked.append(len(found))
        return found

    records = [
        Record("touchpoints", 0, 10 + offset, RECEIVED_MS, who.encode(), value, ())
        for offset, (who, value) in enumerate(now)
    ]
    journal.take(processor().process(records, known).rows)

    assert asked == [2, 2, 1]
    clean = run([*past, *now], batch=10)
    assert {who: bond.bond_index for who, bond in journal.bonds.items()} == {
        who: bond.bond_index for who, bond in clean.bonds.items()
    }


@settings(max_examples=60)
@given(histories(), st.randoms(use_true_random=False), st.integers(1, 5), st.integers(1, 3))
def test_shuffled_and_repeated_delivery_gives_what_a_clean_run_gives(
    events: list[tuple[str, bytes]], random: object, batch: int, capacity: int
) -> None:
    clean = run(events, batch=100)
    shuffled = events + random.sample(events, k=len(events) // 2)  # type: ignore[attr-defined]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    messy = run(shuffled, batch, capacity)
    assert messy.rows.keys() == clean.rows.keys()
    assert len(messy.repeated) == len(shuffled) - len(events)
    for id, step in clean.steps.items():
        assert messy.steps[id].index_before == pytest.approx(step.index_before, abs=1e-9)
        assert messy.steps[id].index_after == pytest.approx(step.index_after, abs=1e-9)
    for person, bond in clean.bonds.items():
        assert messy.bonds[person].bond_index == pytest.approx(bond.bond_index, abs=1e-9)
        assert astuple(messy.bonds[person])[1:5] == astuple(bond)[1:5]


@settings(max_examples=60)
@given(histories(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_places_put_touchpoints_of_one_time_in_the_order_of_their_ids_however_they_come(
    events: list[tuple[str, bytes]], random: object, batch: int
) -> None:
    random.shuffle(events)  # type: ignore[attr-defined]
    steps = run(events, batch).standing_steps().values()
    of_one_time = defaultdict(list)
    for step in sorted(steps, key=lambda one: one.touchpoint_id):
        of_one_time[step.person_id, step.occurred_at].append(step.place)
    for places in of_one_time.values():
        assert places == sorted(set(places))


@settings(max_examples=30)
@given(histories())
def test_the_index_of_a_bond_is_that_of_the_reference(events: list[tuple[str, bytes]]) -> None:
    journal = run(events, batch=3)
    for person, known in journal.known(journal.bonds).items():
        felt = [row.felt() for row in standing(known)]
        bond = journal.bonds[person]
        assert bond.bond_index == pytest.approx(read_out(felt, bond.as_of).index, abs=1e-9)


def test_of_two_contents_under_one_id_the_same_one_stands_in_any_order() -> None:
    first, second = touchpoint(1, 3, "p", 0.8), touchpoint(1, 5, "p", -0.8)
    forth, back = run([first, second], batch=1), run([second, first], batch=1)
    assert len(forth.rows) == len(back.rows) == 2
    bond_forth, bond_back = (one.bonds[PERSON_OF("p")] for one in (forth, back))
    assert bond_forth.bond_index == pytest.approx(bond_back.bond_index, abs=1e-9)
    assert bond_forth.touchpoints == bond_back.touchpoints == 1


def test_a_step_that_turns_out_to_be_of_another_day_leaves_none_behind() -> None:
    first, second = touchpoint(1, 3, "p", 0.8), touchpoint(1, 5, "p", -0.8)
    days = [
        [row.occurred_at // MS_PER_DAY for row in journal.step_rows.values() if not row.is_deleted]
        for journal in (run([first, second], batch=1), run([second, first], batch=1))
    ]
    assert len(days[0]) == 1
    assert days[0] == days[1]


def withdrawal(of: int, who: str) -> tuple[str, bytes]:
    event = Published.of(
        WITHDRAWN,
        id=f"w{of}",
        source="/calls",
        customer=who,
        time="2026-02-01T00:00:00Z",
        data={"id": f"{of}"},
    )
    return who, event.to_json()


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 0, 1)])
def test_a_withdrawn_touchpoint_is_as_if_it_had_never_been_even_if_it_comes_later(
    order: tuple[int, ...],
) -> None:
    events = [touchpoint(1, 3, "p", -0.9), touchpoint(2, 4, "p", 0.5), withdrawal(1, "p")]
    taken_back = run([events[place] for place in order], batch=1)
    never = run([events[1]], batch=1)
    assert taken_back.bonds[PERSON_OF("p")].bond_index == pytest.approx(
        never.bonds[PERSON_OF("p")].bond_index
    )
    assert taken_back.standing_steps().keys() == never.steps.keys()


@settings(max_examples=60)
@given(histories(), st.sets(st.integers(0, 11)), st.randoms(use_true_random=False), st.integers(1, 5))
def test_what_was_withdrawn_never_was_in_whatever_order_it_came(
    events: list[tuple[str, bytes]], taken_back: set[int], random: object, batch: int
) -> None:
    """Some of these events come after they were taken back, some of them again."""
    withdrawals = [withdrawal(number, who) for number, (who, _) in enumerate(events) if number in taken_back]
    messy = events + random.sample(events, k=len(events) // 2) + withdrawals  # type: ignore[attr-defined]
    random.shuffle(messy)  # type: ignore[attr-defined]
    journal = run(messy, batch)
    left = run([event for number, event in enumerate(events) if number not in taken_back], batch=100)
    assert journal.standing_steps().keys() == left.steps.keys()
    for person, bond in left.bonds.items():
        assert journal.bonds[person].bond_index == pytest.approx(bond.bond_index, abs=1e-9)


def test_who_took_something_back_is_carried_on_without_their_past() -> None:
    journal, worker = FakeJournal(), processor()
    asked: list[str] = []

    def known(people: Iterable[str]) -> dict[str, Known]:
        asked.extend(people)
        return journal.known(people)

    events = [touchpoint(1, 3, "p", -0.9), withdrawal(1, "p"), touchpoint(2, 4, "p", 0.5), withdrawal(9, "p")]
    for offset, (who, value) in enumerate([*events, touchpoint(3, 5, "p", 0.5)]):
        record = Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        asked.clear()
        journal.take(worker.process([record], known).rows)
    assert asked == []


def test_what_nobody_felt_is_journaled_and_counted_but_moves_nothing() -> None:
    mail = Published.touchpoint(
        "mail.received", id="1", source="/mail", customer="p", time="2026-01-02T09:00:00Z"
    ).to_json()
    journal = run([("p", mail)], batch=1)
    bond = journal.bonds[PERSON_OF("p")]
    assert (bond.touchpoints, bond.felt, bond.bond_index) == (1, 0, 0.0)
    assert journal.steps["/mail|1"].index_after is None


def test_an_error_of_the_journal_leaves_nothing_remembered_so_the_batch_can_be_tried_again() -> None:
    journal, worker = FakeJournal(), processor()
    who, value = touchpoint(1, 3, "p", 0.8)
    records = [Record("touchpoints", 0, 0, RECEIVED_MS, who.encode(), value, ())]

    def away(_: Iterable[str]) -> dict[str, Known]:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        worker.process(records, away)
    journal.take(worker.process(records, journal.known).rows)
    assert len(journal.rows) == 1


def test_an_event_of_the_future_is_held_and_journaled_once_it_is_due() -> None:
    journal, worker = FakeJournal(), processor()
    who, value = touchpoint(1, 3, "p", 0.8)
    future = Record("touchpoints", 0, 0, RECEIVED_MS, who.encode(), value.replace(b"2026", b"2056"), ())
    held = worker.process([future], journal.known)
    assert [row.released for row in held.rows[Table.HELD]] == [False]
    assert not held.rows[Table.JOURNAL]
    due = worker.process([future], journal.known, clock_ms=held.rows[Table.HELD][0].due_at)
    (released,) = due.rows[Table.HELD]
    assert released.released
    assert (released.key, released.headers, released.value) == (b"", "", b""), "it stands in the journal"
    assert len(due.rows[Table.JOURNAL]) == 1
