"""Signals of feeling other than words: surveys, emotion measured upstream, plain facts, the type alone.

Each signal is one reading of what the customer felt, with its confidence; `joined` makes one of them.
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import astuple

from schemas.catalogue import FactRule, TouchpointType, normalised
from schemas.emotions import CONCERNS, Emotion, Feeling
from schemas.touchpoint import SurveyKind, scale_of
from streams.value import Value

SURVEY_CONFIDENCE = 0.9
MEASURED_CONFIDENCE = 0.8
SILENT_CONFIDENCE = 0.2
"""Confidence where neither the event nor the catalogue says what it felt like."""

NPS_VALENCE = (
    -1.0,
    -0.8833333333333333,
    -0.7666666666666667,
    -0.65,
    -0.5333333333333333,
    -0.4166666666666667,
    -0.3,
)
"""Valence of the scores 0 to 6; 7 to 10 follow. Detractors are bad, passives near 0, promoters good."""
NPS_SCALE = (*NPS_VALENCE, 0.0, 0.2, 0.6, 1.0)

Profile = tuple[float, ...]


class Signal(Value, frozen=True):
    """One reading: valence −1…1, arousal 0…1 or None, five weights or None, confidence 0…1, where from."""

    origin: str
    valence: float
    arousal: float | None
    profile: Profile | None
    confidence: float


def survey_signal(survey: Any) -> Signal:
    """Read a survey's answer: linear over the scale, NPS by its own table (interpolated between scores)."""
    if survey.kind == SurveyKind.NPS:
        low = min(int(survey.score), 9)
        valence = NPS_SCALE[low] + (NPS_SCALE[low + 1] - NPS_SCALE[low]) * (survey.score - low)
    else:
        worst, best = scale_of(survey)
        valence = 2 * (survey.score - worst) / (best - worst) - 1
    return Signal("survey", valence, None, None, SURVEY_CONFIDENCE)


def measured_signal(emotion: Any) -> Signal:
    """Read emotion that was measured upstream."""
    confidence = MEASURED_CONFIDENCE if emotion.confidence is None else emotion.confidence
    return Signal("measured", emotion.valence, emotion.arousal, profile_of(emotion.emotions), confidence)


def profile_of(strengths: dict[Feeling, float]) -> Profile | None:
    """Return the five weights that named feelings build or damage; None if no strength is above 0."""
    weights = dict.fromkeys(Emotion, 0.0)
    for feeling, strength in strengths.items():
        concerned = CONCERNS[feeling]
        for emotion in concerned:
            weights[emotion] += strength / len(concerned)
    return normalised(weights) if any(weights.values()) else None


Rules = tuple[tuple[str, FactRule, Profile | None] | None, ...]
"""For each fact of the contract, in its order: its rule and the rule's five weights, or None."""


def fact_signals(facts: Any, rules: Rules) -> Iterator[Signal]:
    """Read each fact that has a rule."""
    for fact, known in zip(astuple(facts), rules, strict=True):
        if fact is not None and known is not None:
            name, rule, profile = known
            valence = rule.valence_of(fact)
            if valence is not None:
                yield Signal(f"fact:{name}", valence, rule.arousal, profile, rule.confidence)


class Joined(Value, frozen=True):
    """What was felt: valence, arousal, the five weights (sum 1), confidence."""

    valence: float
    arousal: float
    profile: Profile
    confidence: float


def joined(signals: list[Signal], entry: TouchpointType) -> Joined:
    """Join readings as their confidence-weighted mean; the catalogue fills what no reading tells.

    The type alone speaks where nothing else does; beside words it counts with the doubt that they leave.
    """
    spoken = [signal for signal in signals if signal.confidence > 0]
    if not spoken or all(signal.origin == "text" for signal in spoken):
        doubt = 1 - max([signal.confidence for signal in spoken], default=0.0)
        if entry.valence is not None:
            spoken.append(Signal("type", entry.valence, None, None, entry.confidence * doubt))
        elif not spoken:
            return Joined(0.0, entry.arousal, entry.normalised_profile, SILENT_CONFIDENCE)
    if len(spoken) == 1:
        one = spoken[0]
        return Joined(
            one.valence,
            entry.arousal if one.arousal is None else one.arousal,
            one.profile or entry.normalised_profile,
            one.confidence,
        )
    total = sum(signal.confidence for signal in spoken)
    return Joined(
        sum(signal.valence * signal.confidence for signal in spoken) / total,
        _mean_arousal(spoken, entry.arousal),
        _mean_profile(spoken, entry.normalised_profile),
        max(signal.confidence for signal in spoken),
    )


def _mean_arousal(signals: list[Signal], usual: float) -> float:
    told = [(signal.arousal, signal.confidence) for signal in signals if signal.arousal is not None]
    weight = sum(confidence for _, confidence in told)
    return sum(arousal * confidence for arousal, confidence in told) / weight if weight else usual


def _mean_profile(signals: list[Signal], usual: Profile) -> Profile:
    told = [(signal.profile, signal.confidence) for signal in signals if signal.profile is not None]
    weight = sum(confidence for _, confidence in told)
    if not weight:
        return usual
    return tuple(
        sum(profile[k] * confidence for profile, confidence in told) / weight for k in range(len(usual))
    )
