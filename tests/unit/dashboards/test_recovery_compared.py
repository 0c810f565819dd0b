"""Recovery: what was done is compared with never failing, for everybody and for each segment."""

import pytest
from test_moments_of_truth import row as moment_row

from dashboards.answers.recovery import EVERYBODY, BondsRow, FollowedRow, StatesRow, compared, together

STATES = [StatesRow("bill.wrong", 40, 50, 20, 25, 5), StatesRow("agent.called", 10, 12, 2, 10, 0)]
BONDS = [
    BondsRow("recovered", 120, 600.0, 9000.0, -1200.0, 20000.0, 900.0, 12000.0),
    BondsRow("lost", 5, 20.0, 120.0, -100.0, 2500.0, -90.0, 2100.0),
]


def of(segment: str, change: float) -> list[FollowedRow]:
    """People of a segment who never failed, and as many whose failure was put right."""
    anybody = moment_row("anybody", "", "", 1, 200, 0.0)
    same = moment_row("same", "failure", "", 1, 100, 0.0)
    met = moment_row("met", "failure", "good", 1, 100, change)
    return [FollowedRow(segment, *one) for one in (anybody, same, met)]


def test_everybody_is_all_segments_together() -> None:
    by_segment = {one.type: one for one in compared([*of("club", 6.0), *of("new", 2.0)])}
    assert set(by_segment) == {EVERYBODY, "club", "new"}
    assert by_segment["club"].ways["good"].effect.mean == pytest.approx(6.0)
    assert by_segment[EVERYBODY].ways["good"].effect.mean == pytest.approx(4.0)
    assert by_segment[EVERYBODY].rest_people == 200


def test_people_without_a_segment_are_counted_once_among_everybody() -> None:
    (everybody,) = compared(of("", 3.0))
    assert everybody.ways["good"].people == 100


def test_every_failure_is_recovered_open_or_lost() -> None:
    whole = together(STATES)
    assert whole.failures == 62
    assert sum(whole.share(state).share for state in ("recovered", "open", "lost")) == pytest.approx(1.0)


def test_the_bond_is_told_before_after_and_now() -> None:
    before, after, now = BONDS[0].course
    assert [before.mean, after.mean, now.mean] == pytest.approx([5.0, -10.0, 7.5])
