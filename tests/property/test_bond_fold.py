"""The stream's fold and the reference read the same bond, step by step and at any later time."""

import random

import pytest
from bond_histories import ALL_NEEDS, day, histories, life, touchpoint
from hypothesis import given
from hypothesis import strategies as st

from streams.bond.bond import index_at
from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold
from streams.bond.parameters import BOND_1
from streams.bond.reading import read_out
from streams.bond.scratch import from_scratch, in_order
from streams.bond.state import NOTHING_YET, State
from streams.value import replace

TOLERANCE = 1e-9
FOLD = Fold()

History = list[FeltTouchpoint]


def assert_reads_as_reference(state: State, known: History, at_ms: int) -> None:
    expected = read_out(known, at_ms)
    index, evidence = index_at(state.bond(), at_ms)
    assert index == pytest.approx(expected.index, abs=TOLERANCE)
    assert evidence == pytest.approx(expected.evidence, abs=TOLERANCE)


@given(histories(most=20))
def test_each_step_reads_as_the_reference_just_before_and_just_after(history: History) -> None:
    known = in_order(history)
    _, steps = FOLD.steps_of(history)
    assert list(steps) == [one.id for one in known]
    for count, one in enumerate(known):
        before, after = read_out(known[:count], one.at_ms), read_out(known[: count + 1], one.at_ms)
        assert steps[one.id].index_before == pytest.approx(before.index, abs=TOLERANCE)
        assert steps[one.id].index_after == pytest.approx(after.index, abs=TOLERANCE)
        assert steps[one.id].evidence_after == pytest.approx(after.evidence, abs=TOLERANCE)


@pytest.mark.parametrize("seed", range(20))
def test_each_step_of_a_long_life_reads_as_the_reference(seed: int) -> None:
    known = life(random.Random(seed), 40)
    _, steps = FOLD.steps_of(known)
    for count, one in enumerate(known):
        before, after = read_out(known[:count], one.at_ms), read_out(known[: count + 1], one.at_ms)
        assert steps[one.id].index_before == pytest.approx(before.index, abs=TOLERANCE)
        assert steps[one.id].index_after == pytest.approx(after.index, abs=TOLERANCE)


@given(histories(most=20), st.integers(0, 5_000))
def test_from_the_state_alone_the_index_at_any_later_time_follows(history: History, later_days: int) -> None:
    state = FOLD.state_of(history)
    if history:
        last_ms = max(one.at_ms for one in history)
        assert_reads_as_reference(state, history, last_ms + later_days * 86_400_000)


@given(histories(most=20), st.integers(0, 20))
def test_a_state_made_from_scratch_goes_on_as_one_that_was_folded(history: History, count: int) -> None:
    known = in_order(history)
    state = from_scratch(known[:count], BOND_1) if known[:count] else NOTHING_YET
    for one in known[count:]:
        folded = FOLD.step(state, one)
        if folded is None:
            break
        count += 1
        state = folded[0]
        assert_reads_as_reference(state, known[:count], one.at_ms)


@given(histories(most=12), st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_repetitions_change_no_step(history: History, random: object) -> None:
    shuffled = [*history, *history[::2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert FOLD.steps_of(shuffled) == FOLD.steps_of(history)


@given(histories(most=12), st.integers(0, 11))
def test_what_was_folded_is_not_folded_again(history: History, place: int) -> None:
    state = FOLD.state_of(history)
    for one in history[place : place + 1]:
        assert FOLD.step(state, one) is None
        resent_with_a_later_time = replace(one, at_ms=state.at_ms + 1)
        assert FOLD.step(state, resent_with_a_later_time) is None


@given(histories(most=12), histories(most=2))
def test_a_step_never_changes_the_state_it_came_from(history: History, more: History) -> None:
    state = FOLD.state_of(history)
    frozen = repr(state)
    for one in more:
        FOLD.step(state, replace(one, id=f"new {one.id}", at_ms=one.at_ms + 10**12))
    assert repr(state) == frozen


def followed(*touchpoints: FeltTouchpoint) -> list[bool]:
    """Tell of each touchpoint whether the fast path takes it."""
    state, taken = NOTHING_YET, []
    for one in touchpoints:
        folded = FOLD.step(state, one)
        taken.append(folded is not None)
        state = folded[0] if folded else state
    return taken


def test_contacts_that_grow_failures_and_their_recovery_are_followed() -> None:
    assert all(
        followed(
            touchpoint("1", 0, 0.5),
            touchpoint("2", 1, 0.2, episode="call"),
            touchpoint("3", 1.01, -0.4, episode="call", case="C"),
            touchpoint("4", 1.02, -0.6, episode="call", case="C"),
            touchpoint("5", 1.02, 0.1),
            touchpoint("6", 2, 0.5, episode="visit", case="C", recovery=True, needs=0b1),
            touchpoint("7", 2.01, 0.6, episode="visit", case="C", recovery=True, needs=0b110),
            touchpoint("8", 3, 0.5, case="C", recovery=True, needs=0b111000),
            touchpoint("9", 3, 0.5, episode="other"),
        )
    )


def test_what_is_late_or_tied_with_a_lesser_id_is_not_followed() -> None:
    assert followed(touchpoint("2", 1, 0.5), touchpoint("3", 0.5, 0.5)) == [True, False]
    assert followed(touchpoint("2", 1, 0.5), touchpoint("1", 1, 0.5)) == [True, False]
    assert followed(touchpoint("2", 1, 0.5), touchpoint("3", 1, 0.5)) == [True, True]


def test_an_episode_that_may_be_settled_is_not_followed() -> None:
    first = touchpoint("1", 0, 0.5)
    assert followed(first, touchpoint("2", 1, 0.5, episode="1")) == [True, False]


def test_an_act_in_a_case_whose_failure_has_settled_is_not_followed() -> None:
    failure = touchpoint("0", 0, -0.5, case="old")
    others = [touchpoint(str(n), n, -0.5, case=f"C{n}") for n in range(1, 7)]
    act = touchpoint("9", 9, 0.5, case="old", recovery=True, needs=0b1)
    assert followed(failure, *others, act)[-1] is False
    assert followed(failure, act)[-1] is True


def test_a_failure_that_leaves_the_load_of_a_later_one_is_not_followed() -> None:
    assert (
        followed(
            touchpoint("1", 0, -0.1, episode="stay", case="C"),
            touchpoint("2", 1, -0.5, case="D"),
            touchpoint("3", 2, 0.5, episode="stay"),
        )[-1]
        is False
    )


def assert_followed_as_reference(*touchpoints: FeltTouchpoint) -> None:
    """Every touchpoint is taken by the fast path, and the index after each is the reference's."""
    state = NOTHING_YET
    for count, one in enumerate(touchpoints, start=1):
        folded = FOLD.step(state, one)
        assert folded is not None, one.id
        state = folded[0]
        expected = read_out(touchpoints[:count], one.at_ms).index
        assert folded[1].index_after == pytest.approx(expected, abs=TOLERANCE), one.id


def test_a_failure_that_leaves_load_enough_to_a_later_one_is_followed() -> None:
    act = {"recovery": True, "needs": ALL_NEEDS}
    assert_followed_as_reference(
        touchpoint("0", 0, -0.5, case="A"),
        touchpoint("1", 1, -0.1, episode="stay", case="B"),
        touchpoint("2", 2, -0.1, case="C"),
        touchpoint("3", 3, 0.5, case="C", **act),
        touchpoint("4", 4, 0.5, episode="stay"),
        touchpoint("5", 5, 0.5, case="C", **act),
        touchpoint("6", 6, 0.5, case="B", **act),
    )


def test_what_failed_too_long_ago_is_no_load() -> None:
    long_ago = touchpoint("0", 0, -0.5, case="A")
    stay, later, grown = (
        touchpoint("1", 350, -0.1, episode="stay", case="B"),
        touchpoint("2", 360, -0.1, case="C"),
        touchpoint("3", 366, 0.5, episode="stay"),
    )
    assert followed(long_ago, stay, later, grown)[-1] is False
    assert followed(replace(long_ago, at_ms=day(2)), stay, later, grown)[-1] is True


def test_of_equal_peaks_the_later_one_is_remembered() -> None:
    assert_followed_as_reference(
        touchpoint("1", 0, 0.5, episode="call", profile=(1.0, 0.0, 0.0, 0.0, 0.0)),
        touchpoint("2", 1, 0.5, episode="call", profile=(0.0, 0.0, 0.0, 0.0, 1.0)),
        touchpoint("3", 2, 0.1, episode="call", profile=(0.0, 0.0, 1.0, 0.0, 0.0)),
        touchpoint("4", 30, 0.5),
    )


def test_what_an_act_healed_stays_healed_when_a_further_act_comes() -> None:
    act = {"case": "C", "recovery": True}
    assert_followed_as_reference(
        touchpoint("1", 0, -0.5, case="C"),
        touchpoint("2", 1, 0.5, needs=0b000111, **act),
        touchpoint("3", 5, 0.5, needs=0b111000, episode="call", **act),
        touchpoint("4", 6, 0.5, needs=0b111111, episode="call", **act),
    )


def test_a_failure_waits_for_an_act_that_may_still_grow_though_all_its_needs_are_met() -> None:
    act = {"case": "C", "recovery": True}
    assert_followed_as_reference(
        touchpoint("1", 0, -0.5, case="C"),
        touchpoint("2", 1, 0.5, needs=0b1, episode="call", **act),
        touchpoint("3", 2, 0.5, needs=ALL_NEEDS, **act),
        touchpoint("4", 3, 0.5, episode="call", case="C"),
    )


def test_many_small_failures_load_a_later_one_together() -> None:
    small = [touchpoint(str(n), n, -0.05, arousal=0.5, case=f"B{n}") for n in range(4)]
    assert_followed_as_reference(
        *small,
        touchpoint("8", 20, -0.6, arousal=0.6, case="C"),
        touchpoint("9", 21, 0.6, case="C", recovery=True, needs=ALL_NEEDS),
    )


def test_open_episodes_stay_few_beside_the_history() -> None:
    history = [
        touchpoint(f"{n:04d}", n / 10, -0.3, episode=f"e{n // 2}", case=f"C{n % 7}") for n in range(600)
    ]
    state = FOLD.state_of(history)
    more = 40  # of 900 names, one for every sixteen above 256
    assert len(state.growing) <= 3 + more
    assert len(state.failures) <= 4 + more
    assert len(state.failed) <= 2
    assert_reads_as_reference(state, history, day(60))


def test_of_a_customer_touched_all_the_time_nothing_is_handed_back_once_the_history_is_long() -> None:
    """Twelve contacts grow at a time, and each failure is answered when fifteen others wait."""

    def touched(number: int) -> FeltTouchpoint:
        contact, kind = divmod(number, 3)
        id, at = f"{number:04d}", number / 100
        if kind < 2:
            return touchpoint(id, at, 0.3, episode=f"e{contact - 12 * kind}")
        if contact % 2:
            return touchpoint(id, at, 0.5, case=f"C{contact - 31}", recovery=True, needs=0b1)
        return touchpoint(id, at, -0.4, case=f"C{contact}")

    history = [touched(number) for number in range(1_000)]
    state, handed_back = FOLD.state_of(history[:500]), list[str]()
    for count, one in enumerate(history[500:], start=501):
        folded = FOLD.step(state, one)
        if folded is None:
            handed_back.append(one.id)
        state = folded[0] if folded else FOLD.state_of(history[:count])
    assert handed_back == []
    assert_reads_as_reference(state, history, day(20))
