"""The contract for publishers: what the data of an event may say.

These pydantic models are the contract: the JSON Schemas and the AsyncAPI document are made from them, and
`schemas.decoding` derives the decoder of the hot path from them. Rules that join several fields are
methods named `check`, which both run.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.emotions import Feeling, Need
from schemas.instants import instant_of


class Contract(BaseModel):
    """Base of every model of the contract: strict, frozen, no unknown fields, no NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


MAX_TEXT = 20_000
"""Longest text, in characters."""
MAX_MOMENTS = 999
"""Most moments that one event tells: their numbers have three digits."""

Slug = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Identifier = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f|]+$")]
Language = Annotated[str, Field(min_length=2, max_length=35, pattern=r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$")]
Signed = Annotated[float, Field(ge=-1, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[float, Field(ge=0, le=1e9)]
Free = str | float | bool | None


class Scope(StrEnum):
    """Who gives out the ids of episodes and cases: the source alone, or the company as a whole."""

    SOURCE = "source"
    COMPANY = "company"


class SurveyKind(StrEnum):
    """Scales that customers answer on."""

    CSAT = "csat"
    CES = "ces"
    NPS = "nps"
    STARS = "stars"


USUAL_SCALE: Mapping[SurveyKind, tuple[float, float]] = {
    SurveyKind.CSAT: (1, 5),
    SurveyKind.CES: (1, 7),
    SurveyKind.NPS: (0, 10),
    SurveyKind.STARS: (1, 5),
}
"""Worst and best end of each scale unless the event says otherwise."""


class _SurveyFields(Protocol):
    @property
    def kind(self) -> SurveyKind: ...
    @property
    def worst(self) -> float | None: ...
    @property
    def best(self) -> float | None: ...


def scale_of(survey: _SurveyFields) -> tuple[float, float]:
    """Return the worst and the best end of a survey's scale; the best may be the smaller number."""
    worst, best = USUAL_SCALE[survey.kind]
    return (worst if survey.worst is None else survey.worst, best if survey.best is None else survey.best)


class Survey(Contract):
    """A survey's answer. CSAT, CES and stars may name the ends of their scale; NPS is 0 to 10."""

    kind: SurveyKind
    score: Annotated[float, Field(ge=-1000, le=1000)]
    worst: Annotated[float, Field(ge=-1000, le=1000)] | None = Field(
        None, description="Score of the worst answer"
    )
    best: Annotated[float, Field(ge=-1000, le=1000)] | None = Field(
        None, description="Score of the best answer"
    )

    @model_validator(mode="after")
    def _checked(self) -> "Survey":
        Survey.check(self)
        return self

    def check(self) -> None:
        """Raise ValueError if the scale is empty or the score lies outside it."""
        worst, best = scale_of(self)
        if worst == best:
            raise ValueError("worst and best must differ")
        if not min(worst, best) <= self.score <= max(worst, best):
            raise ValueError("score must lie between worst and best")
        if self.kind == SurveyKind.NPS and (worst, best) != USUAL_SCALE[SurveyKind.NPS]:
            raise ValueError("the scale of nps is 0 to 10")


class MeasuredEmotion(Contract):
    """Emotion that was measured upstream, for example by voice analytics."""

    valence: Signed
    arousal: Share | None = None
    emotions: dict[Feeling, Share] = Field(default_factory=dict, description="Strength of each emotion")
    confidence: Share | None = Field(None, description="How sure the measurement is; .8 if absent")


class Moment(MeasuredEmotion):
    """One of several measurements in a contact, for example every few seconds of a call."""

    seconds: Annotated[float, Field(ge=0, le=86_400)] = Field(description="Seconds after the event's time")


class Facts(Contract):
    """Plain operational facts. What each makes a customer feel is a rule of the catalogue."""

    minutes_waited: Count | None = Field(None, description="Minutes of waiting for the contact")
    minutes_on_hold: Count | None = Field(None, description="Minutes on hold during the contact")
    minutes_late: Count | None = Field(None, description="Minutes after the promised time")
    days_late: Count | None = Field(None, description="Days after the promised day")
    days_early: Count | None = Field(None, description="Days before the promised day")
    days_to_resolve: Count | None = Field(None, description="Days from the report to the solution")
    attempts: Count | None = Field(None, description="Attempts until now, this one included")
    transfers: Count | None = Field(None, description="Times handed over to somebody else")
    contacts_on_case: Count | None = Field(
        None, description="Contacts about the same matter, this one included"
    )
    outage_minutes: Count | None = Field(None, description="Minutes without service")
    overcharge: Count | None = Field(None, description="Wrongly billed, as share of the bill")
    price_rise: Count | None = Field(None, description="Price rise, as share of the price")
    discount: Share | None = Field(None, description="Discount or gift, as share of the price")
    severity: Share | None = Field(None, description="How severe the matter is, 0 to 1")
    years_as_customer: Count | None = Field(None, description="Years as a customer")
    missed: bool | None = Field(None, description="Promised and not done at all")
    answered: bool | None = Field(None, description="Was the call or message answered?")
    resolved: bool | None = Field(None, description="Was the matter solved?")
    first_contact: bool | None = Field(None, description="Was it solved at the first contact?")
    handed_to_human: bool | None = Field(None, description="Did a bot hand over to a human?")
    recognised: bool | None = Field(None, description="Was the customer recognised by name and history?")
    notified: bool | None = Field(None, description="Was the customer told beforehand?")
    damaged: bool | None = Field(None, description="Did it arrive or end up damaged?")
    corrected: bool | None = Field(None, description="Was the mistake put right?")


class Commitment(Contract):
    """Something promised for a time. Whether it is kept is told by touchpoints that keep it by its id."""

    id: Identifier
    scope: Scope = Scope.SOURCE
    due: Annotated[
        str, Field(max_length=64, json_schema_extra={"anyOf": [{"format": "date-time"}, {"format": "date"}]})
    ] = Field(description="Until when; a date is noon in the time zone of the company")
    importance: Annotated[float, Field(ge=1, le=3)] | None = Field(
        None, description="Of missing it: 1 routine to 3 moment of truth"
    )

    @model_validator(mode="after")
    def _checked(self) -> "Commitment":
        Commitment.check(self)
        return self

    def check(self) -> None:
        """Raise ValueError if `due` is no time."""
        try:
            instant_of(self.due)
        except ValueError as error:
            raise ValueError(f"due {error}") from error


class TouchpointData(Contract):
    """What happened at a touchpoint. Everything is optional; the catalogue fills what is absent."""

    department: Slug | None = None
    channel: Slug | None = None
    stage: Slug | None = None
    product: Name | None = None
    sector: Slug | None = None
    episode: Identifier | None = Field(None, description="The contact: one call, visit, chat, delivery")
    episode_scope: Scope = Scope.SOURCE
    case: Identifier | None = Field(None, description="The thread of a failure and its recovery")
    case_scope: Scope = Scope.SOURCE
    promise: Signed | None = Field(None, description="What was promised, or is usual, there")
    importance: Annotated[float, Field(ge=1, le=3)] | None = Field(
        None, description="1 routine to 3 moment of truth"
    )
    survey: Survey | None = None
    text: Annotated[str, Field(max_length=MAX_TEXT)] | None = Field(
        None, description="The customer's own words"
    )
    language: Language | None = Field(None, description="Language of the text, BCP 47")
    emotion: MeasuredEmotion | None = None
    moments: Annotated[list[Moment], Field(max_length=MAX_MOMENTS)] = Field(
        default_factory=list,
        description="Emotion measured several times in the contact; each is felt on its own, so that its "
        "peak and its end count",
    )
    facts: Facts | None = None
    commitment: Commitment | None = Field(None, description="The commitment that is made here")
    keeps: Identifier | None = Field(None, description="The commitment that is kept here")
    keeps_scope: Scope = Scope.SOURCE
    recovery: bool | None = Field(None, description="Is it an act of recovery?")
    needs_met: list[Need] = Field(default_factory=list, description="Needs met by the act of recovery")
    attributes: dict[str, Free] = Field(default_factory=dict, description="Free fields")

    @model_validator(mode="after")
    def _checked(self) -> "TouchpointData":
        TouchpointData.check(self)
        return self

    def check(self) -> None:
        """Raise ValueError if needs are met without an act of recovery, or what is made here is kept here."""
        if self.needs_met and not self.recovery:
            raise ValueError("needs_met goes with recovery: true")
        if self.commitment is not None and self.keeps is not None:
            made, kept = (self.commitment.id, self.commitment.scope), (self.keeps, self.keeps_scope)
            if made == kept:
                raise ValueError("keeps must name another commitment than the one made here")


class WithdrawalData(Contract):
    """Takes back a touchpoint of the same source and customer, as if it had never been published."""

    id: Identifier = Field(description="The id of the event that is withdrawn")
    reason: Name | None = None


class ProfileData(Contract):
    """Facts about a customer, valid from the event's time on."""

    segment: Slug | None = None
    language: Language | None = None
    name: Name | None = Field(None, description="What the customer is called; kept sealed")
    email: Name | None = Field(None, description="Where to write to; kept sealed")
    phone: Name | None = Field(None, description="Where to call; kept sealed")


CONTACT = ("name", "email", "phone")
"""Fields of a profile that say who the customer is."""


class NameKind(StrEnum):
    """What sort of name a customer goes by."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    EMAIL = "email"
    PHONE = "phone"
    LOYALTY = "loyalty"
    OTHER = "other"


class IdentityData(Contract):
    """Says that the customer goes by another name too, or that this was wrong: of a pair the last holds.

    Both histories become one, or are two again. Names are kept as keyed hashes only.
    """

    name: Identifier = Field(description="The other name, spelled as it is as the subject of its own events")
    kind: NameKind = NameKind.OTHER
