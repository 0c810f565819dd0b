"""Times in events."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.instants import EARLIEST, LATEST, instant_of, millis_of, moment_of

MADRID = ZoneInfo("Europe/Madrid")
INSTANTS = st.integers(millis_of(EARLIEST), millis_of(LATEST) - 1)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01t09:30:00z", "2026-03-01T09:30:00+00:00"),
        ("2026-03-01 09:30:00+02:00", "2026-03-01T07:30:00+00:00"),
        ("2026-03-01T09:30:00.1239Z", "2026-03-01T09:30:00.123+00:00"),
        ("2026-03-01T00:30:00-05:30", "2026-03-01T06:00:00+00:00"),
        ("1900-01-01", "1900-01-01T12:00:00+00:00"),
    ],
)
def test_a_time_is_read_to_the_millisecond(text: str, utc: str) -> None:
    assert moment_of(instant_of(text)) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(("day", "utc_hour"), [("2026-01-15", 11), ("2026-07-15", 10)])
def test_a_date_is_noon_in_the_companys_time_zone(day: str, utc_hour: int) -> None:
    assert moment_of(instant_of(day, MADRID)).hour == utc_hour


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-03-01T09:30:00",
        "2026-03-01T09:30Z",
        "2026-02-30",
        "2026-02-30T00:00:00Z",
        "2026-03-01T24:00:01Z",
        "2026-03-01T09:30:61Z",
        "2026-03-01T09:30:00Z\n",
        "2026-03-01\n",
        "٢٠٢٦-03-01",
        "1899-12-31T23:59:59Z",
        "2300-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_what_is_no_time_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be|must lie|is no possible time|out of range"):
        instant_of(text)


@given(INSTANTS)
def test_an_instant_comes_back_from_its_text(millis: int) -> None:
    assert instant_of(moment_of(millis).isoformat(timespec="milliseconds")) == millis


@given(INSTANTS, st.integers(-14 * 60, 14 * 60))
def test_the_offset_does_not_change_the_instant(millis: int, minutes: int) -> None:
    there = moment_of(millis).astimezone(timezone(timedelta(minutes=minutes)))
    assert instant_of(there.isoformat(timespec="milliseconds")) == millis


@given(INSTANTS, st.integers(0, 999))
def test_finer_digits_are_cut_off(millis: int, micros: int) -> None:
    moment = moment_of(millis) + timedelta(microseconds=micros)
    told = moment_of(instant_of(moment.isoformat(timespec="microseconds")))
    assert timedelta() <= moment - told < timedelta(milliseconds=1)
