"""Events of plain values as bytes: what is right goes the fast way, all else is judged by pydantic."""

from functools import cache
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
    given = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": type,
        "subject": customer,
        "time": time,
        "datacontenttype": "application/json",
        "data": data,
    }
    # Free fields may hold numbers that are none, nobody is linked to themselves: only `Event` looks there.
    if type != MISSED_EVENT and "attributes" not in data and data.get("name") != customer:
        encoded = _encoded(given, data_model_of(type))
        if encoded is not None:
            return encoded
    return Event.of(type, id=id, source=source, customer=customer, time=time, data=data).to_json()


def _encoded(given: dict[str, Any], model: type[BaseModel]) -> bytes | None:
    """Return the bytes of an event; None if something is wrong, or unusual, as a time that is no text."""
    try:
        event: Any = msgspec.convert(given, _struct_with(model))
        instant_of(event.time)
        return _encode(event)
    except (msgspec.ValidationError, ValueError):
        return None


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
