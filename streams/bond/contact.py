"""An episode that may still grow, kept so that the next touchpoint costs the same as the first.

The peak-end rule needs only the peak, the end and two sums. Touchpoints come in the order of (time, id).
"""

from collections.abc import Sequence

from streams.bond.episodes import rounded
from streams.bond.felt import FeltTouchpoint
from streams.bond.parameters import Parameters
from streams.value import Value

Vector = tuple[float, ...]


class Contact(Value, frozen=True):
    """What has to be known of an episode to remember it, and to let it grow."""

    id: str
    at_ms: int
    size: int
    peak: float
    peak_profile: Vector
    end: float
    end_profile: Vector
    felt: Vector
    """Sum of impact times profile."""
    weight: Vector
    """Sum of the profiles."""
    importance: float
    case: str | None
    is_act: bool
    needs: int


class Memory(Value, frozen=True):
    """What is remembered of an episode."""

    impact: float
    felt: Sequence[float]
    weight: Sequence[float]


def begun(touchpoint: FeltTouchpoint, impact: float) -> Contact:
    """Return the contact of one touchpoint with this impact."""
    profile = touchpoint.profile
    is_act = touchpoint.recovery and impact > 0
    return Contact(
        id=touchpoint.episode,
        at_ms=touchpoint.at_ms,
        size=1,
        peak=impact,
        peak_profile=profile,
        end=impact,
        end_profile=profile,
        felt=tuple([impact * weight for weight in profile]),
        weight=profile,
        importance=touchpoint.importance,
        case=touchpoint.case,
        is_act=is_act,
        needs=touchpoint.needs if is_act else 0,
    )


def grown(contact: Contact, touchpoint: FeltTouchpoint, impact: float) -> Contact:
    """Return the contact with one more touchpoint, later than all before."""
    profile = touchpoint.profile
    is_act = touchpoint.recovery and impact > 0
    higher = abs(impact) >= abs(contact.peak)
    return Contact(
        id=contact.id,
        at_ms=touchpoint.at_ms,
        size=contact.size + 1,
        peak=impact if higher else contact.peak,
        peak_profile=profile if higher else contact.peak_profile,
        end=impact,
        end_profile=profile,
        felt=tuple([felt + impact * weight for felt, weight in zip(contact.felt, profile, strict=True)]),
        weight=tuple([total + weight for total, weight in zip(contact.weight, profile, strict=True)]),
        importance=max(contact.importance, touchpoint.importance),
        case=contact.case if touchpoint.case is None else max(contact.case or "", touchpoint.case),
        is_act=contact.is_act or is_act,
        needs=contact.needs | (touchpoint.needs if is_act else 0),
    )


def remembered(contact: Contact, parameters: Parameters) -> Memory:
    """Return what is remembered of a contact by the peak-end rule."""
    if contact.size == 1:
        return Memory(contact.end, contact.felt, contact.weight)
    of_peak, of_end, of_mean = (
        parameters.peak_share,
        parameters.end_share,
        parameters.mean_share / contact.size,
    )
    peak, end = of_peak * contact.peak, of_end * contact.end
    profiles = contact.peak_profile, contact.end_profile
    felt = [
        peak * peak_weight + end * end_weight + of_mean * total
        for peak_weight, end_weight, total in zip(*profiles, contact.felt)  # noqa: B905
    ]
    weight = [
        of_peak * peak_weight + of_end * end_weight + of_mean * total
        for peak_weight, end_weight, total in zip(*profiles, contact.weight)  # noqa: B905
    ]
    return Memory(rounded(sum(felt) / sum(weight)), felt, weight)
