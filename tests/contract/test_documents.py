"""The generated documents: fresh, valid by their own standards, and of one mind with the models."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker

from infra.asyncapi import CHANNELS
from infra.contract import FOLDER, documents
from infra.messages import messages
from infra.simulation import Plan, sector_names, simulate
from schemas.catalogue import load_catalogue
from schemas.commands import COMMAND_DATA, Command
from schemas.emotions import Need
from schemas.envelope import Event
from schemas.instants import instant_of
from schemas.names import LINKED, PROFILE, UNLINKED, Topic
from streams.acts.words import Occasion
from streams.alerts.alert import Alert, Hint
from streams.alerts.rules import load_rules
from streams.outcome import BondChange, Word
from streams.rows import BondRow
from streams.sinks.messages import bond_message, word_message

CATALOGUE = load_catalogue()
DOCUMENTS = dict(documents(CATALOGUE))
KINDS = {kind.name: kind for kind in messages(CATALOGUE)}
OFFICIAL = Path(__file__).with_name("asyncapi-3.0.0.schema.json.gz")
"""From the npm package @asyncapi/specs 6.11.1 (Apache-2.0), without descriptions and examples."""


FORMATS = FormatChecker(["date"])


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: str) -> bool:
    """Tell an RFC 3339 time; jsonschema alone lets every text pass for one."""
    return "T" in value and instant_of(value) is not None


def validator_of(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(DOCUMENTS[f"{name}.json"]), format_checker=FORMATS)


def references_of(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from references_of(value)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_as_the_models_are(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == DOCUMENTS[name], "run python -m infra.contract"


def test_no_other_document_lies_there() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(DOCUMENTS)


@pytest.mark.parametrize("name", KINDS)
def test_a_schema_is_one_by_its_dialect_and_accepts_its_example(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(DOCUMENTS[f"{name}.json"]))
    validator_of(name).validate(KINDS[name].example)


@pytest.mark.parametrize("name", CHANNELS[Topic.TOUCHPOINTS][1])
def test_the_example_of_what_publishers_send_is_an_event(name: str) -> None:
    Event.model_validate_json(json.dumps(KINDS[name].example))


@pytest.mark.parametrize("name", CHANNELS[Topic.COMMANDS][1])
def test_the_example_of_a_command_is_one(name: str) -> None:
    assert Command.model_validate_json(json.dumps(KINDS[name].example)).to_json()


def test_every_type_of_command_has_its_document() -> None:
    documented = {KINDS[name].data for name in CHANNELS[Topic.COMMANDS][1]}
    assert documented == set(COMMAND_DATA.values())


def test_the_asyncapi_document_is_valid_by_the_official_schema() -> None:
    schema = json.loads(gzip.decompress(OFFICIAL.read_bytes()))
    errors = [
        error.message
        for error in Draft7Validator(schema).iter_errors(yaml.safe_load(DOCUMENTS["asyncapi.yaml"]))
    ]
    assert errors == []


def test_the_official_schema_would_find_a_mistake() -> None:
    document = yaml.safe_load(DOCUMENTS["asyncapi.yaml"])
    document["operations"]["send_bonds"]["action"] = "publish"
    schema = json.loads(gzip.decompress(OFFICIAL.read_bytes()))
    assert not Draft7Validator(schema).is_valid(document)


def test_every_reference_leads_somewhere() -> None:
    document = yaml.safe_load(DOCUMENTS["asyncapi.yaml"])
    for reference in references_of(document):
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_the_schemas_accept_what_the_models_accept() -> None:
    plan = Plan(100, 1_000, 2, datetime(2026, 1, 1, tzinfo=UTC), 60, tuple(sector_names()))
    documents = {PROFILE: "profile", LINKED: "identity", UNLINKED: "identity"}
    validators = {name: validator_of(name) for name in ("touchpoint", *documents.values())}
    for block in simulate(plan):
        for value in block.values[::3]:
            event = json.loads(value)
            validators[documents.get(event["type"], "touchpoint")].validate(event)


@pytest.mark.parametrize(
    "change",
    [
        {"time": "yesterday"},
        {"subject": ""},
        {"specversion": "2.0"},
        {"type": "touchpoint.withdrawn.v1"},
        {"data": {"facts": {"days_lat": 2}}},
        {"data": {"promise": 2}},
        {"data": {"needs_met": ["apology"]}},
        {"data": {"survey": {"kind": "smiley", "score": 3}}},
    ],
    ids=str,
)
def test_the_schema_refuses_what_the_models_refuse(change: dict[str, Any]) -> None:
    event = {**KINDS["touchpoint"].example, **change}
    assert not validator_of("touchpoint").is_valid(event)
    with pytest.raises(ValueError, match="validation error"):
        Event.model_validate_json(json.dumps(event))


def test_what_the_workers_say_of_a_bond_keeps_the_contract() -> None:
    numbers = dict.fromkeys(BondRow.__struct_fields__, 0)
    bond = BondRow(**{**numbers, "person_id": "3f1d8a", "bond_index": -12.5, "model_version": "bond-1"})
    change = BondChange("c-1", 0, bond, "at_risk", 0.61)
    validator_of("bond").validate(json.loads(bond_message(change)))


NEEDS = (Need.VENTING.value, Need.APOLOGY.value)
ALERT = Alert(
    "3f1d8a", "9c0e", "bond_breaking", "breaking", 0, 0, "service", "", ("/calls|7",), 49.3, 8.4, "recover",
    NEEDS, 0, 32.4, "ca", "1", "bond-1",
)  # fmt: skip
HINT = Hint(
    "3f1d8a",
    "9c0e",
    "moment_of_truth",
    "/calls|7",
    0,
    0,
    8.4,
    "service",
    Occasion.LISTEN,
    (Need.VENTING,),
    "",
)


@pytest.mark.parametrize(("name", "told"), [("alert", ALERT), ("hint", HINT)])
def test_what_the_workers_say_to_owners_and_routers_keeps_the_contract(name: str, told: Alert | Hint) -> None:
    message = word_message(Word("c-1", 0, told), load_rules())
    validator_of(name).validate(json.loads(message))
    KINDS[name].data.model_validate_json(json.dumps(json.loads(message)["data"]))
