"""Is it good? The sentence above the map, as the key of a string and what belongs into it."""

from enum import StrEnum
from typing import NamedTuple

from dashboards.answers.comparison import Difference, difference_of
from dashboards.answers.estimates import Estimate
from dashboards.answers.journey import Journey, Place


class Trend(StrEnum):
    """Where the bond goes."""

    GROWING = "growing"
    STEADY = "steady"
    FALLING = "falling"


class Cause(StrEnum):
    """What stands out."""

    WON_BACK = "won_back"
    """The strongest moment comes after the biggest loss, and gives as much."""
    PART_BACK = "part_back"
    """It comes after it, and gives less."""
    LOST_AGAIN = "lost_again"
    """It comes before."""
    ONLY_GAINS = "only_gains"
    ONLY_LOSSES = "only_losses"
    NOTHING = "nothing"


class Headline(NamedTuple):
    """What there is to say."""

    trend: Trend
    cause: Cause
    loss: Place | None
    strongest: Place | None
    difference: Difference | None
    """Against the journey compared with."""


def headline_of(journey: Journey, compared: Journey | None) -> Headline:
    """Return the headline. The trend is that of the people in the picture, from start to end."""
    loss, strongest = journey.biggest_loss, journey.strongest
    return Headline(
        trend=_trend(journey.change),
        cause=_cause(journey, loss, strongest),
        loss=loss,
        strongest=strongest,
        difference=difference_of(journey, compared) if compared else None,
    )


def _trend(change: Estimate) -> Trend:
    if not change.is_clear:
        return Trend.STEADY
    return Trend.GROWING if change.mean > 0 else Trend.FALLING


def _cause(journey: Journey, loss: Place | None, strongest: Place | None) -> Cause:
    if loss is None:
        return Cause.ONLY_GAINS if strongest else Cause.NOTHING
    if strongest is None:
        return Cause.ONLY_LOSSES
    if journey.places.index(strongest) < journey.places.index(loss):
        return Cause.LOST_AGAIN
    return Cause.WON_BACK if strongest.impact.mean >= -loss.impact.mean else Cause.PART_BACK
