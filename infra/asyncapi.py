"""The contract as an AsyncAPI 3 document: which topic carries which kinds of event."""

from collections.abc import Iterator, Mapping

from infra.messages import Document, Message, messages, schemas_of
from schemas.catalogue import Catalogue
from schemas.names import Topic
from schemas.rejections import Reason


def asyncapi(catalogue: Catalogue, version: str) -> Document:
    """Return the AsyncAPI 3 document."""
    kinds = messages(catalogue)
    events, definitions = schemas_of(kinds, "#/components/schemas/{model}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "vincle",
            "version": version,
            "description": "Touchpoints in, bonds out: CloudEvents 1.0 over Kafka, structured or binary",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {
            "embedded": {
                "host": "127.0.0.1:19092",
                "protocol": "kafka",
                "description": "The broker of `make up`; settings point to any other.",
            }
        },
        "channels": dict(_channels()),
        "operations": dict(_operations()),
        "components": {
            "messages": {kind.name: _message(kind, events[kind.name]) for kind in kinds}
            | {"rejected": _rejected()},
            "schemas": {**definitions, **{f"{name}Event": schema for name, schema in events.items()}},
        },
    }


CHANNELS: Mapping[Topic, tuple[str, list[str]]] = {
    Topic.TOUCHPOINTS: (
        "What happened between customers and the company",
        ["touchpoint", "profile", "withdrawal", "identity"],
    ),
    Topic.BONDS: ("Bonds that have changed, each time they do", ["bond"]),
    Topic.ALERTS: ("Alerts on bonds, to their owners", ["alert"]),
    Topic.ROUTING: ("Customers who are to meet a person rather than a bot", ["hint"]),
    Topic.COMMANDS: (
        "What somebody wants done; the key is the subject",
        ["alert_command", "alert_assignment", "rule_switch", "scenario_save"],
    ),
    Topic.REJECTED: ("Events that could not be read, as they came, with the reason", ["rejected"]),
}


PARTITION = (
    "All events of a customer have to be in one partition, that of Kafka's default partitioner: murmur2 of "
    "the key, without its sign, modulo the number of partitions (with librdkafka: "
    "partitioner=murmur2_random). Or else two workers fold the same bond, each without what the other reads, "
    "until an audit finds what it lacks."
)
"""What publishers must follow, and nothing refuses."""


def _channels() -> Iterator[tuple[str, Document]]:
    for topic, (description, names) in CHANNELS.items():
        yield (
            topic.name.lower(),
            {
                "address": str(topic),
                "description": f"{description}. {PARTITION}" if topic is Topic.TOUCHPOINTS else description,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
            },
        )


def _operations() -> Iterator[tuple[str, Document]]:
    for topic, (description, _) in CHANNELS.items():
        action = "receive" if topic in (Topic.TOUCHPOINTS, Topic.COMMANDS) else "send"
        name = topic.name.lower()
        yield (
            f"{action}_{name}",
            {"action": action, "channel": {"$ref": f"#/channels/{name}"}, "summary": description},
        )


def _message(kind: Message, schema: Document) -> Document:
    return {
        "name": kind.name,
        "title": kind.title,
        "contentType": "application/cloudevents+json",
        "payload": {"$ref": f"#/components/schemas/{kind.name}Event"},
        "bindings": {"kafka": {"key": {"type": "string", "description": "The subject: the customer's id"}}},
        "examples": [{"name": kind.name, "payload": kind.example}],
    }


def _rejected() -> Document:
    headers = {
        "vincle-reason": {"type": "string", "enum": [str(reason) for reason in Reason]},
        "vincle-field": {"type": "string", "description": "Path of the field; empty: the event as a whole"},
        "vincle-detail": {"type": "string", "description": "What is wrong, without the value"},
        "vincle-processor": {"type": "string", "description": "Who rejected it, with its version"},
        "vincle-from": {"type": "string", "description": "Topic, partition and offset it came from"},
    }
    return {
        "name": "rejected",
        "title": "A rejected event",
        "contentType": "application/octet-stream",
        "headers": {"type": "object", "properties": headers, "required": list(headers)},
        "payload": {"description": "The original bytes"},
    }
