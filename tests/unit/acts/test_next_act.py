"""The next best act: what a failure leaves unmet, how soon it must be done, and what it is worth."""

import pytest

from schemas.emotions import Need, mask_of
from streams.acts.next_act import NextAct, Told, next_acts
from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold
from streams.bond.parameters import MS_PER_DAY
from streams.bond.reading import read_out

ALL = mask_of(frozenset(Need))


def failure(
    id: str, day: float, valence: float = -0.4, case: str = "boiler", arousal: float = 0.5
) -> FeltTouchpoint:
    return FeltTouchpoint(id, at(day), valence, id, arousal, case=case)


def act(id: str, day: float, *needs: Need, case: str = "boiler") -> FeltTouchpoint:
    return FeltTouchpoint(id, at(day), 0.3, id, case=case, recovery=True, needs=mask_of(frozenset(needs)))


def at(day: float) -> int:
    return round(day * MS_PER_DAY)


def acts_at(day: float, *history: FeltTouchpoint, told: dict[str, Told] | None = None) -> list[NextAct]:
    return next_acts(Fold().state_of(history), at(day), told)


def test_a_failure_nobody_answered_needs_everything() -> None:
    (only,) = acts_at(2, failure("f", 1))
    assert set(only.unmet) == set(Need)
    assert (only.case, only.failures, only.failed_ms) == ("boiler", ("f",), at(1))


def test_a_need_that_was_met_is_not_asked_for_again() -> None:
    (only,) = acts_at(3, failure("f", 1), act("a", 2, Need.APOLOGY, Need.VENTING))
    assert only.unmet == (Need.DIGNITY, Need.EXPLANATION, Need.ASSURANCE, Need.THANKS)


def test_a_failure_with_all_needs_met_asks_for_nothing() -> None:
    assert acts_at(3, failure("f", 1), act("a", 2, *Need)) == []


def test_a_bad_contact_of_no_case_is_no_failure() -> None:
    assert acts_at(3, FeltTouchpoint("b", at(1), -0.8, "b")) == []


def test_one_act_serves_all_failures_of_a_case_and_every_case_has_its_own() -> None:
    found = acts_at(9, failure("f", 1), failure("g", 3), failure("h", 5, case="bill"))
    assert {one.case: one.failures for one in found} == {"boiler": ("f", "g"), "bill": ("h",)}


def test_what_is_worth_most_comes_first() -> None:
    found = acts_at(9, failure("f", 8, -0.2), failure("g", 8.5, -0.9, case="bill"))
    assert [one.case for one in found] == ["bill", "boiler"]


def test_the_worth_of_an_act_is_what_the_reference_gives_for_it() -> None:
    history = [FeltTouchpoint("w", at(0), 0.7, "w"), failure("f", 1)]
    (only,) = acts_at(4, *history)
    done = FeltTouchpoint("z", at(4), 1e-3, "z", importance=1e-6, case="boiler", recovery=True, needs=ALL)
    gained = read_out([*history, done], at(4)).index - read_out(history, at(4)).index
    assert only.worth == pytest.approx(gained, abs=1e-6)
    assert only.worth > 10


def test_the_longer_one_waits_the_less_an_act_is_worth() -> None:
    worths = [acts_at(day, failure("f", 1))[0].worth for day in (1.1, 3, 8, 20, 60)]
    assert worths == sorted(worths, reverse=True)


def test_a_mild_first_failure_has_a_premium_until_the_quality_falls_under_the_threshold() -> None:
    (only,) = acts_at(2, failure("f", 1))
    until = only.premium_until_ms
    assert until is not None
    assert only.act_by_ms == until

    def gain(ms: int) -> float:
        done = FeltTouchpoint("z", ms, 0.1, "z", case="boiler", recovery=True, needs=ALL)
        return read_out([failure("f", 1), done], ms).components.recovery

    assert gain(until - 60_000) > 0
    assert gain(until + 60_000) == 0


def test_a_severe_failure_has_no_premium_but_half_its_chance_to_heal_for_a_fortnight() -> None:
    (only,) = acts_at(2, failure("f", 1, -1.0, arousal=1.0))
    assert only.premium_until_ms is None
    assert only.act_by_ms == at(15)


def test_an_act_is_never_due_in_the_past() -> None:
    (only,) = acts_at(40, failure("f", 1))
    assert only.act_by_ms == at(40)


def test_the_owner_is_who_answers_for_the_worst_failure_of_the_case() -> None:
    told = {"f": Told("logistics"), "g": Told("service", mask_of(frozenset({Need.APOLOGY})))}
    (only,) = acts_at(4, failure("f", 1, -0.3), failure("g", 3, -0.7), told=told)
    assert (only.department, only.asked) == ("service", (Need.APOLOGY,))
