"""Departments: what each gave and took adds up, and hand-overs are judged by what they clearly cost."""

import pytest

from dashboards.answers.departments import BalanceRow, HandoverRow, balances_of, worst_handover

PEOPLE = 400
ROWS = [
    BalanceRow("service", 100, 130, 60, 50, 220.0, -120.0, 100.0, 900.0),
    BalanceRow("logistics", 200, 220, 40, 160, 50.0, -850.0, -800.0, 6000.0),
]
BALANCES = balances_of(ROWS, PEOPLE, ROWS, 800)
HANDED = HandoverRow("logistics", "service", 120, 150, -600.0, 4000.0)


def test_gains_and_losses_of_a_department_are_what_is_left_over() -> None:
    for one in BALANCES:
        assert one.gained + one.lost == pytest.approx(one.net.mean)


def test_what_takes_most_comes_first() -> None:
    assert [one.department for one in BALANCES] == ["logistics", "service"]


def test_the_feeling_of_those_who_met_it_is_the_impact_of_all_told_of_fewer() -> None:
    logistics = BALANCES[0]
    assert logistics.feeling.mean * logistics.people == pytest.approx(logistics.net.mean * PEOPLE)


def test_the_change_is_against_everybody_in_the_picture_before() -> None:
    assert BALANCES[0].change == pytest.approx(-800 / 400 + 800 / 800)
    assert balances_of(ROWS, PEOPLE, (), 0)[0].change is None


def test_a_department_that_was_not_there_before_is_all_change() -> None:
    (new,) = [one for one in balances_of(ROWS, PEOPLE, ROWS[:1], 800) if one.department == "logistics"]
    assert new.change == new.net.mean


def test_the_costliest_hand_over_is_one_that_clearly_costs() -> None:
    doubtful = HandoverRow("sales", "service", 5, 900, -40.0, 4000.0)
    gain = HandoverRow("service", "sales", 120, 150, 600.0, 4000.0)
    assert worst_handover([doubtful, gain, HANDED]) == HANDED
    assert worst_handover([doubtful, gain]) is None
