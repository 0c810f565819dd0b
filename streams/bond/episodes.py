"""From touchpoints to episodes: what one contact felt like, and what of it is remembered.

A touchpoint's impact needs no history. Inside an episode the peak-end rule applies, so duration is neglected
(Kahneman 1993; Alaybek 2022).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from streams.bond.felt import FeltTouchpoint
from streams.bond.parameters import EMOTIONS, MS_PER_DAY, Parameters

_STEPS_PER_UNIT = 1e9
_UPWARDS = 0.5001
"""Impacts are rounded to 1e-9, and a half well away from zero, so that every implementation, whatever the
order of its sums, sees the same signs and the same ties."""


def rounded(impact: float) -> float:
    """Round to 1e-9, ties away from zero; never -0."""
    size = math.floor(abs(impact) * _STEPS_PER_UNIT + _UPWARDS) / _STEPS_PER_UNIT
    return -size if impact < 0 and size else size


def impact(touchpoint: FeltTouchpoint, parameters: Parameters) -> float:
    """Return what one touchpoint did, -loss_aversion to 1: valence against promise, times arousal (s)."""
    against_promise = touchpoint.valence - parameters.promise_weight * touchpoint.promise
    surplus = rounded(max(-1.0, min(1.0, against_promise)))
    aroused = surplus * (parameters.calm_share + (1.0 - parameters.calm_share) * touchpoint.arousal)
    return rounded(aroused * parameters.loss_aversion if surplus < 0 else aroused)


@dataclass(frozen=True, slots=True)
class Episode:
    """One contact as it stands at a time. Vectors follow EMOTIONS."""

    id: str
    at_ms: int
    """The time of its end."""
    impact: float
    """How it felt as a whole (s)."""
    felt: tuple[float, ...]
    """Remembered impact on each emotion (vec)."""
    weight: tuple[float, ...]
    """Weight of each emotion (gw)."""
    importance: float
    case: str | None
    is_act: bool
    """Did any touchpoint recover something, and feel good?"""
    needs: int
    """Needs that it met as an act."""
    shares: tuple[tuple[str, float], ...]
    """Of each touchpoint id, how much it counts in the episode (alpha); they sum to 1."""

    @property
    def is_failure(self) -> bool:
        """Is it a bad contact that belongs to a case?"""
        return self.impact < 0 and self.case is not None


def days(later_ms: int, earlier_ms: int) -> float:
    """Return the days between two instants."""
    return (later_ms - earlier_ms) / MS_PER_DAY


def decay(age_days: float, half_life: float) -> float:
    """Return what is left of 1 after some days."""
    return math.exp2(-age_days / half_life)


def episodes_of(touchpoints: Iterable[FeltTouchpoint], parameters: Parameters) -> list[Episode]:
    """Gather touchpoints with different ids into episodes, in the order of time (t, episode id)."""
    members = defaultdict(list)
    for touchpoint in touchpoints:
        members[touchpoint.episode].append(touchpoint)
    episodes = [episode_of(contact, parameters) for contact in members.values()]
    return sorted(episodes, key=lambda episode: (episode.at_ms, episode.id))


def episode_of(contact: Sequence[FeltTouchpoint], parameters: Parameters) -> Episode:
    """Return the episode made of these touchpoints; at least one, all of the same contact."""
    impacts = [impact(touchpoint, parameters) for touchpoint in contact]
    shares = _peak_end_shares(contact, impacts, parameters)
    terms = list(zip(shares, impacts, contact, strict=True))
    emotions = range(len(EMOTIONS))
    felt = tuple(math.fsum(share * s * one.profile[k] for share, s, one in terms) for k in emotions)
    weight = tuple(math.fsum(share * one.profile[k] for share, _, one in terms) for k in emotions)
    acts = [one for one, s in zip(contact, impacts, strict=True) if one.recovery and s > 0]
    return Episode(
        id=contact[0].episode,
        at_ms=max(one.at_ms for one in contact),
        impact=rounded(math.fsum(felt) / math.fsum(weight)),
        felt=felt,
        weight=weight,
        importance=max(one.importance for one in contact),
        case=max((one.case for one in contact if one.case), default=None),
        is_act=bool(acts),
        needs=_union(act.needs for act in acts),
        shares=tuple((one.id, share) for one, share in zip(contact, shares, strict=True)),
    )


def _peak_end_shares(
    contact: Sequence[FeltTouchpoint], impacts: Sequence[float], parameters: Parameters
) -> list[float]:
    places = range(len(contact))
    peak = max(places, key=lambda j: (abs(impacts[j]), contact[j].at_ms, contact[j].id))
    end = max(places, key=lambda j: (contact[j].at_ms, contact[j].id))
    return [
        parameters.peak_share * (j == peak)
        + parameters.end_share * (j == end)
        + parameters.mean_share / len(contact)
        for j in places
    ]


def _union(masks: Iterable[int]) -> int:
    united = 0
    for mask in masks:
        united |= mask
    return united
