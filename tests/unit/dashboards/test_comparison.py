"""A journey against another: the difference, where it comes from, and how one goes on from the other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from made import PEOPLE, journey

from dashboards.answers.cohorts import MOST, cohorts_until, span_of
from dashboards.answers.comparison import CarriedRow, continued, difference_of
from dashboards.answers.estimates import Estimate
from dashboards.answers.journey import FADED, MIX, Journey

MADRID = ZoneInfo("Europe/Madrid")


def with_impact(made: Journey, key: str, points: float) -> Journey:
    """The journey with so many points more at one place, and so at its end."""
    places = tuple(
        replace(one, impact=one.impact._replace(mean=one.impact.mean + points)) if one.key == key else one
        for one in made.places
    )
    return replace(made, places=places, end=made.end._replace(mean=made.end.mean + points))


def test_most_of_a_difference_comes_from_where_the_impact_differs_most() -> None:
    worse = with_impact(with_impact(journey(), "delivery.late", -3.0), "advice.given", 1.0)
    difference = difference_of(worse, journey())
    assert difference.end.mean == pytest.approx(-2.0)
    assert difference.place is not None
    assert difference.place.key == "delivery.late"
    assert difference.points == pytest.approx(-3.0)


def test_two_journeys_alike_differ_nowhere() -> None:
    difference = difference_of(journey(), journey())
    assert (difference.end.mean, difference.place) == (0.0, None)
    assert not difference.end.is_clear


def test_the_interval_of_a_difference_is_wider_than_that_of_either() -> None:
    made = journey()
    assert difference_of(made, made).end.margin > made.end.margin


@given(
    stayed=some.integers(0, PEOPLE),
    faded=some.floats(-20, 20),
    before=some.floats(-50, 50),
)
def test_bars_explain_the_curve_from_the_end_of_the_period_before(
    stayed: int, faded: float, before: float
) -> None:
    earlier = replace(journey(), end=Estimate(before, 1.0))
    carried = CarriedRow(stayed, 10.0 * stayed, (10.0 + faded) * stayed, faded * faded * stayed)
    made = continued(journey(), earlier, carried)
    assert [place.key for place in made.places[:2]] == [MIX, FADED]
    index = made.start.mean
    assert index == before
    for place in made.places:
        index += place.impact.mean
        assert index == pytest.approx(place.after.mean)
    assert index == pytest.approx(journey().end.mean)


def test_when_everybody_stays_nothing_is_due_to_other_people() -> None:
    start = journey().start.mean
    earlier = replace(journey(), end=Estimate(start + 2.0, 1.0))
    carried = CarriedRow(PEOPLE, (start + 2.0) * PEOPLE, start * PEOPLE, 4.0 * PEOPLE)
    mix, faded, *_ = continued(journey(), earlier, carried).places
    assert mix.impact.mean == pytest.approx(0.0)
    assert faded.impact.mean == pytest.approx(-2.0)


def test_a_cohort_is_a_quarter_of_the_year_at_the_company() -> None:
    begin, end = span_of("2026-Q4", MADRID)
    assert begin == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize("nonsense", ["", "2026", "2026-Q5", "26-Q1", "2026-Q1x"])
def test_nonsense_is_no_cohort(nonsense: str) -> None:
    assert span_of(nonsense, MADRID) is None


@given(some.integers(0, 7_000_000_000))
def test_the_newest_cohort_is_that_of_now_and_they_follow_each_other(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    spans = [span_of(one, MADRID) for one in cohorts_until(at, MADRID)]
    assert len(spans) == MOST
    assert spans[0][0] <= at < spans[0][1]
    assert all(earlier[1] == later[0] for later, earlier in pairwise(spans))
    assert all(span[1] - span[0] < timedelta(days=93) for span in spans)
