"""The contract: what publishers may import, and everybody else too.

The shapes of facts, nothing that does anything with them.
"""

from schemas.emotions import Emotion, Feeling, Need
from schemas.envelope import Event
from schemas.touchpoint import (
    Facts,
    IdentityData,
    MeasuredEmotion,
    NameKind,
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
    "IdentityData",
    "MeasuredEmotion",
    "NameKind",
    "Need",
    "ProfileData",
    "Scope",
    "Survey",
    "SurveyKind",
    "TouchpointData",
    "WithdrawalData",
]
