"""Moments of truth: what is found is measured on people who stood alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboards.answers.moments import Moment, MomentRow, moments_of

LOW, HIGH = -2, 3
"""Levels of bond before a contact, in tens."""


def row(role: str, type_: str, tone: str, before: int, people: int, change: float, **more: int) -> MomentRow:
    """People whose changes lie two points around a mean."""
    squares = people * (change * change + 4.0)
    came = {"bought": 0, "complained": 0, "left": 0, **more}
    return MomentRow(role, type_, tone, before, people, people * 1.0, people * change, squares, **came)


def one(rows: list[MomentRow], type_: str = "delivery.late", declared: tuple[str, ...] = ()) -> Moment:
    return next(moment for moment in moments_of(rows, declared) if moment.type == type_)


def test_a_contact_that_changes_no_more_than_others_where_people_stood_alike_has_no_effect() -> None:
    # Low bonds rise by themselves, high ones fall; more of those who met it stood low.
    rows = [
        row("anybody", "", "", LOW, 500, 6.0),
        row("anybody", "", "", HIGH, 500, -6.0),
        row("met", "delivery.late", "bad", LOW, 180, 6.0),
        row("met", "delivery.late", "bad", HIGH, 20, -6.0),
    ]
    way = one(rows).ways["bad"]
    assert way.effect.mean == pytest.approx(0.0)
    assert not way.found


def test_those_who_met_it_are_not_among_the_rest() -> None:
    rows = [
        row("anybody", "", "", LOW, 200, 0.0),
        row("same", "delivery.late", "", LOW, 100, -10.0),
        row("met", "delivery.late", "bad", LOW, 100, -10.0),
    ]
    moment = one(rows)
    assert moment.rest_people == 100
    assert moment.ways["bad"].effect.mean == pytest.approx(-20.0)


def test_a_clear_effect_is_found_and_a_faint_one_may_be_chance() -> None:
    rows = [
        row("anybody", "", "", LOW, 500, 0.0),
        row("met", "delivery.late", "bad", LOW, 100, -10.0),
        row("met", "advice.given", "good", LOW, 100, 0.2),
    ]
    assert one(rows).found
    assert not one(rows, "advice.given").found


def test_where_many_are_looked_at_chance_must_be_smaller() -> None:
    faint = row("met", "advice.given", "good", LOW, 100, 0.46)
    rows = [row("anybody", "", "", LOW, 5000, 0.0), faint]
    others = [row("met", f"ad.seen{at}", "good", LOW, 100, 0.0) for at in range(20)]
    assert one(rows, "advice.given").found
    assert not one([*rows, *others], "advice.given").found


def test_too_few_people_are_not_judged() -> None:
    rows = [row("anybody", "", "", LOW, 500, 0.0), row("met", "delivery.late", "bad", LOW, 29, -50.0)]
    assert moments_of(rows, ["delivery.late"]) == []


def test_nobody_to_compare_with_is_no_finding() -> None:
    assert moments_of([row("met", "delivery.late", "bad", LOW, 200, -50.0)], []) == []


def test_the_rest_is_weighted_to_have_stood_as_those_who_met_it() -> None:
    rows = [
        row("anybody", "", "", LOW, 100, 0.0, left=40),
        row("anybody", "", "", HIGH, 900, 0.0, left=0),
        row("met", "delivery.late", "bad", LOW, 50, 0.0, left=30),
    ]
    moment = one(rows)
    assert moment.rest["left"].share == pytest.approx(0.4)
    assert moment.ways["bad"].shares["left"].low > moment.rest["left"].share
    assert moment.rest["bought"].high > 0, "that nobody did is known of so many only"


def test_the_strongest_comes_first_and_declared_ones_are_known() -> None:
    rows = [
        row("anybody", "", "", LOW, 500, 0.0),
        row("met", "advice.given", "good", LOW, 100, 3.0),
        row("met", "delivery.late", "bad", LOW, 100, -10.0),
    ]
    moments = moments_of(rows, ["advice.given"])
    assert [(moment.type, moment.declared) for moment in moments] == [
        ("delivery.late", False),
        ("advice.given", True),
    ]


@given(some.floats(-50, 50), some.integers(30, 300), some.integers(30, 300))
def test_points_that_all_who_met_it_gain_are_points_of_its_effect(more: float, low: int, high: int) -> None:
    def effect(gained: float) -> float:
        rows = [
            row("anybody", "", "", LOW, 500, 2.0),
            row("anybody", "", "", HIGH, 500, -2.0),
            row("met", "delivery.late", "good", LOW, low, 5.0 + gained),
            row("met", "delivery.late", "good", HIGH, high, 1.0 + gained),
        ]
        return one(rows).ways["good"].effect.mean

    assert effect(more) - effect(0.0) == pytest.approx(more, abs=1e-6)
