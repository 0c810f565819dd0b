"""The journey: an order, bars that explain the curve, totals that agree whatever is grouped."""

from dataclasses import replace

import pytest
from made import CATALOGUE, PEOPLE, journey, rows, run

from dashboards.answers.estimates import Estimate
from dashboards.answers.headline import Cause, Trend, headline_of
from dashboards.answers.journey import BETWEEN, OTHER, journey_of, plan_of, together


def test_touchpoints_stand_in_the_order_of_the_journey() -> None:
    assert plan_of(rows(), CATALOGUE, "").types == (
        "advice.given",
        "delivery.late",
        "unboxing.done",
        "repair.done",
    )


@pytest.mark.parametrize(("department", "most"), [("", 16), ("", 2), ("logistics", 16), ("nobody", 16)])
def test_start_and_bars_make_the_end_whatever_is_grouped(department: str, most: int) -> None:
    made = journey(department, most)
    assert made.start.mean + sum(place.impact.mean for place in made.places) == pytest.approx(made.end.mean)
    assert made.end.mean == pytest.approx(10 + (100 - 600 + 300 + 30) / PEOPLE - 1)


def test_the_rare_are_one_place_with_everybody_who_met_them() -> None:
    other = next(place for place in journey(most=2).places if place.key == OTHER)
    assert other.people == 110
    assert other.contacts == 110
    assert other.impact.mean == pytest.approx(130 / PEOPLE)
    assert other.feeling.mean == pytest.approx(130 / 110)


def test_fading_is_a_place_of_its_own() -> None:
    assert journey().places[-1].key == BETWEEN
    assert journey().places[-1].impact.mean == pytest.approx(-1)


def test_feeling_is_of_those_who_met_it_and_impact_of_everybody() -> None:
    late = journey().places[1]
    assert late.feeling.mean == pytest.approx(-6)
    assert late.impact.mean == pytest.approx(-1.5)


def test_segments_add_up_to_everybody() -> None:
    order = list(plan_of(rows(), CATALOGUE, "").types)
    both = together([run(order, "club", 400), run(order, "new", 400)])
    assert both is not None
    assert both.people == 800
    assert both.sums[0] == 8000


def test_nobody_has_no_journey() -> None:
    plan = plan_of(rows(), CATALOGUE, "")
    assert journey_of(plan, rows(), []) is None


def test_the_headline_names_what_takes_and_what_wins_back() -> None:
    said = headline_of(journey(), None)
    assert said.cause is Cause.PART_BACK
    assert said.loss is not None
    assert said.loss.key == "delivery.late"
    assert said.strongest is not None
    assert said.strongest.key == "unboxing.done"


def test_the_trend_is_that_of_the_same_people_from_start_to_end() -> None:
    made = journey()
    assert made.change.mean == pytest.approx(made.end.mean - made.start.mean)
    assert headline_of(made, None).trend is Trend.FALLING
    unsure = replace(made, change=Estimate(-1.4, 2.0))
    assert headline_of(unsure, None).trend is Trend.STEADY
