"""For every value: the event before the company's file, that before the catalogue; a sector before others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue import FactRule, Kind, Outcome, TouchpointType, read_catalogue
from schemas.decoding import struct_of
from schemas.emotions import Emotion
from schemas.touchpoint import TouchpointData
from schemas.yaml_file import YamlFile, read_yaml
from streams.feeling.reading import Feeler

PLACES = ("catalogue", "catalogue's sector", "company", "company's sector")
"""The weightiest last."""
SHARE = st.sampled_from([0.1, 0.2, 0.3, 0.4, 0.9])
SIGNED = st.sampled_from([-0.8, -0.2, 0.0, 0.3, 0.7])
SLUG = st.sampled_from(["a", "b", "c", "d"])
PROFILE = st.dictionaries(st.sampled_from([str(one) for one in Emotion]), SHARE, min_size=1)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(get_args(Kind)),
    "title": SLUG,
    "department": SLUG,
    "stage": SLUG,
    "outcome": st.sampled_from(get_args(Outcome)),
    "valence": SIGNED,
    "arousal": SHARE,
    "importance": st.sampled_from([1.0, 1.5, 2.0, 3.0]),
    "promise": SIGNED,
    "promised": SLUG,
    "confidence": SHARE,
    "profile": PROFILE,
    "recovery": st.booleans(),
}
RULE_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "arousal": SHARE,
    "confidence": SHARE,
    "profile": PROFILE,
}
LEAST = {"kind": "felt", "title": "T", "department": "d", "stage": "a", "outcome": "left"}
RULE = {"points": [[0, 0]]}
EVENT_SAYS = {"department", "stage", "promise", "importance", "recovery"}


@dataclass(frozen=True)
class Said:
    """A field, and what each place says of it, where it says anything."""

    field: str
    by: Mapping[str, Any]

    @property
    def weightiest(self) -> Any:
        return next((self.by[place] for place in reversed(PLACES) if place in self.by), None)


def said(values: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Said]:
    def of(field: str) -> st.SearchStrategy[Said]:
        places = st.dictionaries(st.sampled_from(PLACES), values[field], min_size=1)
        return st.builds(Said, st.just(field), places)

    return st.sampled_from(sorted(values)).flatmap(of)


def as_read(field: str, value: Any) -> Any:
    return {Emotion(name): weight for name, weight in value.items()} if field == "profile" else value


def company_of(content: Any) -> YamlFile:
    return read_yaml(yaml.safe_dump(content), "company.yaml")


def catalogue_of(one: Said, nest: Any) -> Any:
    """Read a catalogue of one type in which each place says its value; `nest` puts it among the fields."""
    text = dict.fromkeys(PLACES, "")
    kinds = {place: {"tea.served": nest({one.field: value})} for place, value in one.by.items()}
    base = {"tea.served": {**LEAST, **kinds.get("catalogue", {}).get("tea.served", {})}}
    text["catalogue"] = yaml.safe_dump({"version": "1", "stages": ["a", "b", "c", "d"], "types": base})
    sector = {"title": "Shop", "types": kinds.get("catalogue's sector", {})}
    company = {
        "types": kinds.get("company", {}),
        "sectors": {"shop": {"types": kinds.get("company's sector", {})}},
    }
    return read_catalogue(text["catalogue"], {"shop": yaml.safe_dump(sector)}, company_of(company))


@settings(max_examples=150)
@given(said(VALUES))
def test_of_a_field_of_a_type_the_weightiest_place_counts(one: Said) -> None:
    entry = catalogue_of(one, dict).type_in("tea.served", "shop")
    assert getattr(entry, one.field) == as_read(one.field, one.weightiest)


@settings(max_examples=60)
@given(said(RULE_VALUES))
def test_of_a_field_of_a_rule_the_weightiest_place_counts_and_the_rest_of_the_rule_stays(one: Said) -> None:
    catalogue = catalogue_of(one, lambda fields: {"facts": {"missed": {"when": {True: 0.5}, **fields}}})
    rule = catalogue.type_in("tea.served", "shop").facts["missed"]
    assert getattr(rule, one.field) == as_read(one.field, one.weightiest)
    assert rule.valence_of(True) == 0.5


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(PLACES), SIGNED, min_size=1), st.booleans())
def test_the_weightiest_rule_of_a_fact_counts_before_a_type_s_own_in_a_lighter_file(
    by: Mapping[str, float], own: bool
) -> None:
    rules = {place: {"missed": {"when": {True: valence}}} for place, valence in by.items()}
    entry = {**LEAST, **({"facts": {"missed": {"points": [[0, 0.05]]}}} if own else {})}
    common = {"version": "1", "stages": ["a"], "types": {"tea.served": entry}}
    common["facts"] = rules.get("catalogue", {})
    company = {
        "facts": rules.get("company", {}),
        "sectors": {"shop": {"facts": rules.get("company's sector", {})}},
    }
    sector = yaml.safe_dump({"title": "Shop", "facts": rules.get("catalogue's sector", {})})
    catalogue = read_catalogue(yaml.safe_dump(common), {"shop": sector}, company_of(company))
    rule = catalogue.type_in("tea.served", "shop").facts["missed"]
    company_says = any(place in by for place in PLACES[2:])
    expected = 0.05 if own and not company_says else Said("valence", by).weightiest
    assert rule.valence_of(True) == expected


@pytest.mark.parametrize("field", sorted(EVENT_SAYS))
@settings(max_examples=15)
@given(data=st.data())
def test_what_the_event_says_goes_before_everything(field: str, data: st.DataObject) -> None:
    by = data.draw(st.dictionaries(st.sampled_from(PLACES), VALUES[field], min_size=1))
    told = data.draw(st.one_of(st.none(), VALUES[field]))
    one = Said(field, by)
    struct = struct_of(TouchpointData)(sector="shop", **({} if told is None else {field: told}))
    felt = Feeler(catalogue_of(one, dict)).feel("tea.served", struct, None)
    read = felt.importance / felt.confidence if field == "importance" else getattr(felt, field)
    assert read == pytest.approx(one.weightiest if told is None else told)


def test_the_law_covers_every_field() -> None:
    assert set(VALUES) == set(TouchpointType.model_fields) - {"facts"}
    assert set(RULE_VALUES) == set(FactRule.model_fields) - {"points", "when"}
    common = set(TouchpointType.model_fields) & set(TouchpointData.model_fields)
    assert common - {"facts"} == EVENT_SAYS
