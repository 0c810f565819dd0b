"""Rows of the journey map that are shown as they are asked."""

from datetime import datetime
from typing import NamedTuple


class BeganRow(NamedTuple):
    """When something was felt first."""

    began_at: datetime


class PartRow(NamedTuple):
    """What a type did in one of the equal parts of the period."""

    type: str
    part: int
    moved: float


class WordsRow(NamedTuple):
    """Something that somebody said."""

    person_id: str
    type: str
    department: str
    occurred_at: datetime
    text: str
    language: str
    confidence: float
    valence: float
    impact: float


class AtRiskRow(NamedTuple):
    """Customers now."""

    customers: int
    at_risk: int


class LeaversRow(NamedTuple):
    """Of those who left, how many had met a type; without a type, all of them."""

    type: str
    people: int
