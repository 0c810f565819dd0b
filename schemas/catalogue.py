"""The catalogue: what kind of touchpoint each type is, and what plain facts make people feel.

The catalogue is data (`catalogue.yaml`, and a company's own file over it); this module gives it its shape.
For every value the event goes before the company's file, and that before the catalogue.
"""

import itertools
from collections.abc import Mapping
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from schemas.emotions import Emotion
from schemas.names import MISSED
from schemas.touchpoint import Facts, Share, Signed, Slug

Kind = Literal["felt", "unfelt", "outcome"]
Outcome = Literal["bought", "renewed", "referred", "complained", "left"]
Point = tuple[float, Signed]
Profile = dict[Emotion, Annotated[float, Field(ge=0)]]


class CatalogueError(ValueError):
    """A catalogue file is wrong; the message names the file, the field and the reason."""


class Shape(BaseModel):
    """Base of the catalogue's models."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FactRule(Shape):
    """What a fact makes a customer feel: a line through points, or one valence a truth value."""

    points: Annotated[list[Point], Field(min_length=1)] | None = None
    when: dict[bool, Signed] | None = None
    arousal: Share | None = None
    confidence: Share = 0.6
    profile: Profile | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "FactRule":
        if (self.points is None) == (self.when is None):
            raise ValueError("give either points or when")
        if self.points is not None and [x for x, _ in self.points] != sorted({x for x, _ in self.points}):
            raise ValueError("points must rise in the fact")
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
    confidence: Annotated[float, Field(gt=0, le=1)] = Field(
        0.6, description="How sure the type alone tells the feeling"
    )
    profile: Profile = Field(default_factory=lambda: dict.fromkeys(Emotion, 1.0))
    recovery: bool = False
    facts: dict[str, FactRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _outcome_is_named(self) -> "TouchpointType":
        if self.kind == "outcome" and self.outcome is None:
            raise ValueError("an outcome says which: " + ", ".join(get_args(Outcome)))
        return self

    @field_validator("profile")
    @classmethod
    def _some_weight(cls, profile: Profile) -> Profile:
        if sum(profile.values()) <= 0:
            raise ValueError("must have a weight above 0")
        return profile

    @field_validator("facts")
    @classmethod
    def _known_facts(cls, facts: dict[str, FactRule]) -> dict[str, FactRule]:
        return known_facts(facts)

    @cached_property
    def normalised_profile(self) -> tuple[float, ...]:
        """The five weights in the order of `Emotion`; they sum to 1."""
        return normalised(self.profile)


def normalised(profile: Mapping[Emotion, float]) -> tuple[float, ...]:
    """Return the five weights in the order of `Emotion`, divided by their sum, which must be above 0."""
    total = sum(profile.values())
    return tuple(profile.get(emotion, 0.0) / total for emotion in Emotion)


def known_facts(facts: dict[str, FactRule]) -> dict[str, FactRule]:
    """Return the rules; ValueError names the first fact that the contract does not know."""
    unknown = next((name for name in facts if name not in Facts.model_fields), None)
    if unknown is not None:
        raise ValueError(f"{unknown} is no fact of the contract")
    return facts


class Sector(Shape):
    """What differs in one sector: partial types, rules of facts."""

    types: dict[str, dict[str, Any]] = Field(default_factory=dict)
    facts: dict[str, FactRule] = Field(default_factory=dict)


class Catalogue(Shape):
    """All touchpoint types and rules of one version."""

    version: str
    stages: list[Slug]
    types: dict[Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")], TouchpointType]
    facts: dict[str, FactRule] = Field(default_factory=dict)
    sectors: dict[Slug, Sector] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _joined_up(self) -> "Catalogue":
        known_facts(self.facts)
        if MISSED not in self.types:
            raise ValueError(f"types.{MISSED} is needed for commitments")
        for name, entry in self.types.items():
            if entry.stage not in self.stages:
                raise ValueError(f"types.{name}.stage: {entry.stage} is not among the stages")
        for sector_name, sector in self.sectors.items():
            known_facts(sector.facts)
            for name in sector.types:
                if name not in self.types:
                    raise ValueError(f"sectors.{sector_name}.types.{name} is no type of the catalogue")
                self.type_in(name, sector_name)
        return self

    @property
    def published(self) -> list[str]:
        """The types that publishers may send: all but the one that is computed."""
        return [name for name in self.types if name != MISSED]

    def type_in(self, name: str, sector: str) -> TouchpointType:
        """Return a type as it is in a sector; KeyError if there is no such type."""
        entry = self.types[name]
        local = self.sectors.get(sector)
        rules = {**self.facts, **(local.facts if local else {}), **entry.facts}
        changes = local.types.get(name, {}) if local else {}
        return TouchpointType.model_validate({**entry.model_dump(), "facts": rules, **changes})


def load_catalogue(company_file: Path | None = None) -> Catalogue:
    """Return the catalogue, with a company's own file over it; CatalogueError says what is wrong where."""
    text = resources.files("schemas").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    if company_file is not None:
        try:
            own = yaml.safe_load(company_file.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise CatalogueError(f"{company_file.name}: {error}") from error
        content = _overlaid(content, own or {})
    try:
        return Catalogue.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CatalogueError(
            f"{company_file.name if company_file else 'catalogue'}: {where}: {first['msg']}"
        ) from error


def _overlaid(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {
            key: _overlaid(base.get(key), over[key]) if key in over else base[key] for key in {**base, **over}
        }
    return over
