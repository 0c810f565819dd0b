"""A journey against another: what the difference is, and how the one begins where the other ended."""

import math
from dataclasses import replace
from typing import NamedTuple

from dashboards.answers.estimates import Estimate, mean_of
from dashboards.answers.journey import FADED, MIX, Journey, Place

BEFORE = "before"
"""The stage of what happened before the period."""


class Difference(NamedTuple):
    """Points by which a journey ends higher than another."""

    end: Estimate
    place: Place | None
    """Where most of it comes from: the place whose impact differs most, in the same direction."""
    points: float
    """By how much the impact differs there."""


def difference_of(journey: Journey, other: Journey) -> Difference:
    """Return by how much a journey ends higher than another, and where most of that comes from.

    The interval takes the people of the two as different ones; if they are the same it is rather too wide.
    """
    end = Estimate(journey.end.mean - other.end.mean, _together(journey.end.margin, other.end.margin))
    before = {place.key: place.impact.mean for place in other.places}
    sign = math.copysign(1.0, end.mean)
    ranked = [
        (sign * (place.impact.mean - before.get(place.key, 0.0)), place) for place in journey.touchpoints
    ]
    most, place = max(ranked, key=lambda one: one[0], default=(0.0, None))
    return Difference(end, place, sign * most) if most > 0 else Difference(end, None, 0.0)


class CarriedRow(NamedTuple):
    """Sums over the people of a picture who were also in that of the period before."""

    people: int
    ended: float
    """Their index at the end of the period before."""
    started: float
    """Their index just before their first contact of the period."""
    squares: float
    """Of what happened in between."""


def continued(journey: Journey, before: Journey, carried: CarriedRow) -> Journey:
    """Return a journey that begins where the one of the period before ended.

    Two places come first, so that bars explain all of the curve: other people are in the picture, and those
    who stayed in it have faded, or met what is not felt, until they came again.
    """
    fading = mean_of(carried.started - carried.ended, carried.squares, carried.people)
    stayed = carried.people / journey.people
    faded = Estimate(stayed * fading.mean, None if fading.margin is None else stayed * fading.margin)
    mix = Estimate(
        journey.start.mean - before.end.mean - faded.mean,
        _together(journey.start.margin, before.end.margin),
    )
    mixed = Estimate(before.end.mean + mix.mean, mix.margin)
    entry = (
        Place(MIX, BEFORE, "", False, journey.people, 0, mix, mix, mixed),
        Place(FADED, BEFORE, "", False, carried.people, 0, fading, faded, journey.start),
    )
    return replace(journey, start=before.end, places=(*entry, *journey.places))


def _together(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else math.hypot(one, other)
