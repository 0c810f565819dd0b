"""The shapes of the catalogue: rules of facts, types of touchpoints, sectors, and the files that say them."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    create_model,
    field_validator,
    model_validator,
)

from schemas.emotions import Emotion
from schemas.names import MISSED
from schemas.touchpoint import Facts, Share, Signed, Slug
from schemas.yaml_file import perhaps

FACTS = frozenset(Facts.model_fields)


def _known_fact(name: str) -> str:
    if name not in FACTS:
        raise ValueError(f"is no fact of the contract{perhaps(name, sorted(FACTS))}")
    return name


def _some_weight(profile: dict[Emotion, float]) -> dict[Emotion, float]:
    if sum(profile.values()) <= 0:
        raise ValueError("must have a weight above 0")
    return profile


def _each_once(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("must name each once")
    return names


Kind = Literal["felt", "unfelt", "outcome"]
Outcome = Literal["bought", "renewed", "referred", "complained", "left"]
Point = tuple[float, Signed]
Profile = Annotated[dict[Emotion, Annotated[float, Field(ge=0)]], AfterValidator(_some_weight)]
FactName = Annotated[str, AfterValidator(_known_fact)]
TypeName = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]


class Shape(BaseModel):
    """Base of the catalogue's models."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class RuleFields(Shape):
    """What a file says of a rule: some of its fields."""

    points: Annotated[list[Point], Field(min_length=1)] | None = None
    when: dict[bool, Signed] | None = None
    arousal: Share | None = None
    confidence: Share | None = None
    profile: Profile | None = None

    @field_validator("points")
    @classmethod
    def _rising(cls, points: list[Point] | None) -> list[Point] | None:
        if points is not None and any(x0 >= x1 for (x0, _), (x1, _) in itertools.pairwise(points)):
            raise ValueError("points must rise in the fact")
        return points

    @model_validator(mode="after")
    def _not_both(self) -> "RuleFields":
        if self.points is not None and self.when is not None:
            raise ValueError("give either points or when")
        return self


class FactRule(RuleFields):
    """What a fact makes a customer feel: a line through points, or one valence a truth value."""

    confidence: Share = 0.6

    @model_validator(mode="after")
    def _one_of_both(self) -> "FactRule":
        if self.points is None and self.when is None:
            raise ValueError("give either points or when")
        return self

    def valence_of(self, fact: float | bool) -> float | None:
        """Return the valence, −1 to 1, of a fact; None if the rule says nothing about it."""
        if self.when is not None:
            return self.when.get(bool(fact))
        assert self.points is not None
        return _interpolated(self.points, float(fact))


def _interpolated(points: list[Point], x: float) -> float:
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]


class TouchpointType(Shape):
    """A type of touchpoint and what is usual there."""

    kind: Kind
    title: str
    department: Slug
    stage: Slug
    outcome: Outcome | None = Field(None, description="What it counts as; a complaint is felt and counts")
    valence: Signed | None = Field(None, description="What it makes people feel when nobody says a word")
    arousal: Share = 0.5
    importance: Annotated[float, Field(ge=1, le=3)] = 1
    promise: Signed = 0
    promised: str | None = Field(None, description="What is promised there, in words")
    confidence: Annotated[float, Field(gt=0, le=1)] = Field(
        0.6, description="How sure the type alone tells the feeling"
    )
    profile: Profile = Field(default_factory=lambda: dict.fromkeys(Emotion, 1.0))
    recovery: bool = False
    facts: dict[FactName, FactRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _outcome_is_named(self) -> "TouchpointType":
        if self.kind == "outcome" and self.outcome is None:
            raise ValueError("an outcome says which: " + ", ".join(get_args(Outcome)))
        return self

    @cached_property
    def normalised_profile(self) -> tuple[float, ...]:
        """The five weights in the order of `Emotion`; they sum to 1."""
        return normalised(self.profile)


REQUIRED = tuple(name for name, field in TouchpointType.model_fields.items() if field.is_required())
"""What a new type cannot do without."""


def normalised(profile: Mapping[Emotion, float]) -> tuple[float, ...]:
    """Return the five weights in the order of `Emotion`, divided by their sum, which must be above 0."""
    total = sum(profile.values())
    return tuple(profile.get(emotion, 0.0) / total for emotion in Emotion)


def _some_of(model: type[BaseModel], name: str, **changed: Any) -> type[BaseModel]:
    """Return the model of a part of another: the same fields, none required."""
    fields: dict[str, Any] = {
        field_name: (
            Annotated[field.annotation, *field.metadata, Field(description=field.description)],
            None,
        )
        for field_name, field in model.model_fields.items()
    }
    return create_model(name, __base__=Shape, **{**fields, **changed})


if TYPE_CHECKING:
    TypeFields = BaseModel
else:
    TypeFields = _some_of(TouchpointType, "TypeFields", facts=(dict[FactName, RuleFields], {}))


class SectorFile(Shape):
    """What is so in one sector: its own types, what differs in those of all, rules of facts."""

    title: str | None = None
    types: dict[TypeName, TypeFields] = Field(default_factory=dict)
    facts: dict[FactName, RuleFields] = Field(default_factory=dict)


class CatalogueFile(Shape):
    """A whole catalogue, or what a company has otherwise."""

    version: str | None = None
    stages: Annotated[list[Slug], Field(min_length=1), AfterValidator(_each_once)] | None = Field(
        None, description="The journey: its stages in their order"
    )
    types: dict[TypeName, TypeFields] = Field(default_factory=dict)
    facts: dict[FactName, RuleFields] = Field(default_factory=dict)
    sectors: dict[Slug, SectorFile] = Field(default_factory=dict)


@dataclass(frozen=True)
class Sector:
    """A sector, and every type as it is there."""

    title: str
    types: Mapping[str, TouchpointType]


@dataclass(frozen=True)
class Catalogue:
    """All touchpoint types and rules of one version, in the order of the journey."""

    version: str
    stages: tuple[str, ...]
    types: Mapping[str, TouchpointType]
    facts: Mapping[str, FactRule]
    """The rules where neither a sector nor a type has its own."""
    sectors: Mapping[str, Sector]

    @property
    def published(self) -> list[str]:
        """The types that publishers may send: all but the one that is computed."""
        return [name for name in self.types if name != MISSED]

    def type_in(self, name: str, sector: str) -> TouchpointType:
        """Return a type as it is in a sector; KeyError if there is no such type."""
        local = self.sectors.get(sector)
        return (local.types if local else self.types)[name]
