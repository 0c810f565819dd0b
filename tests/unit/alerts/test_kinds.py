"""When a rule speaks, and when it keeps quiet. Days are those of the customer's life."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lives import RULES, Life, Told, lived, rules_with

from schemas.emotions import Need, mask_of
from streams.alerts.kinds import KINDS
from streams.bond.parameters import MS_PER_DAY

ALL = mask_of(frozenset(Need))
INSTALLED = [Told(0, 0.6), Told(0.1, 0.9, importance=3.0), Told(0.2, 0.9, importance=3.0)]
CALLS = [Told(day, -0.45, case="boiler") for day in (15, 17, 19, 21, 23)]


def rules_of(life: Life) -> list[str]:
    return [rule for rule, _ in life.raised()]


def test_every_kind_has_a_rule() -> None:
    assert {rule.kind for rule in RULES.rules.values()} == set(KINDS)


def test_fruitless_calls_after_a_fine_installation_are_told_before_the_bond_is_below_zero() -> None:
    life = lived([*INSTALLED, *CALLS])
    first = life.alerts[0]
    assert (first.rule, first.raised_at) == ("bond_breaking", 17 * MS_PER_DAY)
    assert first.index_to > 0
    assert first.index_from - first.index_to > 30
    assert first.touchpoint_ids == ("003", "004")
    assert min(life.indices) < 0


def test_a_breaking_bond_says_what_is_unmet_and_what_mending_it_is_worth() -> None:
    alert = lived([*INSTALLED, *CALLS]).alerts[0]
    assert (alert.case_id, alert.department, alert.occasion) == ("boiler", "service", "recover")
    assert set(alert.needs_unmet) == set(Need)
    assert alert.worth is not None
    assert alert.worth > 20
    assert alert.act_by_at > alert.raised_at


def test_a_first_contact_breaks_no_bond_however_bad() -> None:
    assert rules_of(lived([Told(0, -1.0, importance=3.0)])) == []


def test_a_slow_decline_is_no_break() -> None:
    slow = [Told(0, 0.9), *[Told(40 * step, -0.1) for step in range(1, 12)]]
    assert "bond_breaking" not in rules_of(lived(slow))


def test_a_rule_keeps_quiet_while_it_cools_down_and_speaks_again_later() -> None:
    falls = [*INSTALLED, *CALLS, *[Told(day, 0.9, importance=3.0) for day in (40, 41, 42, 43, 44, 45, 46)]]
    again = [Told(day, -0.9, importance=2.0) for day in (60, 61, 62)]
    breaks = [day for rule, day in lived([*falls, *again]).raised() if rule == "bond_breaking"]
    assert breaks[0] == 17
    assert len(breaks) == 2
    assert breaks[1] >= 60


def test_three_bad_contacts_in_a_fortnight_are_a_series_and_two_are_none() -> None:
    good = [Told(0, 0.5), Told(1, 0.5)]
    assert "bad_series" not in rules_of(lived([*good, Told(3, -0.4), Told(5, -0.4)]))
    life = lived([*good, Told(3, -0.4), Told(5, -0.4), Told(12, -0.4)])
    assert ("bad_series", 12) in life.raised()
    assert life.alerts[-1].touchpoint_ids == ("002", "003", "004")
    assert "bad_series" not in rules_of(lived([*good, Told(3, -0.4), Told(5, -0.4), Told(18, -0.4)]))


def cancelled(*later: Told, until: float | None = None) -> Life:
    flight = Told(10, -0.5, case="flight", moment_of_truth=True, department="operations", importance=1.0)
    return lived([Told(0, 0.9), Told(5, 0.9), flight, *later], until=until)


def test_a_moment_of_truth_that_went_wrong_waits_two_days_for_an_answer() -> None:
    assert ("moment_unanswered", 12) not in cancelled(until=11.9).raised()
    life = cancelled(until=12)
    assert ("moment_unanswered", 12) in life.raised()
    alert = life.alerts[-1]
    assert (alert.department, alert.touchpoint_ids) == ("operations", ("002",))


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (Told(11, 0.3, case="flight", recovery=True, needs=ALL), True),
        (Told(11, 0.3, case="flight"), True),
        (Told(11, 0.3), False),
        (Told(11, -0.3, case="flight"), False),
        (Told(11, None, outcome="left"), True),
    ],
    ids=["act of the case", "good contact of the case", "other good contact", "bad contact", "left"],
)
def test_what_counts_as_an_answer(answer: Told, counts: bool) -> None:
    assert ("moment_unanswered" not in rules_of(cancelled(answer, until=30))) == counts


def test_an_unanswered_moment_is_the_same_alert_whether_silence_or_the_next_touchpoint_brings_it() -> None:
    noticed = cancelled(Told(40, 0.1)).alerts[-1]
    looked_for = cancelled(until=13).alerts[-1]
    assert noticed.alert_id == looked_for.alert_id
    assert noticed.raised_at == looked_for.raised_at


STRONG = [Told(day, 0.9, importance=2.0) for day in (0, 2, 4)]


def test_a_strong_bond_that_fades_in_silence_is_told_on_the_day_it_stops_being_strong() -> None:
    raised = lived(STRONG, until=700).raised()
    assert [rule for rule, _ in raised] == ["silent_fading"]
    day = raised[0][1]
    assert day > 64
    assert lived(STRONG, until=day - 0.1).raised() == []
    assert lived(STRONG, until=day).raised() == raised


def test_a_contact_after_a_long_silence_brings_what_silence_would_have_brought() -> None:
    silent = lived(STRONG, until=700).alerts[0]
    noticed = lived([*STRONG, Told(700, 0.1)]).alerts[0]
    assert noticed.alert_id == silent.alert_id
    assert (noticed.raised_at, noticed.index_to) == (silent.raised_at, silent.index_to)


def test_a_silence_is_told_once_also_where_unfelt_things_happen_in_it() -> None:
    mails = [Told(day, None) for day in (400, 500, 690)]
    assert rules_of(lived([*STRONG, *mails], until=720)) == ["silent_fading"]


def test_a_bond_that_never_was_strong_and_one_who_left_do_not_fade() -> None:
    assert lived([Told(0, 0.3)], until=700).raised() == []
    assert lived([*STRONG, Told(9, None, outcome="left")], until=700).raised() == []


def test_a_fading_bond_goes_to_the_owner_that_its_rule_names() -> None:
    alert = lived(STRONG, until=700).alerts[0]
    assert (alert.department, alert.occasion) == ("marketing", "reconnect")


def test_a_customer_who_is_won_back_is_good_news() -> None:
    mended = Told(6, 0.8, case="order", recovery=True, needs=ALL, importance=2.0)
    life = lived([*STRONG, Told(5, -0.5, case="order", importance=2.0), mended, Told(7, 0.9)])
    alert = life.alerts[-1]
    assert (alert.rule, alert.occasion, alert.needs_unmet) == ("won_back", "thank", ())
    assert alert.index_to > life.indices[2]
    assert alert.index_from == life.indices[3]


def test_a_moment_of_truth_that_did_not_feel_good_asks_for_a_person_at_once() -> None:
    hint = cancelled().hints[0]
    assert (hint.reason, hint.touchpoint_id, hint.occasion) == ("moment_of_truth", "002", "recover")
    assert hint.until_ms - hint.at_ms == 3 * MS_PER_DAY


def test_a_fine_moment_of_truth_and_a_routine_contact_ask_for_nobody() -> None:
    assert lived([Told(0, 0.9, moment_of_truth=True), Told(1, -0.3)]).hints == []


def test_a_breaking_bond_asks_for_a_person() -> None:
    assert "bond_breaking" in [hint.reason for hint in lived([*INSTALLED, *CALLS]).hints]


DAYS = st.floats(0, 900, allow_nan=False)
TOLD = st.builds(
    Told,
    day=DAYS,
    valence=st.none() | st.floats(-1, 1),
    case=st.sampled_from(["", "a", "b"]),
    outcome=st.sampled_from(["", "", "", "left", "bought"]),
    moment_of_truth=st.booleans(),
    recovery=st.booleans(),
    needs=st.integers(0, ALL),
    importance=st.sampled_from([1.0, 2.0, 3.0]),
)


@given(st.lists(TOLD, max_size=14))
def test_an_alert_is_raised_once_and_its_cooldown_holds(told: list[Told]) -> None:
    life = lived(sorted(told, key=lambda one: one.day), until=2000)
    assert len({alert.alert_id for alert in life.alerts}) == len(life.alerts)
    for name, rule in RULES.rules.items():
        times = [alert.raised_at for alert in life.alerts if alert.rule == name]
        assert times == sorted(times)
        assert all(later - earlier >= rule.cooldown_days * MS_PER_DAY for earlier, later in pairwise(times))


@given(st.lists(TOLD, max_size=12), st.integers(0, 12))
def test_what_was_raised_stays_whatever_comes_later(told: list[Told], count: int) -> None:
    ordered = sorted(told, key=lambda one: one.day)
    early, late = lived(ordered[:count]), lived(ordered)
    assert [alert.alert_id for alert in late.alerts][: len(early.alerts)] == [
        alert.alert_id for alert in early.alerts
    ]


def test_the_numbers_of_a_rule_are_data() -> None:
    strict = rules_with(bad_series={"contacts": 2})
    told = [Told(0, 0.5), Told(3, -0.4), Told(5, -0.4)]
    assert "bad_series" in rules_of(lived(told, strict))
    assert "bad_series" not in rules_of(lived(told))
