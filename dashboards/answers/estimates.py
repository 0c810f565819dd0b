"""Means and shares with their 95 % intervals."""

import math
from typing import NamedTuple

NORMAL_95 = 1.959964


class Estimate(NamedTuple):
    """A mean and half the width of its 95 % interval; None where one person says nothing about the spread."""

    mean: float
    margin: float | None

    @property
    def is_clear(self) -> bool:
        """Is the interval on one side of zero?"""
        return self.margin is not None and abs(self.mean) > self.margin


def mean_of(total: float, squares: float, people: int) -> Estimate:
    """Return the mean of people's amounts from their sum and their sum of squares."""
    if people < 1:
        return Estimate(0.0, None)
    mean = total / people
    if people < 2:
        return Estimate(mean, None)
    variance = max(0.0, squares - people * mean * mean) / (people - 1)
    return Estimate(mean, NORMAL_95 * math.sqrt(variance / people))


class Share(NamedTuple):
    """A share of people with its 95 % interval (Wilson 1927)."""

    share: float
    low: float
    high: float


def share_of(some: float, people: float) -> Share:
    """Return a share; of nobody it is unknown, 0 to 1."""
    if people <= 0:
        return Share(0.0, 0.0, 1.0)
    share, z2 = some / people, NORMAL_95**2
    centre = (share + z2 / (2 * people)) / (1 + z2 / people)
    half = NORMAL_95 * math.sqrt(share * (1 - share) / people + z2 / (4 * people**2)) / (1 + z2 / people)
    return Share(share, max(0.0, centre - half), min(1.0, centre + half))
