"""The contract: what publishers may import, and everybody else too.

The shapes of facts, nothing that does anything with them.
"""

from schemas.emotions import Emotion, Feeling, Need
from schemas.envelope import Event
from schemas.touchpoint import (
    Facts,
    MeasuredEmotion,
    ProfileData,
    Scope,
    Survey,
    SurveyKind,
    TouchpointData,
    WithdrawalData,
)

__all__ = [
    "Emotion",
    "Event",
    "Facts",
    "Feeling",
    "MeasuredEmotion",
    "Need",
    "ProfileData",
    "Scope",
    "Survey",
    "SurveyKind",
    "TouchpointData",
    "WithdrawalData",
]
