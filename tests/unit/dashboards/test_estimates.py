"""Means and shares with their intervals."""

import math
import statistics

import pytest

from dashboards.answers.estimates import Estimate, mean_of, share_of


def test_a_mean_has_the_interval_of_the_textbook() -> None:
    amounts = [1.0, 2.0, 4.0, 9.0]
    mean = mean_of(sum(amounts), sum(one * one for one in amounts), len(amounts))
    assert mean.mean == 4.0
    assert mean.margin == pytest.approx(1.959964 * statistics.stdev(amounts) / 2)


def test_one_person_says_nothing_about_the_spread() -> None:
    assert mean_of(5.0, 25.0, 1) == Estimate(5.0, None)
    assert not mean_of(5.0, 25.0, 1).is_clear


def test_nobody_has_no_mean() -> None:
    assert mean_of(0.0, 0.0, 0) == Estimate(0.0, None)


def test_a_share_of_none_is_still_uncertain() -> None:
    share = share_of(0, 10)
    assert (share.share, share.low) == (0.0, 0.0)
    assert share.high == pytest.approx(0.2775, abs=1e-4)  # Wilson 1927
    assert share_of(0, 0) == (0.0, 0.0, 1.0)


def test_an_interval_holds_its_share() -> None:
    for some in range(21):
        share = share_of(some, 20)
        assert share.low <= share.share <= share.high
        assert not math.isnan(share.low)
