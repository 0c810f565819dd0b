"""Rows and records for what is not journaled: rejected and held events, with their original bytes. Pure."""

import base64

import msgspec

from schemas.rejections import Hold
from streams.events import Held, Record, Rejected
from streams.rows import HeldRow, RejectedRow
from streams.value import replace

PROCESSOR = "vincle intake 1"

_encode = msgspec.json.Encoder().encode


def rejected_row(rejected: Rejected, person_id: str) -> RejectedRow:
    """Return the row of a rejected event; `person_id` is the pseudonym of the record's key."""
    record = rejected.record
    return RejectedRow(
        record.topic,
        record.partition,
        record.offset,
        record.received_ms,
        rejected.reason,
        rejected.field,
        rejected.detail,
        rejected.source,
        rejected.type,
        PROCESSOR,
        person_id,
        record.key or b"",
        headers_json(record),
        record.value or b"",
    )


def held_row(held: Held, person_id: str) -> HeldRow:
    """Return the row of an event that waits."""
    return _held(held, person_id, released=False)


def released_row(record: Record, source: str, type_: str, person_id: str) -> HeldRow:
    """Return the row that says that an event waits no longer. Its bytes are not kept: it stands elsewhere."""
    place = replace(record, key=b"", value=b"", headers=())
    held = Held(place, Hold.FUTURE, record.received_ms, source, type_)
    return _held(held, person_id, released=True)


def _held(held: Held, person_id: str, released: bool) -> HeldRow:
    record = held.record
    return HeldRow(
        record.topic,
        record.partition,
        record.offset,
        record.received_ms,
        held.reason,
        held.due_ms,
        held.source,
        held.type,
        released,
        person_id,
        record.key or b"",
        headers_json(record),
        record.value or b"",
    )


def headers_json(record: Record) -> str:
    """Return the headers of a record as JSON, values in base64; empty if there are none."""
    if not record.headers:
        return ""
    return _encode(
        [[name, base64.b64encode(content or b"").decode()] for name, content in record.headers]
    ).decode()


def headers_of(text: str) -> tuple[tuple[str, bytes], ...]:
    """Return the headers that `headers_json` wrote."""
    pairs: list[tuple[str, str]] = msgspec.json.decode(text) if text else []
    return tuple((name, base64.b64decode(content)) for name, content in pairs)
