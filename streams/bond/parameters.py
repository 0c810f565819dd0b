"""The numbers of each version of the bond model.

A version is one immutable row. To change a number, add a row under a new name; old rows stay readable and
replayable for ever. Days are 86,400 seconds; every decay is 2^(-age / half-life).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from schemas.emotions import Emotion, Need

EMOTIONS = tuple(Emotion)
"""The order of every vector of five."""

NEEDS = tuple(Need)
"""The order of every vector of six; need i is bit i of a mask of needs."""

MS_PER_DAY = 86_400_000

MAX_IMPORTANCE = 3.0
"""Importance of a moment of truth; routine is 1, important 2."""


class Level(StrEnum):
    """A reading in a word, for people."""

    LOYAL = "loyal"
    WARM = "warm"
    LUKEWARM = "lukewarm"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Parameters:
    """One version of the model. Half-lives and windows are in days; vectors follow EMOTIONS and NEEDS."""

    version: str

    promise_weight: float
    """How much of what was promised counts as deserved (theta)."""
    calm_share: float
    """Impact of a touchpoint at arousal 0, as a share of that at arousal 1 (a0)."""
    loss_aversion: float
    """How much more bad weighs than good (lambda; prospect theory 2.25, meta-analyses 1.3 to 2.1)."""

    peak_share: float
    end_share: float
    mean_share: float
    """Peak-end rule: what of an episode is remembered (r = .58, no effect of duration, Alaybek 2022)."""

    half_lives: tuple[float, ...]
    """Of each emotion (H). Together within .03 of a power law of forgetting (Wickelgren) over 1,000 days."""
    shrinkage: float
    """Weight of knowing nothing (kappa): the memory is a mean shrunk towards 0."""

    extreme_weight: float
    extreme_half_life: float
    """The best (treasure) and the worst (scar) episode keep a weight of their own (pi)."""
    end_weight: float
    end_half_life: float
    """So does the last one (epsilon)."""

    pressure_weight: float
    pressure_softening: float
    pressure_half_life: float
    """Bad episodes compound in pairs (rho, kappa_n)."""

    heal_share: float
    prompt_half_life: float
    """How much of a failure can heal (chi), and how fast the chance to heal it passes."""
    gain_weight: float
    gain_threshold: float
    gain_half_life: float
    """The recovery paradox: a premium above "never failed" for recoveries better than q* (gamma)."""
    severity_full: float
    severity_none: float
    """The premium is full up to this severity of the failure, and none from that one on."""
    prior_window: float
    prior_load: float
    """Failures of so many days before take the premium away, all of it at this load (Magnini 2007)."""
    need_weights: tuple[float, ...]
    """Of each need; they sum to 1. From a survey of customers after a failure, in percent."""

    levels: tuple[tuple[Level, float], ...]
    """Each level with the least index that belongs to it, from the best down."""
    evidence_floor: float
    """Under this evidence the level is unknown."""

    def level(self, index: float, evidence: float) -> Level:
        """Return the word for an index that rests on this much evidence."""
        if evidence < self.evidence_floor:
            return Level.UNKNOWN
        return next(level for level, least in self.levels if index >= least)


def _shares(weights: tuple[float, ...]) -> tuple[float, ...]:
    total = sum(weights)
    return tuple(weight / total for weight in weights)


BOND_1 = Parameters(
    version="bond-1",
    promise_weight=0.5,
    calm_share=0.25,
    loss_aversion=2.25,
    peak_share=0.4,
    end_share=0.4,
    mean_share=0.2,
    half_lives=(14.0, 45.0, 120.0, 365.0, 730.0),
    shrinkage=3.0,
    extreme_weight=0.06,
    extreme_half_life=730.0,
    end_weight=0.05,
    end_half_life=30.0,
    pressure_weight=0.7,
    pressure_softening=2.0,
    pressure_half_life=120.0,
    heal_share=0.85,
    prompt_half_life=14.0,
    gain_weight=0.25,
    gain_threshold=0.7,
    gain_half_life=120.0,
    severity_full=0.55,
    severity_none=0.85,
    prior_window=365.0,
    prior_load=0.25,
    need_weights=_shares((92.0, 76.0, 74.0, 72.0, 63.0, 62.0)),
    levels=(
        (Level.LOYAL, 30.0),
        (Level.WARM, 10.0),
        (Level.LUKEWARM, -10.0),
        (Level.AT_RISK, -100.0),
    ),
    evidence_floor=0.2,
)
"""Priors that satisfy the model's laws, not estimates: calibration from outcomes makes bond-2."""

VERSIONS: Mapping[str, Parameters] = MappingProxyType({row.version: row for row in (BOND_1,)})
"""Every version there is, by name."""
