"""The rules in force: ours, and a company's own file over them."""

from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from schemas.touchpoint import Name, Slug
from schemas.yaml_file import YamlFile, read_file, read_yaml
from streams.alerts.kinds import KINDS, Rule


class Routing(BaseModel):
    """When a customer is to meet a person rather than a bot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    moments_of_truth: bool = Field(description="At a moment of truth that did not feel good?")
    hours: Annotated[float, Field(gt=0, le=8760)] = Field(description="So long a hint counts")


class Rules(BaseModel):
    """All rules of one version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Name
    routing: Routing
    rules: dict[Slug, Rule]


def load_rules(company_file: Path | None = None) -> Rules:
    """Return the rules; FileError says what is wrong in the company's file, in which line."""
    text = resources.files("streams.alerts").joinpath("rules.yaml").read_text(encoding="utf-8")
    ours = read_yaml(text, "rules.yaml")
    if company_file is None:
        return ours.read_as(Rules, hidden=KINDS)
    own = read_file(company_file)
    return YamlFile(own.name, _overlaid(ours.content, own.content), own.tree).read_as(Rules, hidden=KINDS)


def _overlaid(base: Any, over: Any) -> Any:
    """Return what the company says, and ours where it says nothing."""
    if over is None:
        return base
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {key: _overlaid(base.get(key), value) for key, value in over.items()}
    return over
