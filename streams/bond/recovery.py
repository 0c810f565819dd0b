"""Failures and the acts that heal them.

A failure is a bad episode that belongs to a case; an act is an episode that recovers something in it. Each
need heals when it is first met, the sooner the more. A small premium above "never failed" is possible for a
mild, first failure that was recovered very well (the recovery paradox: Magnini 2007, de Matos 2007).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from streams.bond.episodes import Episode, days, decay
from streams.bond.parameters import MS_PER_DAY, NEEDS, Parameters


@dataclass(frozen=True, slots=True)
class Healing:
    """How far a failure has been healed, and by whom."""

    quality: float
    """How well it was recovered, 0 to 1: the weight of the needs met, each faded by the time it took (q)."""
    heal: float
    """The part of the failure that no longer counts."""
    gain: float
    """The premium at the time of the reading."""
    shares: tuple[tuple[str, float], ...]
    """Of each act's episode id, its part in the quality; they sum to 1, or there is none."""


UNHEALED = Healing(quality=0.0, heal=0.0, gain=0.0, shares=())


def healings(episodes: Sequence[Episode], at_ms: int, parameters: Parameters) -> list[Healing]:
    """Return the healing of each episode, at a time; the episodes stand in the order of time."""
    failures = [episode for episode in episodes if episode.is_failure]
    acts = [episode for episode in episodes if episode.is_act and episode.case is not None]
    return [
        _healing(episode, acts, failures, at_ms, parameters) if episode.is_failure else UNHEALED
        for episode in episodes
    ]


def _healing(
    failure: Episode, acts: Sequence[Episode], failures: Sequence[Episode], at_ms: int, parameters: Parameters
) -> Healing:
    first_acts = _first_acts(failure, acts)
    if not first_acts:
        return UNHEALED
    parts: dict[str, float] = {}
    for need, act in first_acts:
        kept = decay(days(act.at_ms, failure.at_ms), parameters.prompt_half_life)
        parts[act.id] = parts.get(act.id, 0.0) + parameters.need_weights[need] * kept
    quality = math.fsum(parts.values())
    if quality == 0.0:
        return UNHEALED
    latest = max(act.at_ms for _, act in first_acts)
    premium = gain_at_once(
        failure.importance * -failure.impact,
        -failure.impact,
        quality,
        prior_load(failure, failures, parameters),
        parameters,
    )
    return Healing(
        quality=quality,
        heal=parameters.heal_share * quality,
        gain=premium * decay(days(at_ms, latest), parameters.gain_half_life),
        shares=tuple((act, part / quality) for act, part in parts.items()),
    )


def _first_acts(failure: Episode, acts: Sequence[Episode]) -> list[tuple[int, Episode]]:
    """Return (need, the earliest act of the case, not before the failure, that met it) for each need met."""
    first: dict[int, Episode] = {}
    for act in acts:
        if act.case == failure.case and act.at_ms >= failure.at_ms:
            for need in range(len(NEEDS)):
                if act.needs >> need & 1:
                    first.setdefault(need, act)
    return sorted(first.items())


def prior_load(failure: Episode, failures: Sequence[Episode], parameters: Parameters) -> float:
    """Return how much failed, in any case, in the window before a failure."""
    opens_ms = failure.at_ms - parameters.prior_window * MS_PER_DAY
    return math.fsum(
        prior.importance * -prior.impact for prior in failures if opens_ms <= prior.at_ms < failure.at_ms
    )


def gain_at_once(
    damage: float, severity: float, quality: float, load: float, parameters: Parameters
) -> float:
    """Return the premium in the moment of the recovery.

    `damage` is importance times |s|, `severity` |s| alone, which importance does not change.
    """
    excellence = max(0.0, (quality - parameters.gain_threshold) / (1.0 - parameters.gain_threshold))
    return parameters.gain_weight * damage * excellence * _gate(severity, load, parameters)


def _gate(severity: float, load: float, parameters: Parameters) -> float:
    """Return 1 for a mild, first failure, 0 for a severe or a repeated one, and what lies between."""
    mildness = (parameters.severity_none - severity / parameters.loss_aversion) / (
        parameters.severity_none - parameters.severity_full
    )
    return max(0.0, min(1.0, mildness)) * max(0.0, 1.0 - load / parameters.prior_load)
