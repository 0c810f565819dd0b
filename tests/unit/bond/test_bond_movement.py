"""What an episode changed, and what changed meanwhile.

call:    x-----------------x        first and last touchpoint
visit:            x                 in between, of another episode
index:  0 ↑ fades ↓ fades  ↑
"""

from itertools import pairwise

import pytest

from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold
from streams.bond.movement import changes, movements
from streams.bond.reading import read_out

DAY = 86_400_000
LIFE = [
    FeltTouchpoint("1", 0, 0.6, "call"),
    FeltTouchpoint("2", 3 * DAY, -0.3, "visit"),
    FeltTouchpoint("3", 10 * DAY, 0.8, "call"),
    FeltTouchpoint("4", 20 * DAY, 0.1, "4"),
]
STEPS = Fold().steps_of(LIFE)[1]


def test_a_movement_is_after_the_last_minus_before_the_first() -> None:
    call, *_ = movements(LIFE, STEPS)
    assert call.episode == "call"
    assert (call.first_ms, call.last_ms) == (0, 10 * DAY)
    assert call.before == 0.0
    assert call.after == pytest.approx(read_out(LIFE[:3], 10 * DAY).index)
    assert call.total == pytest.approx(call.after)


def test_jumps_others_and_fading_add_up_to_the_movement() -> None:
    call, *_ = movements(LIFE, STEPS)
    assert call.others == pytest.approx(STEPS["2"].index_after - STEPS["2"].index_before)
    assert call.faded != 0.0
    assert call.jumps + call.others + call.faded == pytest.approx(call.total)


def test_an_episode_of_one_touchpoint_is_its_jump_alone() -> None:
    _, visit, alone = movements(LIFE, STEPS)
    assert (visit.others, visit.faded) == (0.0, 0.0)
    assert alone.total == pytest.approx(STEPS["4"].index_after - STEPS["4"].index_before)


def test_jumps_and_fading_follow_each_other_without_a_gap() -> None:
    pieces = changes(LIFE, STEPS)
    assert [piece.touchpoint for piece in pieces] == ["1", None, "2", None, "3", None, "4"]
    assert pieces[0].before == 0.0
    for one, following in pairwise(pieces):
        assert (following.from_ms, following.before) == (one.to_ms, one.after)
    assert sum(piece.after - piece.before for piece in pieces) == pytest.approx(
        read_out(LIFE, 20 * DAY).index
    )


def test_a_late_touchpoint_changes_the_movements_after_it() -> None:
    late = FeltTouchpoint("0", -DAY, -0.9, "0")
    life = [*LIFE, late]
    first, call, *_ = movements(life, Fold().steps_of(life)[1])
    assert first.episode == "0"
    assert call.before < 0


def test_no_touchpoints_no_movements() -> None:
    assert movements([], {}) == changes([], {}) == []
