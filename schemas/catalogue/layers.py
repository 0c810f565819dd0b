"""One catalogue laid over another. Pure.

For every field the company's file goes before the catalogue, and in each of them the sector before what holds
everywhere; a type's own rule of a fact goes before the rule of that fact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.catalogue.shapes import CatalogueFile, FactRule, TouchpointType

Given = dict[str, Any]
"""Fields that were given, by name."""


class LayerError(ValueError):
    """A type or a rule is wrong when all layers are put together.

    `paths` are where it may have been told, the most likely first; `error` is what pydantic says of it.
    """

    def __init__(self, paths: Sequence[tuple[str | int, ...]], error: ErrorDetails) -> None:
        super().__init__(error["msg"])
        self.paths, self.error = paths, error


class Layer(NamedTuple):
    """What one catalogue gives: fields of types, rules of facts, and both again by sector."""

    types: Mapping[str, Given]
    facts: Mapping[str, Given]
    sector_types: Mapping[str, Mapping[str, Given]]
    sector_facts: Mapping[str, Mapping[str, Given]]


def layer_of(file: CatalogueFile, home_of: Mapping[str, str]) -> Layer:
    """Return what a file gives, and nothing that it leaves to defaults.

    What it says of a type in the sector that the type is at home in holds everywhere.
    """
    given = file.model_dump(exclude_unset=True)
    sectors: Mapping[str, Given] = given.get("sectors", {})
    types: dict[str, Given] = dict(given.get("types", {}))
    sector_types: dict[str, dict[str, Given]] = {}
    for sector, said in sectors.items():
        sector_types[sector] = {}
        for name, fields in said.get("types", {}).items():
            if home_of[name] == sector:
                types[name] = {**types.get(name, {}), **fields}
            else:
                sector_types[sector][name] = fields
    sector_facts = {sector: said.get("facts", {}) for sector, said in sectors.items()}
    return Layer(types, given.get("facts", {}), sector_types, sector_facts)


@dataclass(frozen=True)
class Layers:
    """Catalogues in the order of their weight, the weightiest last."""

    layers: tuple[Layer, ...]
    _read: dict[int, tuple[Given, FactRule | Given]] = field(default_factory=dict, compare=False, repr=False)
    """Rules that were read, by where what was said of them stands: most hold for all types in all sectors."""

    def touchpoint_type(self, name: str, sector: str = "") -> TouchpointType:
        """Return a type as it is in a sector, or everywhere; LayerError tells what is wrong with it."""
        fields: Given = {}
        rules: dict[str, Given] = {}
        for layer in self.layers:
            everywhere = layer.types.get(name, {})
            local = layer.sector_types.get(sector, {}).get(name, {})
            fields |= {**everywhere, **local}
            for given in (
                layer.facts,
                layer.sector_facts.get(sector, {}),
                everywhere.get("facts", {}),
                local.get("facts", {}),
            ):
                _lay(given, rules)
        try:
            facts = {fact: self._rule(rule) for fact, rule in rules.items()}
            return TouchpointType.model_validate({**fields, "facts": facts})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise LayerError(list(_places(name, sector, first["loc"])), first) from error

    def _rule(self, said: Given) -> FactRule | Given:
        """Return a rule; as it was said if it is wrong, to be told with its type."""
        if id(said) not in self._read:
            try:
                self._read[id(said)] = said, FactRule.model_validate(said)
            except ValidationError:
                self._read[id(said)] = said, said
        return self._read[id(said)][1]

    def rules(self) -> dict[str, FactRule]:
        """Return the rules of facts that hold where nothing else does; LayerError tells what is wrong."""
        rules: dict[str, Given] = {}
        for layer in self.layers:
            _lay(layer.facts, rules)
        try:
            return {fact: FactRule.model_validate(rule) for fact, rule in rules.items()}
        except ValidationError as error:
            fact = next(fact for fact, rule in rules.items() if not {"points", "when"} & rule.keys())
            raise LayerError([("facts", fact)], error.errors()[0]) from error


def _lay(given: Mapping[str, Given], rules: dict[str, Given]) -> None:
    """Lay rules over others, field by field; points replace when, and the other way round."""
    for fact, rule in given.items():
        under = rules.get(fact, {})
        if rule.keys() & {"points", "when"}:
            under = {name: value for name, value in under.items() if name not in ("points", "when")}
        rules[fact] = {**under, **rule} if under else rule


def _places(name: str, sector: str, loc: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield where a field of a type may have been told."""
    yield ("sectors", sector, "types", name, *loc)
    yield ("types", name, *loc)
    if loc[:1] == ("facts",):
        yield ("sectors", sector, *loc)
        yield loc
