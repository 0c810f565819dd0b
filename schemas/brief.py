"""The agent brief: who is in front of me, for agent desktops. The shape of the answer of the HTTP endpoint.

Times are UTC. Points are points of the bond index, which runs from -100 to 100.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.emotions import Need

Trend = Literal["rising", "steady", "falling"]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BondNow(_Shape):
    """How strong the bond is, and where it goes."""

    index: float = Field(ge=-100, le=100, description="The bond index")
    level: str = Field(description="loyal, warm, lukewarm, at_risk, or unknown while evidence is low")
    evidence: float = Field(ge=0, le=1, description="How much the index rests on")
    change: float = Field(description="Points that it moved in the last 28 days")
    trend: Trend = Field(description="What the change means; steady under 2 points")


class Experience(_Shape):
    """A touchpoint as it was felt."""

    touchpoint_id: str = Field(description="source|id of the event")
    type: str = Field(description="Touchpoint type, as in the catalogue")
    title: str = Field(description="What people call it")
    occurred_at: datetime
    department: str = Field(description="Department that owns it")
    impact: float = Field(description="Points that it moved the bond, at its own time")
    moment_of_truth: bool = Field(description="Declared a moment of truth")
    words: str | None = Field(
        description="What was said, personal data masked; null if nothing, or if the role may not read it"
    )


class OpenPromise(_Shape):
    """Something promised for a time that nothing has kept yet."""

    commitment_id: str
    made_at: datetime
    due_at: datetime
    missed: bool = Field(description="Is it past due?")
    department: str = Field(description="Department that made it")
    case_id: str = Field(description="The case it belongs to; empty if none")


class NextStep(_Shape):
    """What a case with an open failure asks for."""

    case_id: str
    department: str = Field(description="Who answers for it; empty if unknown")
    failed_at: datetime = Field(description="When it last failed")
    unmet: list[Need] = Field(description="Needs that nobody met yet, in the order of a conversation")
    asked: list[Need] = Field(description="Those of them that the customer asked for")
    act: str = Field(description="What to do next, in the language asked for")
    opening: str = Field(description="Words to begin with, a hint, in the customer's language")
    closing: str = Field(description="Words to end with, a hint, in the customer's language")
    act_by: datetime = Field(description="How soon")
    premium_until: datetime | None = Field(
        description="Until when the bond can come out stronger than before the failure; null if it cannot"
    )
    worth: float | None = Field(description="Points that it would give back now; null if not known")


class Caution(_Shape):
    """Something not to do."""

    key: str = Field(description="Which: again, bot, sell or promise")
    text: str = Field(description="In the language asked for")


class Brief(_Shape):
    """Who is in front of me."""

    person_id: str = Field(description="Pseudonym of the customer")
    segment: str = Field(description="Segment now; empty if unknown")
    language: str = Field(description="Language preferred; empty if unknown")
    as_of: datetime = Field(description="Time of the newest touchpoint journaled: all figures are as of then")
    model_version: str = Field(description="Version of the bond model")
    bond: BondNow
    last: list[Experience] = Field(description="The last experiences, the newest first")
    best: Experience | None = Field(description="What moved the bond up most")
    worst: Experience | None = Field(description="What moved it down most")
    promises: list[OpenPromise] = Field(description="Open promises, the first due first")
    steps: list[NextStep] = Field(description="What to do, the one that is worth most first")
    avoid: list[Caution] = Field(description="What not to do")


class Problem(_Shape):
    """Why there is no answer."""

    error: str
