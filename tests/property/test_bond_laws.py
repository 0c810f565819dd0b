"""The laws of bond-1: what has to hold of any history, and the figures of its table."""

import random as chance
from itertools import pairwise

import pytest
from bond_histories import ALL_NEEDS, day, histories, moments, parts, profiles, touchpoint
from hypothesis import assume, given
from hypothesis import strategies as st

from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold
from streams.bond.parameters import BOND_1, Level
from streams.bond.reading import Reading, read_out, read_out_without
from streams.value import replace

EXACT = 1e-9
SHOWN = 0.0051
"""The table shows two decimals, or one."""

History = list[FeltTouchpoint]
EXCELLENT = {"case": "C", "recovery": True, "needs": ALL_NEEDS, "arousal": 0.6}


def index_at_day(history: History, number: float) -> float:
    return read_out(history, day(number)).index


def steady(count: int, valence: float = 0.5, **more: object) -> History:
    """Good contacts a month apart, the last on day 150: the customer whom a failure meets on day 180."""
    return [touchpoint(f"s{n}", 30 * n, valence, **more) for n in range(count)]


# --- any history ---------------------------------------------------------------------------------------


@given(histories(), moments(), st.integers(0, 2**32))
def test_the_order_of_arrival_changes_nothing(history: History, at_ms: int, seed: int) -> None:
    shuffled = chance.Random(seed).sample(history, len(history))
    assert read_out(shuffled, at_ms).index == pytest.approx(read_out(history, at_ms).index, abs=EXACT)


@given(histories(), moments(), st.data())
def test_a_touchpoint_delivered_twice_counts_once(history: History, at_ms: int, data: st.DataObject) -> None:
    repeated = [*history, *(one for one in history if data.draw(st.booleans()))]
    assert read_out(repeated, at_ms) == read_out(history, at_ms)


@given(histories(), st.integers(0, 14))
def test_any_grouping_gives_the_same_index(history: History, cut: int) -> None:
    assume(history)
    fold = Fold()
    history = sorted(history, key=lambda one: (one.at_ms, one.id))
    whole, grouped = fold.state_of(history), fold.state_of(history[:cut])
    for one in history[cut:]:
        folded = fold.step(grouped, one)
        grouped = folded[0] if folded else fold.state_of(history[: history.index(one) + 1])
    assert grouped.bond() == pytest.approx(whole.bond(), abs=EXACT)


@given(histories(), moments())
def test_contributions_sum_to_the_index(history: History, at_ms: int) -> None:
    reading = read_out(history, at_ms)
    assert sum(reading.of_episodes.values()) == pytest.approx(reading.index, abs=EXACT)
    assert sum(reading.of_touchpoints.values()) == pytest.approx(reading.index, abs=EXACT)
    assert set(reading.of_touchpoints) == {one.id for one in history if one.at_ms <= at_ms}


@given(histories(), moments())
def test_the_index_the_emotions_and_the_evidence_stay_in_their_bounds(history: History, at_ms: int) -> None:
    reading = read_out(history, at_ms)
    assert all(-100 <= value <= 100 for value in (reading.index, *reading.emotions))
    assert 0 <= reading.evidence < 1
    assert reading.components.scar <= 0 <= reading.components.treasure
    assert reading.components.pressure <= EXACT
    assert reading.components.recovery >= 0


@pytest.mark.parametrize("valence", [-1.0, 1.0])
@pytest.mark.parametrize("days_apart", [0, 1.825])
def test_two_thousand_extreme_contacts_stay_in_bounds(valence: float, days_apart: float) -> None:
    history = [touchpoint(str(n), n * days_apart, valence, arousal=1.0, importance=3.0) for n in range(2_000)]
    reading = read_out(history, day(3_650))
    assert -100 <= reading.index <= 100
    assert sum(reading.of_touchpoints.values()) == pytest.approx(reading.index, abs=EXACT)


@given(histories(), st.integers(401, 4_000), st.integers(0, 4_000))
def test_evidence_fades_in_silence(history: History, last_day: int, silence: int) -> None:
    then, later = read_out(history, day(last_day)), read_out(history, day(last_day + silence))
    assert later.evidence <= then.evidence


@given(histories(), moments(), st.data())
def test_without_a_touchpoint_is_as_if_it_had_never_been(
    history: History, at_ms: int, data: st.DataObject
) -> None:
    assume(history)
    gone = data.draw(st.sampled_from(history))
    rest = [one for one in history if one != gone]
    assert read_out_without(history, gone.id, at_ms) == read_out(rest, at_ms)


@given(histories(), moments())
def test_what_has_not_happened_yet_does_not_count(history: History, at_ms: int) -> None:
    until_then = [one for one in history if one.at_ms <= at_ms]
    assert read_out(history, at_ms) == read_out(until_then, at_ms)


# --- one contact ---------------------------------------------------------------------------------------


def test_one_good_contact_lifts_and_one_bad_contact_sinks() -> None:
    good, bad = (read_out([touchpoint("a", 0, valence)], day(0)) for valence in (0.5, -0.5))
    assert good.index == pytest.approx(11.20, abs=SHOWN)
    assert bad.index == pytest.approx(-24.79, abs=SHOWN)
    assert bad.components.memory == -BOND_1.loss_aversion * good.components.memory


@pytest.mark.parametrize(("later", "index"), [(0, 11.20), (30, 8.65), (365, 3.87), (3_640, 0.13)])
def test_a_lone_contact_fades(later: int, index: float) -> None:
    assert index_at_day([touchpoint("a", 0, 0.5)], later) == pytest.approx(index, abs=SHOWN)


@given(parts(-1, 1), parts(0, 1), profiles(), st.lists(st.integers(0, 4_000), min_size=2, max_size=6))
def test_the_size_of_a_lone_contact_never_rises_in_silence(
    valence: float, arousal: float, profile: tuple[float, ...], later: list[int]
) -> None:
    history = [touchpoint("a", 0, valence, arousal=arousal, profile=profile)]
    sizes = [abs(index_at_day(history, number)) for number in sorted(later)]
    assert all(after <= before + EXACT for before, after in pairwise(sizes))


def test_a_promise_kept_too_little_is_a_loss() -> None:
    assert index_at_day([touchpoint("a", 0, 0.2, promise=0.6)], 0) == pytest.approx(-5.06, abs=SHOWN)


@given(histories(most=8), moments(), parts(0, 1), profiles(), st.sampled_from([None, "C1"]))
def test_there_is_no_cliff_between_neutral_and_barely_bad(
    history: History, at_ms: int, arousal: float, profile: tuple[float, ...], case: str | None
) -> None:
    neutral = touchpoint("new", 20, 0.0, arousal=arousal, profile=profile, case=case)
    barely_bad = replace(neutral, valence=-1e-6)
    apart = read_out([*history, neutral], at_ms).index - read_out([*history, barely_bad], at_ms).index
    assert abs(apart) < 1e-3


# --- inside and across episodes ------------------------------------------------------------------------


def call(middling: int, *, one_call: bool) -> History:
    """Return a call that was very bad at first, then middling for a long time, and ended less bad."""
    history = [
        touchpoint("00", 0, -0.8, arousal=0.8),
        *[touchpoint(f"{n + 1:02d}", (n + 1) / 100, -0.5) for n in range(middling)],
        touchpoint("99", 1, -0.3, arousal=0.4),
    ]
    return [replace(one, episode="call") for one in history] if one_call else history


def test_duration_is_neglected_inside_a_contact_and_accumulates_across() -> None:
    inside = [index_at_day(call(middling, one_call=True), 1) for middling in (1, 4, 16)]
    across = [index_at_day(call(middling, one_call=False), 1) for middling in (1, 4, 16)]
    assert inside == pytest.approx([-32.42, -31.88, -31.53], abs=SHOWN)
    assert across[0] < inside[0] - 20
    assert across[0] > across[1] > across[2]


def test_the_order_of_contacts_matters() -> None:
    def index(first: float, second: float) -> float:
        return index_at_day(
            [touchpoint("a", 0, first, arousal=0.7), touchpoint("b", 10, second, arousal=0.7)], 10
        )

    assert index(-0.8, 0.8) == pytest.approx(-13.74, abs=SHOWN)
    assert index(0.8, -0.8) == pytest.approx(-28.33, abs=SHOWN)


def test_bad_contacts_compound_in_pairs() -> None:
    history = [touchpoint(str(n), n / 2, -0.4, arousal=0.4) for n in range(6)]
    half_a_day_later = [read_out(history[:n], day(n / 2)) for n in range(1, 7)]
    pressure = [-reading.components.pressure for reading in half_a_day_later]
    assert pressure == pytest.approx([0, 0.114, 0.293, 0.512, 0.757, 1.021], abs=0.0006)
    growth = [after - before for before, after in pairwise(pressure)]
    assert all(after > before for before, after in pairwise(growth))


def test_the_boiler_is_forgotten_over_five_fruitless_calls() -> None:
    installation = {"episode": "installation", "importance": 3.0, "arousal": 0.8}
    fruitless = {"arousal": 0.4, "profile": (0.05, 0.35, 0.1, 0.15, 0.35)}
    history = [
        touchpoint("0", 0, 0.6, episode="installation"),
        touchpoint("1", 0.1, 0.9, profile=(0.2, 0.3, 0.2, 0.1, 0.2), **installation),
        touchpoint("2", 0.2, 0.9, profile=(0.1, 0.3, 0.4, 0.1, 0.1), **installation),
        *[touchpoint(str(3 + n), 15 + 2 * n, -0.45, **fruitless) for n in range(5)],
    ]
    lived = [index_at_day(history, number) for number in (0.2, 14.9, 15, 17, 19, 21, 23)]
    assert lived == pytest.approx([49.26, 45.94, 26.53, 8.42, -13.59, -36.50, -56.95], abs=SHOWN)
    assert index_at_day(history, 113) == pytest.approx(-30.48, abs=SHOWN)
    assert sum(one.valence for one in history) > 0


def test_a_moment_of_truth_weighs_more_than_routine() -> None:
    good = [touchpoint(f"{n:02d}", day_of, 0.6, arousal=0.6) for n, day_of in enumerate(range(0, 200, 20))]

    def after_cancellation(importance: float) -> float:
        flight = touchpoint("flight", 190, -0.7, arousal=0.8, importance=importance)
        return index_at_day([*good, flight], 190)

    assert after_cancellation(1.0) == pytest.approx(-2.07, abs=SHOWN)
    assert after_cancellation(3.0) == pytest.approx(-40.72, abs=SHOWN)


# --- failure and recovery ------------------------------------------------------------------------------

FAILURE = touchpoint("fail", 180, -0.6, arousal=0.6, case="C")


def recovered(*, after_days: float = 1, needs: int = ALL_NEEDS, failure: FeltTouchpoint = FAILURE) -> Reading:
    act = touchpoint("act", 180 + after_days, 0.6, **{**EXCELLENT, "needs": needs})
    return read_out([*steady(6), failure, act], day(187))


def never_failed() -> float:
    return index_at_day([*steady(6), touchpoint("s6", 180, 0.5), touchpoint("s7", 181, 0.5)], 187)


def test_an_excellent_recovery_of_a_mild_failure_pays_once() -> None:
    assert recovered().index == pytest.approx(35.66, abs=SHOWN)
    assert never_failed() == pytest.approx(22.19, abs=SHOWN)


def test_an_apology_alone_softens_the_failure_but_does_not_erase_it() -> None:
    never_recovered = index_at_day([*steady(6), FAILURE], 187)
    assert never_recovered == pytest.approx(-6.53, abs=SHOWN)
    assert recovered(needs=0b100000).index == pytest.approx(6.65, abs=SHOWN)


def test_a_severe_failure_brings_no_premium() -> None:
    severe = recovered(failure=replace(FAILURE, valence=-1.0, arousal=0.9))
    assert severe.components.recovery == 0.0
    assert 0 < severe.index < never_failed()


def test_a_second_failure_never_pays() -> None:
    first = [touchpoint("f1", 20, -0.6, arousal=0.6, case="B"), touchpoint("a1", 21, 0.6, case="B")]
    once = recovered().components.recovery
    act = touchpoint("act", 181, 0.6, **EXCELLENT)
    twice = read_out([*first, *steady(6), FAILURE, act], day(187)).components.recovery
    assert once > 0.1
    assert twice == 0.0


def test_a_second_failure_grows_in_its_effect_without_a_jump() -> None:
    def with_earlier(valence: float) -> float:
        act = touchpoint("act", 181, 0.6, **EXCELLENT)
        earlier = touchpoint("early", 20, valence, case="B")
        return index_at_day([*steady(6), earlier, FAILURE, act], 187)

    lived = [with_earlier(-size / 200) for size in range(60)]
    assert all(after < before for before, after in pairwise(lived))
    assert all(before - after < 1 for before, after in pairwise(lived))


masks = st.integers(0, ALL_NEEDS)


@given(masks, st.integers(0, 5), st.floats(0, 60), parts(-1, -0.01), parts(0, 1), st.integers(0, 90))
def test_one_need_more_in_an_act_never_lowers_the_index(
    needs: int, more: int, after_days: float, valence: float, arousal: float, later: int
) -> None:
    failure = touchpoint("fail", 180, valence, arousal=arousal, case="C")

    def index(mask: int) -> float:
        act = touchpoint("act", 180 + after_days, 0.6, **{**EXCELLENT, "needs": mask})
        return index_at_day([*steady(3), failure, act], 240 + later)

    assert index(needs | 1 << more) >= index(needs) - EXACT


@given(masks, st.floats(0, 60), st.floats(0, 60))
def test_a_need_met_sooner_never_heals_less(needs: int, one: float, other: float) -> None:
    sooner, later = sorted((one, other))

    def scar(after_days: float) -> float:
        act = touchpoint("act", 180 + after_days, 0.6, **{**EXCELLENT, "needs": needs})
        return read_out([FAILURE, act], day(241)).components.scar

    assert scar(sooner) >= scar(later) - EXACT


@given(masks, masks)
def test_an_act_that_meets_no_new_need_changes_nothing_in_the_healing(needs: int, fewer: int) -> None:
    act = touchpoint("act", 181, 0.6, **{**EXCELLENT, "needs": needs})
    courtesy = touchpoint("more", 185, 0.6, **{**EXCELLENT, "needs": needs & fewer})
    history = [*steady(3), FAILURE, act]
    one, both = read_out(history, day(190)), read_out([*history, courtesy], day(190))
    assert both.components.scar == one.components.scar
    assert both.components.recovery == one.components.recovery


# --- levels --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "level"),
    [
        (30.0, Level.LOYAL),
        (29.999, Level.WARM),
        (10.0, Level.WARM),
        (9.999, Level.LUKEWARM),
        (-10.0, Level.LUKEWARM),
        (-10.001, Level.AT_RISK),
        (-100.0, Level.AT_RISK),
    ],
)
def test_a_level_begins_at_its_least_index(index: float, level: Level) -> None:
    assert BOND_1.level(index, 0.2) is level


def test_with_too_little_evidence_the_level_is_unknown() -> None:
    assert BOND_1.level(80.0, 0.199) is Level.UNKNOWN
    assert read_out([], day(0)).level is Level.UNKNOWN
