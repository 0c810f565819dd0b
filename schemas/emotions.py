"""The emotions a bond is made of, their opposites, and the needs a failure leaves behind.

The order of `Emotion` and `Need` is the order of every profile, bit mask and column in the project.
Source of the idea: the five loyalty emotions and the six empathy needs of the bond model (bond-1).
"""

from enum import StrEnum


class Emotion(StrEnum):
    """An emotion that builds a bond."""

    SURPRISE = "surprise"
    RELIEF = "relief"
    GRATITUDE = "gratitude"
    FAMILIARITY = "familiarity"
    BELONGING = "belonging"


class Opposite(StrEnum):
    """An emotion that damages a bond."""

    DISAPPOINTMENT = "disappointment"
    FRUSTRATION = "frustration"
    ANGER = "anger"
    ABANDONMENT = "abandonment"


class Feeling(StrEnum):
    """Every emotion that can be named: those that build a bond and those that damage it."""

    SURPRISE = Emotion.SURPRISE
    RELIEF = Emotion.RELIEF
    GRATITUDE = Emotion.GRATITUDE
    FAMILIARITY = Emotion.FAMILIARITY
    BELONGING = Emotion.BELONGING
    DISAPPOINTMENT = Opposite.DISAPPOINTMENT
    FRUSTRATION = Opposite.FRUSTRATION
    ANGER = Opposite.ANGER
    ABANDONMENT = Opposite.ABANDONMENT


class Need(StrEnum):
    """What a customer needs after a failure, beyond the repair itself."""

    DIGNITY = "dignity"
    ASSURANCE = "assurance"
    EXPLANATION = "explanation"
    THANKS = "thanks"
    VENTING = "venting"
    APOLOGY = "apology"


CONCERNS: dict[Feeling, tuple[Emotion, ...]] = {
    **{Feeling(emotion): (emotion,) for emotion in Emotion},
    Feeling.DISAPPOINTMENT: (Emotion.SURPRISE,),
    Feeling.FRUSTRATION: (Emotion.RELIEF,),
    Feeling.ANGER: (Emotion.GRATITUDE,),
    Feeling.ABANDONMENT: (Emotion.FAMILIARITY, Emotion.BELONGING),
}
"""Which loyalty emotions each feeling builds or damages; its strength is shared equally among them."""


def mask_of(needs: frozenset[Need]) -> int:
    """Return the needs as a bit mask, bit i for the i-th member of `Need`."""
    return sum(1 << position for position, need in enumerate(Need) if need in needs)


def needs_of(mask: int) -> frozenset[Need]:
    """Return the needs of a bit mask made by `mask_of`."""
    return frozenset(need for position, need in enumerate(Need) if mask >> position & 1)
