"""What the workers say on Kafka, as CloudEvents: changed bonds, alerts, hints for routing, rejected events.

Ids are deterministic, so that who listens can drop what it knows.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from schemas.emotions import Need
from schemas.instants import moment_of
from schemas.names import ALERT_RAISED, BOND_CHANGED, ROUTING_HINTED
from streams.acts.words import Occasion, words_for
from streams.alerts.alert import Alert, Hint
from streams.alerts.rules import Rules
from streams.events import Rejected
from streams.outcome import BondChange, Word
from streams.refusals import PROCESSOR

SOURCE = "/vincle/worker"

MAX_REJECTED_BYTES = 1_000_000
"""A topic takes records of 1,048,588 bytes by default, with what Kafka adds to each."""
MAX_REASON_CHARACTERS = 200

_encode = msgspec.json.Encoder().encode
Message = tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]


def bond_message(change: BondChange) -> bytes:
    """Return the CloudEvent of a changed bond."""
    bond = change.bond
    data = {
        "person_id": bond.person_id,
        "bond_index": round(bond.bond_index, 6),
        "level": change.level,
        "evidence": round(change.evidence, 6),
        "touchpoints": bond.touchpoints,
        "model_version": bond.model_version,
    }
    return _event(f"{bond.person_id}-{bond.revision}", BOND_CHANGED, change.customer, bond.as_of, data)


def word_message(word: Word, rules: Rules) -> bytes:
    """Return the CloudEvent of an alert or a hint."""
    if isinstance(word.told, Alert):
        return _alert_message(word.customer, word.told, rules)
    return _hint_message(word.customer, word.told)


def _alert_message(customer: str, alert: Alert, rules: Rules) -> bytes:
    rule = rules.rules[alert.rule]
    data = {
        "person_id": alert.person_id,
        "rule": alert.rule,
        "kind": alert.kind,
        "good": rule.good,
        "title": rule.title,
        "owner": alert.department,
        "touchpoints": alert.touchpoint_ids,
        "case": alert.case_id,
        "index_from": round(alert.index_from, 6),
        "index_to": round(alert.index_to, 6),
        "needs_unmet": alert.needs_unmet,
        "act_by": moment_of(alert.act_by_at),
        "worth": None if alert.worth is None else round(alert.worth, 6),
        "language": alert.language,
        "words": _words(Occasion(alert.occasion), alert),
        "rules_version": alert.rules_version,
        "model_version": alert.model_version,
    }
    return _event(alert.alert_id, ALERT_RAISED, customer, alert.raised_at, data)


def _hint_message(customer: str, hint: Hint) -> bytes:
    data = {
        "person_id": hint.person_id,
        "reason": hint.reason,
        "touchpoint": hint.touchpoint_id,
        "until": moment_of(hint.until_ms),
        "bond_index": round(hint.bond_index, 6),
        "department": hint.department,
        "needs_unmet": hint.needs_unmet,
        "language": hint.language,
        "words": _words(Occasion(hint.occasion), hint),
    }
    return _event(hint.hint_id, ROUTING_HINTED, customer, hint.at_ms, data)


def _words(occasion: Occasion, told: Alert | Hint) -> dict[str, str]:
    return words_for(occasion, [Need(need) for need in told.needs_unmet], told.language)._asdict()


def _event(id: str, type: str, customer: str, at_ms: int, data: dict[str, Any]) -> bytes:
    return _encode(
        {
            "specversion": "1.0",
            "id": id,
            "source": SOURCE,
            "type": type,
            "subject": customer,
            "time": moment_of(at_ms),
            "datacontenttype": "application/json",
            "data": data,
        }
    )


def rejected_message(rejected: Rejected) -> Message:
    """Return a rejected event as it came, with the reason in its headers.

    Value, headers and key are left out, in this order, where Kafka might not take so much: ClickHouse has
    them, and the reason in full.
    """
    record = rejected.record
    reason = {
        "vincle-reason": rejected.reason,
        "vincle-field": rejected.field[:MAX_REASON_CHARACTERS],
        "vincle-detail": rejected.detail[:MAX_REASON_CHARACTERS],
        "vincle-processor": PROCESSOR,
        "vincle-from": f"{record.topic}/{record.partition}/{record.offset}",
    }
    told = [(name, text.encode()) for name, text in reason.items()]
    room = MAX_REJECTED_BYTES - _bytes_of(told)
    key = record.key if len(record.key or b"") <= room else b""
    room -= len(key or b"")
    headers = record.headers if _bytes_of(record.headers) <= room else ()
    room -= _bytes_of(headers)
    value = record.value or b""
    return key, value if len(value) <= room else b"", [*headers, *told]


def _bytes_of(headers: Iterable[tuple[str, bytes | None]]) -> int:
    return sum(len(name.encode()) + len(content or b"") for name, content in headers)
