"""Events of plain values as bytes: what is right goes the fast way, all else is judged by pydantic."""

from functools import cache, lru_cache
from typing import Any

import msgspec
from pydantic import AwareDatetime, BaseModel

from schemas.decoding import struct_of
from schemas.envelope import Envelope, Event, data_model_of
from schemas.instants import instant_of
from schemas.names import MISSED_EVENT

_encode = msgspec.json.Encoder().encode


def event_json(
    type: str, /, *, id: str, source: str, customer: str, time: AwareDatetime | str, data: dict[str, Any]
) -> bytes:
    """Return an event of any type in structured mode, as `Event.of` makes it, in a fifth of the time.

    ValidationError names what is wrong.
    """
    # Free fields may hold numbers that are none, nobody is linked to themselves: only `Event` looks there.
    is_usual = type != MISSED_EVENT and "attributes" not in data and data.get("name") != customer
    if is_usual and isinstance(source, str):
        encoded = _encoded(type, source, {"id": id, "subject": customer, "time": time}, data)
        if encoded is not None:
            return encoded
    return Event.of(type, id=id, source=source, customer=customer, time=time, data=data).to_json()


def _encoded(type: str, source: str, told: dict[str, Any], data: dict[str, Any]) -> bytes | None:
    """Return the bytes of an event; None if something is wrong, or unusual, as a time that is no text."""
    model = data_model_of(type)
    try:
        own: Any = msgspec.convert(told, _OWN)
        instant_of(own.time)
        event = _struct_with(model)(
            **_common(type, source),
            id=own.id,
            subject=own.subject,
            time=own.time,
            data=msgspec.convert(data, struct_of(model)),
        )
        return _encode(event)
    except (msgspec.ValidationError, ValueError):
        return None


def _part_of_envelope(name: str, *fields: str) -> type[msgspec.Struct]:
    """Return the struct of some fields of an envelope."""
    told = msgspec.structs.fields(struct_of(Envelope))
    return msgspec.defstruct(name, [(one.name, one.type) for one in told if one.name in fields])


_OWN = _part_of_envelope("Own", "id", "subject", "time")
"""What each event has of its own."""
_COMMON = _part_of_envelope("Common", "specversion", "type", "source", "datacontenttype")


@lru_cache(maxsize=4096)
def _common(type: str, source: str) -> dict[str, str]:
    """Return, checked, what all events of a type and a source have in common: once, not for each event."""
    told = {
        "specversion": "1.0",
        "source": source,
        "type": type,
        "datacontenttype": "application/json",
    }
    msgspec.convert(told, _COMMON)
    return told


@cache
def _struct_with(model: type[BaseModel]) -> type[msgspec.Struct]:
    """Return the struct of an envelope with data of a model."""
    return msgspec.defstruct(
        model.__name__,
        [("data", struct_of(model))],
        bases=(struct_of(Envelope),),
        kw_only=True,
        frozen=True,
        gc=False,
        omit_defaults=True,
    )
