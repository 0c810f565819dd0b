"""What can happen in the simulated world: sectors, stories and their steps, as data.

A story is a list of steps in order. Failures and choices are drawn once a story; steps depend on them
(`if`). The files under `sectors/` hold the stories; this module gives them their shape and checks them
against the catalogue. It draws nothing.
"""

import re
from functools import cached_property
from importlib import resources
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.catalogue import Catalogue
from schemas.emotions import Feeling, Need
from schemas.touchpoint import Facts, SurveyKind

MILLISECONDS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(\d+)([smhd])\Z")
COMMON = "common"


class ScriptError(ValueError):
    """A story is wrong; the message names the sector, the story, the step and the reason."""


class Range(BaseModel):
    """Numbers from low to high, both included; whole ones if both ends are whole."""

    model_config = ConfigDict(frozen=True)
    low: float
    high: float
    whole: bool

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def _range(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        low, _, high = value.partition("..")
        return Range(low=float(low), high=float(high or low), whole="." not in low + high)
    return value


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    ends = [_DURATION.match(part) for part in value.split("..")]
    millis = [int(end[1]) * MILLISECONDS[end[2]] for end in ends if end]
    if len(millis) != len(ends) or len(millis) > 2 or millis[0] > millis[-1]:
        raise ValueError("a duration is like 30m or 2h..3d")
    return millis[0], millis[-1]


def _words(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else value


Numbers = Annotated[Range, BeforeValidator(_range)]
Duration = Annotated[tuple[int, int], BeforeValidator(_duration)]
Condition = Annotated[tuple[str, ...], BeforeValidator(_words)]
Probability = Annotated[float, Field(ge=0, le=1)]


class Shape(BaseModel):
    """Base of the script's models."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Chance(Shape):
    """A choice drawn once a story; a mood above 0 makes it likelier if `mood` is positive."""

    chance: Probability
    when: Condition = Field((), alias="if")
    mood: float = Field(0.0, description="Change of the log odds for each unit of mood")


class Voice(Shape):
    """Emotion measured at a step, and the feelings that are named with it."""

    valence: Numbers
    arousal: Numbers
    emotions: dict[Feeling, Probability] = Field(default_factory=dict)


class Words(Shape):
    """The customer's words at a step: drawn from the phrases of a theme and a tone."""

    theme: str
    tone: str
    chance: Probability = 1.0


class Promise(Shape):
    """A commitment made at a step; another step of the story may keep it by its name."""

    name: str
    within: Duration
    """From the step on; both ends are the same."""


class Step(Shape):
    """One touchpoint of a story. `after` counts from the step before that happened."""

    type: str
    source: str
    channel: str
    after: Duration = (0, 0)
    chance: Probability = 1.0
    when: Condition = Field((), alias="if")
    open_hours: bool = False
    episode: str | None = None
    case: bool = False
    department: str | None = None
    product: bool = False
    importance: float | None = None
    facts: dict[str, Numbers | bool] = Field(default_factory=dict)
    emotion: Voice | None = None
    survey: SurveyKind | None = None
    words: Words | None = None
    promises: Promise | None = None
    keeps: str | None = None
    recovery: bool = False
    needs_met: list[Need] = Field(default_factory=list)


class Story(Shape):
    """What happens to one customer from a first cause on."""

    weight: Annotated[float, Field(ge=0)] = 1.0
    first: bool = Field(False, description="Can be the first story of a new customer")
    failures: dict[str, Probability] = Field(default_factory=dict)
    choices: dict[str, Chance] = Field(default_factory=dict)
    steps: Annotated[list[Step], Field(min_length=1)]

    @model_validator(mode="after")
    def _flags_exist(self) -> "Story":
        known = {*self.failures, *self.choices}
        conditions = [choice.when for choice in self.choices.values()] + [step.when for step in self.steps]
        for condition in conditions:
            for word in condition:
                for flag in word.split("|"):
                    if flag.removeprefix("!") not in known:
                        raise ValueError(f"no failure or choice is called {flag}")
        promised = {step.promises.name for step in self.steps if step.promises}
        for step in self.steps:
            if step.keeps is not None and step.keeps not in promised:
                raise ValueError(f"nothing promises {step.keeps}")
        return self


class IncidentKind(Shape):
    """A burst that hits many: it raises the chance of a failure, or starts a story for a share of people."""

    every_days: float
    days: float
    segment: str | None = None
    story: str
    failure: str | None = Field(None, description="The failure of the story that becomes likely")
    chance: Probability = Field(1.0, description="Of that failure while it lasts")
    hits: Probability = Field(0.0, description="Share of the customers for whom the story starts")


class SectorScript(Shape):
    """A sector: how many customers it has, its seasons, products, stories and incidents."""

    share: float = 0.0
    months: Annotated[list[float], Field(min_length=12, max_length=12)] = [1.0] * 12
    weekdays: Annotated[list[float], Field(min_length=7, max_length=7)] = [1.0] * 7
    products: list[str] = Field(default_factory=list)
    weights: dict[str, float] = Field(default_factory=dict, description="Weights of the common stories here")
    stories: dict[str, Story]
    incidents: dict[str, IncidentKind] = Field(default_factory=dict)

    @cached_property
    def first_stories(self) -> list[str]:
        return [name for name, story in self.stories.items() if story.first]


def sector_names() -> list[str]:
    """Return the names of the sectors that have a file."""
    files = resources.files("infra.simulation").joinpath("sectors").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name != f"{COMMON}.yaml")


def load_sector(name: str, catalogue: Catalogue) -> SectorScript:
    """Return a sector with the common stories; ScriptError if it does not fit the catalogue."""
    own = _content(name)
    weights = own.get("weights", {})
    common = {
        key: {**story, "weight": weights.get(key, story.get("weight", 1.0))}
        for key, story in _content(COMMON)["stories"].items()
        if weights.get(key) != 0
    }
    script = SectorScript.model_validate({**own, "stories": {**common, **own["stories"]}})
    for story_name, story in script.stories.items():
        for number, step in enumerate(story.steps):
            _check(step, catalogue, f"{name}.{story_name}.steps.{number}")
    for incident_name, incident in script.incidents.items():
        story_hit = script.stories.get(incident.story)
        if story_hit is None or (incident.failure and incident.failure not in story_hit.failures):
            raise ScriptError(f"{name}.incidents.{incident_name}: no such story or failure")
    return script


def _check(step: Step, catalogue: Catalogue, where: str) -> None:
    if step.type not in catalogue.published:
        raise ScriptError(f"{where}: {step.type} is no type of the catalogue")
    unknown = set(step.facts) - set(Facts.model_fields)
    if unknown:
        raise ScriptError(f"{where}: {sorted(unknown)[0]} is no fact of the contract")


def _content(name: str) -> dict[str, Any]:
    file = resources.files("infra.simulation").joinpath("sectors", f"{name}.yaml")
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content
