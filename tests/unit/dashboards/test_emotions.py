"""Which emotions, where."""

import pytest

from dashboards.answers.emotions import FEELINGS, EmotionsRow, emotion_map

ORDER = {"buy": 2, "help": 6}


def row(stage: str, **amounts: float) -> EmotionsRow:
    return EmotionsRow(stage, 10, 5, *(amounts.get(feeling.value, 0.0) for feeling in FEELINGS))


def test_more_and_less_are_against_the_whole_journey() -> None:
    answer = emotion_map([row("help", frustration=3, relief=1), row("buy", relief=4)], ORDER)
    relief = next(at for at, one in enumerate(FEELINGS) if one == "relief")
    assert answer.stages == ("buy", "help")
    assert answer.shares[relief] == pytest.approx((100, 25))
    assert answer.more[relief] == pytest.approx((37.5, -37.5))


def test_shares_of_a_stage_make_a_hundred() -> None:
    answer = emotion_map([row("help", anger=1, relief=2, surprise=4)], ORDER)
    assert sum(feeling[0] for feeling in answer.shares) == pytest.approx(100)


def test_a_stage_where_nothing_was_felt_is_left_out() -> None:
    assert emotion_map([row("help"), row("buy", relief=1)], ORDER).stages == ("buy",)
    assert emotion_map([], ORDER).stages == ()
