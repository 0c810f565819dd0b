"""Alerts out of batches: the same log raises the same alerts, whatever the batches, restarts and repeats."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import seed
from hypothesis import given, settings
from hypothesis import strategies as st
from test_batch import PERSON_OF, RECEIVED_MS, RULES, FakeJournal, processor, touchpoint, withdrawal
from test_commitments import makes

from infra.trying import Trial, TrialError, alone
from schemas.catalogue import load_catalogue
from schemas.envelope import Event as Published
from schemas.names import Table
from streams.alerts.alert import MOMENT_OF_TRUTH, Alert, Hint
from streams.alerts.follow import Follower
from streams.alerts.switches import Switch
from streams.bond.parameters import BOND_1
from streams.events import Record
from streams.folding import Folder
from streams.history import Known, together
from streams.stepped import UNMOVED, UNREAD, Stepped, lived_of
from streams.value import replace

NOW_MS = RECEIVED_MS
Log = Sequence[tuple[str, bytes]]


def breaking(who: str) -> list[tuple[str, bytes]]:
    """A fine start, three bad calls about a case, and a moment of truth that goes wrong."""
    days = [(1, 0.9), (2, 0.9), (5, -0.7), (6, -0.7), (7, -0.7)]
    told = [touchpoint(f"{who}{day}", day, who, valence, case="boiler") for day, valence in days]
    return [*told, touchpoint(f"{who}9", 9, who, -0.6, importance=3.0), touchpoint(f"{who}20", 20, who, 0.2)]


LOG = [event for events in zip(breaking("p"), breaking("q"), strict=True) for event in events]


def told_by(log: Log, batch: int, capacity: int = 1000, restart_after: int | None = None) -> FakeJournal:
    """Work a log out; a crash between the journal and the alerts begins a batch anew."""
    journal, worker = FakeJournal(), processor(capacity)
    records = [
        Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        for offset, (who, value) in enumerate(log)
    ]
    for number, start in enumerate(range(0, len(records), batch)):
        worked_out = worker.process(records[start : start + batch], journal.known)
        if number == restart_after:
            journal.take({**worked_out.rows, Table.ALERTS: []})
            worker = processor(capacity)
            worked_out = worker.process(records[start : start + batch], journal.known)
        journal.take(worked_out.rows)
        journal.words += worked_out.words
    return journal


def alerts_of(journal: FakeJournal) -> dict[str, Alert]:
    return {word.told.alert_id: word.told for word in journal.words if isinstance(word.told, Alert)}


WHOLE = alerts_of(told_by(LOG, len(LOG)))


def test_a_log_with_breaking_bonds_raises_alerts_of_several_rules_for_each_customer() -> None:
    rules = sorted(alert.rule for alert in WHOLE.values())
    assert rules == sorted(2 * ["bond_breaking", "bad_series", "moment_unanswered"])
    assert len({alert.person_id for alert in WHOLE.values()}) == 2


@pytest.mark.parametrize("batch", [1, 3, 5])
@pytest.mark.parametrize("capacity", [0, 1000], ids=["nobody is remembered", "everybody is remembered"])
@pytest.mark.parametrize("restart_after", [None, 1, 2])
def test_batches_restarts_and_forgetting_change_no_alert(
    batch: int, capacity: int, restart_after: int | None
) -> None:
    assert alerts_of(told_by(LOG, batch, capacity, restart_after)) == WHOLE


def test_a_log_told_twice_raises_nothing_new() -> None:
    assert alerts_of(told_by([*LOG, *LOG], 4)).keys() == WHOLE.keys()


@settings(max_examples=30)
@given(st.permutations(LOG), st.integers(1, 14))
def test_late_touchpoints_may_add_alerts_and_never_lose_one(log: Log, batch: int) -> None:
    assert alerts_of(told_by(log, batch)).keys() >= WHOLE.keys()


def test_who_takes_back_what_never_came_is_told_nothing_again() -> None:
    journal = told_by([*breaking("p"), makes(30, 21, due=22)], 3)
    _, value = withdrawal(7, "p")
    record = Record("touchpoints", 0, 99, RECEIVED_MS, b"p", value, ())
    worker = processor()
    worker.fold_as_of(NOW_MS)
    batch = worker.process([record], journal.known)
    assert not batch.words
    assert not batch.rows[Table.STEPS]
    assert len(batch.rows[Table.BONDS]) == 1, "more is known of them"


def test_every_alert_is_a_row_and_a_word_with_the_customers_own_id() -> None:
    journal = told_by(LOG, 3)
    assert set(journal.alerts) == set(WHOLE)
    for word in journal.words:
        assert journal.bonds[word.told.person_id].person_id == word.told.person_id
        assert word.customer in ("p", "q")


def test_a_rule_that_is_off_when_a_touchpoint_is_received_says_nothing_but_still_follows() -> None:
    journal, worker = FakeJournal(), processor()
    off = Switch("bond_breaking", RECEIVED_MS, False)
    worker.switch([off])
    records = [
        Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        for offset, (who, value) in enumerate(LOG)
    ]
    words = worker.process(records, journal.known).words
    told = {word.told.rule if isinstance(word.told, Alert) else word.told.reason for word in words}
    assert told == {"bad_series", "moment_unanswered", MOMENT_OF_TRUTH}


def test_words_of_no_language_are_none_in_which_to_answer() -> None:
    row = seed.touchpoint(
        load_catalogue(), "0a" * 10, 1, "agent.called", datetime(2026, 3, 1, tzinfo=UTC), -0.5
    )
    told = [lived_of(Stepped(replace(row, language=one), UNMOVED, UNREAD)) for one in ("ca", "und", "")]
    assert [lived.language for lived in told] == ["ca", "", ""]


def test_a_moment_of_truth_gone_wrong_is_hinted_with_the_batch_that_brings_it() -> None:
    hints = [word.told for word in told_by(LOG, 1).words if isinstance(word.told, Hint)]
    assert {hint.touchpoint_id for hint in hints if hint.reason == MOMENT_OF_TRUTH} == {
        "/calls|p9",
        "/calls|q9",
    }


@pytest.mark.parametrize("rule", ["bond_breaking", "bad_series", "moment_unanswered"])
def test_a_rule_on_trial_raises_what_the_stream_has_raised(rule: str) -> None:
    journal = told_by(LOG, 3)
    folder = Folder(BOND_1, Follower(alone(RULES, rule)))
    trial = Trial()
    for person_id, known in journal.known(journal.bonds).items():
        trial.follow(person_id, known, folder.alerts_of(person_id, known, NOW_MS), 0)
    assert {alert.alert_id for alert in trial.alerts} == {
        alert.alert_id for alert in WHOLE.values() if alert.rule == rule
    }
    assert (trial.customers, len(trial.alerted)) == (2, 2)


def test_a_life_under_two_names_raises_what_it_raises_under_one() -> None:
    journal, folder = told_by(LOG, 3), Folder(BOND_1, Follower(RULES))
    person_id, known = next(iter(journal.known(journal.bonds).items()))
    half = len(known.rows) // 2
    other = Known([replace(row, person_id="other") for row in known.rows[half:]], known.withdrawn)
    whole = folder.alerts_of(person_id, known, NOW_MS)
    both = together([Known(known.rows[:half], known.withdrawn), other])
    assert whole
    assert folder.alerts_of(person_id, both, NOW_MS) == whole


def left(who: str, day: int) -> tuple[str, bytes]:
    time = f"2026-01-{day:02d}T09:00:00Z"
    event = Published.touchpoint("customer.left", id=f"{who}-left", source="/crm", customer=who, time=time)
    return who, event.to_json()


def test_a_trial_counts_who_left_after_an_alert_apart_from_who_left_without_one() -> None:
    # p breaks and leaves, q breaks and stays, r leaves out of the blue, s left before anything broke
    log = [*LOG, left("p", 25), touchpoint("r1", 1, "r", 0.3), left("r", 9), left("s", 1), *breaking("s")[1:]]
    journal = told_by(log, 4)
    folder = Folder(BOND_1, Follower(alone(RULES, "bond_breaking")))
    trial = Trial()
    for person_id, known in journal.known(journal.bonds).items():
        trial.follow(person_id, known, folder.alerts_of(person_id, known, NOW_MS), 0)
    assert trial.left_after == {PERSON_OF("p")}
    assert (len(trial.alerted), trial.left_untold) == (3, 1)


def test_a_rule_that_is_not_there_is_told_with_the_nearest_name() -> None:
    with pytest.raises(TrialError, match="no rule bond_braking; perhaps bond_breaking"):
        alone(RULES, "bond_braking")
