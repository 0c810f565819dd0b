"""The fast decoder and pydantic accept the same events and read the same out of them.

Valid documents are spoilt in one or two places, then both judge.
"""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from schemas.bonds import BondChangedData
from schemas.decoding import struct_of
from schemas.encoding import event_json
from schemas.envelope import Envelope, Event
from schemas.instants import instant_of
from schemas.names import LINKED, PROFILE, WITHDRAWN
from schemas.touchpoint import Facts, IdentityData, ProfileData, TouchpointData, WithdrawalData

WHOLE: dict[type[BaseModel], dict[str, Any]] = {
    Envelope: {
        "specversion": "1.0",
        "id": "7",
        "source": "/parcels",
        "type": "touchpoint.delivery.late.v1",
        "subject": "c-1",
        "time": "2026-03-01T09:30:00Z",
        "datacontenttype": "application/json; charset=utf-8",
        "dataschema": "https://vincle.example/touchpoint/1.0",
        "traceparent": "an extension",
    },
    TouchpointData: {
        "department": "logistics",
        "channel": "parcel",
        "stage": "receive",
        "product": "Bike",
        "sector": "ecommerce",
        "episode": "e 1",
        "episode_scope": "company",
        "case": "order 81",
        "case_scope": "source",
        "promise": 0.2,
        "importance": 2,
        "survey": {"kind": "ces", "score": 3, "worst": 7, "best": 1},
        "text": "Encara espero.",
        "language": "ca-ES",
        "emotion": {
            "valence": -0.5,
            "arousal": 0.7,
            "emotions": {"anger": 0.5, "relief": 0},
            "confidence": 1,
        },
        "moments": [
            {"seconds": 12.5, "valence": -0.5, "arousal": 0.7, "emotions": {"anger": 0.5}, "confidence": 1}
        ],
        "facts": {
            name: True if "bool" in str(field.annotation) else 1 for name, field in Facts.model_fields.items()
        },
        "commitment": {"id": "visit 81", "scope": "company", "due": "2026-03-04", "importance": 2},
        "keeps": "call 80",
        "keeps_scope": "company",
        "recovery": True,
        "needs_met": ["apology", "explanation"],
        "attributes": {"depot": "Reus", "weight": 1.5, "fragile": True, "note": None},
    },
    WithdrawalData: {"id": "7", "reason": "not this customer's"},
    ProfileData: {
        "segment": "club",
        "language": "ca",
        "name": "Maria Puig",
        "email": "maria@example.org",
        "phone": "+34 600 000 000",
    },
    IdentityData: {"name": "visitor-81", "kind": "anonymous"},
    BondChangedData: {
        "person_id": "3f1d",
        "bond_index": -12.5,
        "level": "at_risk",
        "evidence": 0.61,
        "touchpoints": 14,
        "model_version": "bond-1",
    },
}

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "\n",
            "a\n",
            "a|b",
            "a b",
            " a",
            "A",
            "ca",
            "ca-",
            "nps",
            "anger",
            "1.0",
            "\u2028",
            "x" * 300,
            "é",
            "0",
        ]
    ),
)
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -0.0, 1, -1, 1.0000000001, 3, 1e9, 1e9 + 1, 1e308, 5e-324, 2**63, 2**64]),
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.one_of(LEAVES, st.lists(LEAVES, max_size=2), st.dictionaries(TEXTS, LEAVES, max_size=2))


def places_of(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value in a document."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, child in children for place in places_of(child, (*path, key)))]


def spoil(document: Any, path: tuple[Any, ...], how: str, name: str, value: Any) -> Any:
    """Return a copy in which the value at a path is replaced or gone, or has got a neighbour."""
    copy = json.loads(json.dumps(document))
    parent = copy
    for part in path[:-1]:
        parent = parent[part]
    if how == "replace":
        parent[path[-1]] = value
    elif how == "remove":
        del parent[path[-1]]
    elif isinstance(parent, dict):
        parent[name] = value
    else:
        parent.append(value)
    return copy


@st.composite
def spoilt(draw: st.DrawFn, model: type[BaseModel]) -> Any:
    """Draw a whole document that is changed in up to two places."""
    document = WHOLE[model]
    for _ in range(draw(st.integers(0, 2))):
        how = draw(st.sampled_from(["replace", "remove", "add"]))
        path = draw(st.sampled_from(places_of(document)[1:]))
        document = spoil(document, path, how, draw(TEXTS), draw(VALUES))
    return document


def judged_by_pydantic(model: type[BaseModel], raw: bytes) -> dict[str, Any] | None:
    try:
        return model.model_validate_json(raw).model_dump(mode="json", exclude_defaults=True)
    except ValidationError:
        return None


def judged_by_msgspec(model: type[BaseModel], raw: bytes) -> dict[str, Any] | None:
    """Return what the fast decoder reads; the time of an envelope is judged by the intake, as here."""
    try:
        read: dict[str, Any] = msgspec.to_builtins(msgspec.json.decode(raw, type=struct_of(model)))
        if model is Envelope:
            instant_of(read["time"])
    except (msgspec.DecodeError, ValueError):  # text that is no UTF-8 is a ValueError
        return None
    return read


@pytest.mark.parametrize("model", WHOLE, ids=lambda model: model.__name__)
def test_a_whole_document_is_accepted_by_both(model: type[BaseModel]) -> None:
    raw = json.dumps(WHOLE[model]).encode()
    assert judged_by_pydantic(model, raw) == judged_by_msgspec(model, raw) is not None
    known = set(model.model_fields)
    assert known == known & set(WHOLE[model]), "the document of the test has every field"


@pytest.mark.parametrize("model", WHOLE, ids=lambda model: model.__name__)
@settings(max_examples=400)
@given(data=st.data())
def test_both_accept_the_same_and_read_the_same(model: type[BaseModel], data: st.DataObject) -> None:
    document = data.draw(spoilt(model))
    raw = json.dumps(document, ensure_ascii=data.draw(st.booleans())).encode("utf-8", "surrogatepass")
    assert judged_by_pydantic(model, raw) == judged_by_msgspec(model, raw)


@pytest.mark.parametrize(
    "number", ["1e400", "-1e400", "NaN", "Infinity", "01", "1.", "1e", "0x1", str(10**400)]
)
def test_numbers_that_are_none_are_refused_by_both(number: str) -> None:
    for raw in (f'{{"promise": {number}}}', f'{{"attributes": {{"a": {number}}}}}'):
        assert judged_by_pydantic(TouchpointData, raw.encode()) is None
        assert judged_by_msgspec(TouchpointData, raw.encode()) is None


@pytest.mark.parametrize(
    "raw",
    [
        b'{"text": "\\ud800"}',
        b'{"text": "\xff"}',
        b'{"text": "\xed\xa0\x80"}',
        b'{"text": "a\x00b"}',
        b"[]",
        b"",
        b"{",
    ],
)
def test_texts_that_are_none_are_refused_by_both(raw: bytes) -> None:
    assert judged_by_pydantic(TouchpointData, raw) is None
    assert judged_by_msgspec(TouchpointData, raw) is None


def test_the_check_of_the_scale_runs_in_both() -> None:
    for survey in (
        {"kind": "nps", "score": 11},
        {"kind": "csat", "score": 3, "worst": 3, "best": 3},
        {"kind": "nps", "score": 3, "worst": 1},
        {"kind": "stars", "score": 0},
    ):
        raw = json.dumps({"survey": survey}).encode()
        assert judged_by_pydantic(TouchpointData, raw) is judged_by_msgspec(TouchpointData, raw) is None


def test_a_fact_reads_as_the_same_float_in_both() -> None:
    raw = b'{"facts": {"days_late": 2, "overcharge": 0.1}}'
    pydantic, fast = judged_by_pydantic(TouchpointData, raw), judged_by_msgspec(TouchpointData, raw)
    assert pydantic == fast == {"facts": {"days_late": 2.0, "overcharge": 0.1}}


TYPES = {
    TouchpointData: "touchpoint.delivery.late.v1",
    WithdrawalData: WITHDRAWN,
    ProfileData: PROFILE,
    IdentityData: LINKED,
}


def told_as(tell: Callable[..., bytes], type_: str, given: dict[str, Any]) -> Any:
    try:
        return json.loads(tell(type_, **given))
    except (ValidationError, UnicodeEncodeError) as error:
        return type(error)


def event_by_pydantic(type_: str, **given: Any) -> bytes:
    return Event.of(type_, **given).to_json()


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
@settings(max_examples=300)
@given(data=st.data())
def test_events_of_plain_values_are_the_same_the_fast_way_and_by_pydantic(
    model: type[BaseModel], data: st.DataObject
) -> None:
    about = {"id": "7", "source": "/parcels", "customer": "c-1", "time": "2026-03-01T09:30:00Z"}
    given: dict[str, Any] = {**about, "data": {**data.draw(spoilt(model))}}
    if data.draw(st.booleans()):
        given["data"].pop("attributes", None)
    if data.draw(st.booleans()):
        given[data.draw(st.sampled_from(sorted(about)))] = data.draw(LEAVES)
    fast = told_as(event_json, TYPES[model], given)
    assert fast == told_as(event_by_pydantic, TYPES[model], given)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_none_are_refused_in_plain_values(number: float) -> None:
    about = {"id": "7", "source": "/parcels", "customer": "c-1", "time": "2026-03-01T09:30:00Z"}
    for told in ({"promise": number}, {"attributes": {"a": number}}, {"facts": {"days_late": number}}):
        assert told_as(event_json, TYPES[TouchpointData], {**about, "data": told}) is ValidationError


def test_nobody_is_linked_to_themselves_in_plain_values() -> None:
    about = {"id": "7", "source": "/crm", "customer": "c-1", "time": "2026-03-01T09:30:00Z"}
    assert told_as(event_json, LINKED, {**about, "data": {"name": "c-1"}}) is ValidationError
