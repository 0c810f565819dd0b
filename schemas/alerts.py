"""What the workers tell owners and routers: an alert was raised, a person is wanted rather than a bot."""

from typing import Annotated

from pydantic import Field

from schemas.emotions import Need
from schemas.touchpoint import Contract, Name, Slug

Index = Annotated[float, Field(ge=-100, le=100)]


class Words(Contract):
    """Hints for the person who acts, in the customer's language. No machine sends them."""

    act: str = Field(description="What to do next")
    opening: str = Field(description="Words to open with")
    closing: str = Field(description="Words to close with")


class AlertRaisedData(Contract):
    """An alert on a bond. Published at least once; equal ids are the same alert."""

    person_id: Name = Field(description="Pseudonym of the customer, as in ClickHouse")
    rule: Slug = Field(description="The rule that raised it")
    kind: Slug = Field(description="The kind of the rule")
    good: bool = Field(description="Is it good news?")
    title: Name = Field(description="What people call the rule")
    owner: str = Field(description="Department that is to act; empty if unknown")
    touchpoints: list[Name] = Field(description="Touchpoints that are the cause, the last one brought it")
    case: str = Field(description="The case of the cause; empty if none")
    index_from: Index = Field(description="The movement of the bond: from")
    index_to: Index = Field(description="The movement of the bond: to")
    needs_unmet: list[Need] = Field(description="Needs to meet, in the order of a conversation")
    act_by: Name = Field(description="How soon: when the chance to heal has halved, or the premium ends")
    worth: float | None = Field(None, description="Points of the index that acting now would bring")
    language: str = Field(description="Language of the customer; empty if unknown")
    words: Words
    rules_version: Name = Field(description="Version of the rules")
    model_version: Name = Field(description="Version of the bond model")


class RoutingHintedData(Contract):
    """A customer is to meet a person with empathy rather than a bot. Equal ids are the same hint."""

    person_id: Name = Field(description="Pseudonym of the customer, as in ClickHouse")
    reason: Slug = Field(description="moment_of_truth, or the rule of an alert")
    touchpoint: Name = Field(description="The touchpoint that asks for it")
    until: Name = Field(description="So long the hint counts")
    bond_index: Index = Field(description="The bond, -100 to 100")
    department: str = Field(description="Department that owns the touchpoint; empty if unknown")
    needs_unmet: list[Need] = Field(description="Needs to meet, in the order of a conversation")
    language: str = Field(description="Language of the customer; empty if unknown")
    words: Words
