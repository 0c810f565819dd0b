"""What places of a journey say: the pointer's words, and how sure they look."""

from dashboards.answers.estimates import Estimate
from dashboards.answers.journey import Journey, Place
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE


def told(place: Place, name: str, texts: Texts) -> str:
    """Return what the pointer tells of a place."""
    if not place.is_met:
        return texts(f"figure.hover_{place.key}", name=name, impact=_with_margin(place.impact, texts))
    return texts(
        "figure.hover_place",
        name=name,
        people=texts.number(place.people),
        feeling=_with_margin(place.feeling, texts),
        impact=_with_margin(place.impact, texts),
        after=texts.between(place.after.mean, place.after.margin),
    ) + (f"<br>{texts('figure.few')}" if is_faint(place) else "")


def is_faint(place: Place) -> bool:
    """Does it rest on too few people to look certain?"""
    return place.people < FEW_PEOPLE


def _with_margin(estimate: Estimate, texts: Texts) -> str:
    margin = "" if estimate.margin is None else f" ± {texts.number(estimate.margin, 1)}"
    return texts.signed(estimate.mean) + margin


def strongest_feeling(journey: Journey) -> float:
    """Return the size of the strongest feeling that rests on enough people."""
    sure = [place for place in journey.touchpoints if not is_faint(place)] or journey.touchpoints
    return max((abs(place.feeling.mean) for place in sure), default=1.0) or 1.0
