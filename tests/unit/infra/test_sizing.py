"""Sizing: more touchpoints need more, and the page is what the figures give."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sizing import DAILY, PAGE, Assumed, Measured, page, size_of


@given(st.floats(1, 1e10), st.floats(1, 10))
def test_more_touchpoints_never_need_less(a_day: float, times: float):
    fewer, more = size_of(a_day), size_of(a_day * times)

    assert all(getattr(more, field.name) >= getattr(fewer, field.name) for field in fields(more))


@given(st.floats(1e3, 1e9))
def test_workers_keep_up_at_the_peak_with_room_left(a_day: float):
    measured, assumed = Measured(), replace(Assumed(), with_words=0.0)
    size = size_of(a_day, measured, assumed)

    assert size.workers * measured.worker_rate >= size.peak_rate * assumed.headroom * (1 - 1e-9)


def test_words_need_more_workers():
    silent, spoken = (size_of(1e9, assumed=replace(Assumed(), with_words=share)) for share in (0.0, 1.0))

    assert spoken.workers > silent.workers


def test_no_touchpoints_have_no_size():
    with pytest.raises(ValueError, match="above 0"):
        size_of(0)


def test_the_page_is_fresh():
    assert PAGE.read_text() == page(), "python -m infra.sizing writes it"
    assert all(f"{a_day:,}" in page() for a_day in DAILY)
