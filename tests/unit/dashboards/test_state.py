"""What is looked at, and the address that says so."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboards.state import (
    FOLLOWED,
    KEPT,
    LISTS,
    PERIODS,
    CustomerView,
    Filters,
    customer_of,
    filters_of,
    search_of,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
words = some.text(max_size=20)


@given(
    some.builds(
        Filters,
        period=some.sampled_from(sorted(PERIODS)),
        sector=words,
        segment=words,
        department=words,
        compare=some.sampled_from(["previous", "year", "nothing", "segment:club", "cohort:2026-Q1"]),
        touchpoint=words,
        language=words,
        listing=some.sampled_from(LISTS),
        followed=some.sampled_from(sorted(FOLLOWED)),
    )
)
def test_the_address_says_everything(filters: Filters) -> None:
    assert filters_of(search_of(filters)) == filters


@given(some.text(max_size=60))
def test_nonsense_in_the_address_is_harmless(search: str) -> None:
    assert filters_of(search).period in PERIODS
    customer_of(search).until_day  # noqa: B018


def test_what_goes_along_is_part_of_the_address() -> None:
    assert set(KEPT) < {one.name for one in fields(Filters)}


def test_an_ordinary_view_has_a_bare_address() -> None:
    assert search_of(Filters()) == ""


def test_what_is_not_understood_falls_back() -> None:
    assert filters_of("?period=ever&compare=apples&segment=club&name=Maria") == Filters(segment="club")


def test_periods_end_at_the_newest_touchpoint() -> None:
    window, before = Filters(period="7d").window(NOW), Filters(period="7d").previous(NOW)
    assert (window.start, window.end) == (NOW - timedelta(days=7), NOW)
    assert before is not None
    assert before.end == window.start


def test_a_year_before_has_the_same_weekdays() -> None:
    window = Filters(period="7d").year_before(NOW)
    assert window is not None
    assert window.end.weekday() == NOW.weekday()
    assert timedelta(days=360) < NOW - window.end < timedelta(days=366)


def test_everything_has_no_period_before() -> None:
    assert Filters(period="all").previous(NOW) is None
    assert Filters(period="all").year_before(NOW) is None


def test_people_are_compared_with_by_kind_and_value() -> None:
    assert filters_of("?compare=cohort:2026-Q1").group == ("cohort", "2026-Q1")
    assert filters_of("?compare=year").group is None
    assert filters_of("?compare=mood:good") == filters_of("?compare=segment:") == Filters()


def test_a_customer_is_shown_until_a_day() -> None:
    assert customer_of("?id=abc&until=2026-02-30") == CustomerView("abc", "2026-02-30")
    assert customer_of("?until=2026-02-30").until_day is None
    assert customer_of("?until=2026-02-28").until_day is not None


@pytest.mark.parametrize("day", ["9999-12-31", "1899-12-31", "0001-01-01"])
def test_a_day_that_no_life_can_be_told_until_falls_back_to_the_newest(day: str) -> None:
    assert customer_of(f"?until={day}").until_day is None
