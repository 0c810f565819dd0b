"""Every kind of event of the contract: its name, the model of its data, an example, its JSON Schema."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from schemas.alerts import AlertRaisedData, RoutingHintedData
from schemas.bonds import BondChangedData
from schemas.catalogue import Catalogue
from schemas.commands import AlertAssignmentData, AlertCommandData, RuleSwitchData, ScenarioSaveData
from schemas.envelope import Envelope
from schemas.names import (
    ALERT_ACKNOWLEDGE,
    ALERT_ASSIGN,
    ALERT_CLOSE,
    ALERT_RAISED,
    BOND_CHANGED,
    LINKED,
    MISSED_EVENT,
    PROFILE,
    ROUTING_HINTED,
    RULE_SWITCH,
    SCENARIO_SAVE,
    UNLINKED,
    WITHDRAWN,
)
from schemas.touchpoint import IdentityData, ProfileData, TouchpointData, WithdrawalData

Document = dict[str, Any]
NEEDS_MET_BY_RECOVERY = {
    "if": {"properties": {"needs_met": {"minItems": 1}}, "required": ["needs_met"]},
    "then": {"properties": {"recovery": {"const": True}}, "required": ["recovery"]},
}
"""The check of touchpoints that joins two fields, in the words of JSON Schema."""


@dataclass(frozen=True)
class Message:
    """One kind of event: its name, the model of its data, how its type is spelled, and an example."""

    name: str
    title: str
    data: type[BaseModel]
    type_schema: Document
    example: Document


def messages(catalogue: Catalogue) -> list[Message]:
    """Return every kind of event of the contract."""
    types = [f"touchpoint.{name}.v1" for name in catalogue.published]
    spelled = {
        "type": "string",
        "pattern": r"^touchpoint\.[a-z0-9_]+(\.[a-z0-9_]+)*\.v[0-9]+$",
        "not": {"enum": [WITHDRAWN, MISSED_EVENT]},
        "description": "touchpoint.<name>.v1, with a name of the catalogue; an unknown one is held",
        "examples": types,
    }
    late = {"channel": "parcel", "case": "order 81", "facts": {"days_late": 2}, "text": "Encara espero."}
    return [
        Message(
            "touchpoint",
            "A touchpoint",
            TouchpointData,
            spelled,
            _example("touchpoint.delivery.late.v1", late),
        ),
        Message(
            "profile",
            "Facts about a customer",
            ProfileData,
            {"const": PROFILE},
            _example(PROFILE, {"segment": "club", "language": "ca"}),
        ),
        Message(
            "withdrawal",
            "A touchpoint taken back",
            WithdrawalData,
            {"const": WITHDRAWN},
            _example(WITHDRAWN, {"id": "7", "reason": "another customer's parcel"}),
        ),
        Message(
            "identity",
            "Two names of one customer, or no longer",
            IdentityData,
            {"enum": [LINKED, UNLINKED]},
            _example(LINKED, {"name": "visitor-81", "kind": "anonymous"}),
        ),
        Message("bond", "A bond has changed", BondChangedData, {"const": BOND_CHANGED}, _bond_example()),
        Message("alert", "An alert was raised", AlertRaisedData, {"const": ALERT_RAISED}, _alert_example()),
        Message(
            "hint",
            "A person is wanted rather than a bot",
            RoutingHintedData,
            {"const": ROUTING_HINTED},
            _hint_example(),
        ),
        Message(
            "alert_command",
            "Acknowledge an alert, or close it",
            AlertCommandData,
            {"enum": [ALERT_ACKNOWLEDGE, ALERT_CLOSE]},
            _command_example(ALERT_ACKNOWLEDGE, {"by": "marta"}),
        ),
        Message(
            "alert_assignment",
            "Assign an alert",
            AlertAssignmentData,
            {"const": ALERT_ASSIGN},
            _command_example(ALERT_ASSIGN, {"by": "marta", "to": "joan"}),
        ),
        Message(
            "rule_switch",
            "Switch a rule of alerts on or off",
            RuleSwitchData,
            {"const": RULE_SWITCH},
            _command_example(RULE_SWITCH, {"by": "marta", "on": False}, subject="won_back"),
        ),
        Message(
            "scenario_save",
            "Save a what-if under a name",
            ScenarioSaveData,
            {"const": SCENARIO_SAVE},
            _command_example(
                SCENARIO_SAVE,
                {"by": "marta", "scenario": "?instead=recovered&type=delivery.late"},
                subject="Late deliveries put right",
            ),
        ),
    ]


def _example(event_type: str, data: Document) -> Document:
    return {
        "specversion": "1.0",
        "id": f"{event_type}-7",
        "source": "/parcels",
        "type": event_type,
        "subject": "c-1",
        "time": "2026-03-01T09:30:00Z",
        "datacontenttype": "application/json",
        "data": data,
    }


def _bond_example() -> Document:
    data = {
        "person_id": "3f1d8a5b9c0e7d2a4b6c",
        "bond_index": -12.5,
        "level": "at_risk",
        "evidence": 0.61,
        "touchpoints": 14,
        "model_version": "bond-1",
    }
    return {**_example(BOND_CHANGED, data), "source": "/vincle/worker"}


_TOLD = {
    "person_id": "3f1d8a5b9c0e7d2a4b6c",
    "needs_unmet": ["venting", "apology"],
    "language": "ca",
    "words": {
        "act": "Deixeu que ho expliqui fins al final.",
        "opening": "Abans de res, m’agradaria que m’expliquéssiu com ho heu viscut.",
        "closing": "Us torno a demanar disculpes.",
    },
}


def _alert_example() -> Document:
    data = {
        **_TOLD,
        "rule": "bond_breaking",
        "kind": "breaking",
        "good": False,
        "title": "Bond breaking",
        "owner": "service",
        "touchpoints": ["/calls|7", "/calls|8"],
        "case": "/calls|boiler",
        "index_from": 49.3,
        "index_to": 8.4,
        "act_by": "2026-03-07T09:30:00Z",
        "worth": 32.4,
        "rules_version": "1",
        "model_version": "bond-1",
    }
    return {**_example(ALERT_RAISED, data), "source": "/vincle/worker"}


def _hint_example() -> Document:
    data = {
        **_TOLD,
        "reason": "moment_of_truth",
        "touchpoint": "/flights|7",
        "until": "2026-03-04T09:30:00Z",
        "bond_index": 3.5,
        "department": "operations",
    }
    return {**_example(ROUTING_HINTED, data), "source": "/vincle/worker"}


def _command_example(event_type: str, data: Document, subject: str = "9c0e7d2a4b6c3f1d8a5b") -> Document:
    return {**_example(event_type, data), "source": "/vincle/commands", "subject": subject}


def schemas_of(kinds: list[Message], reference: str) -> tuple[dict[str, Document], dict[str, Document]]:
    """Return the schema of each kind of event, and the definitions they refer to by `reference`."""
    models = [(kind.data, "validation") for kind in kinds] + [(Envelope, "validation")]
    _, made = models_json_schema(models, ref_template=reference)  # type: ignore[arg-type]
    definitions: dict[str, Document] = made["$defs"]
    envelope = definitions.pop("Envelope")
    if "TouchpointData" in definitions:
        definitions["TouchpointData"] |= NEEDS_MET_BY_RECOVERY
    events = {}
    for kind in kinds:
        data = {"$ref": reference.format(model=kind.data.__name__)}
        properties = {**envelope["properties"], "type": kind.type_schema, "data": data}
        events[kind.name] = {
            "title": kind.title,
            "description": kind.data.__doc__,
            "type": "object",
            "properties": properties,
            "required": [*envelope["required"], "data"],
        }
    return events, definitions
