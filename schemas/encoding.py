"""Events of plain values as bytes: what is right goes the fast way, all else is judged by pydantic."""

from typing import Any

import msgspec
from pydantic import AwareDatetime

from schemas.decoding import struct_of
from schemas.envelope import Envelope, Event, data_model_of
from schemas.instants import instant_of
from schemas.names import MISSED_EVENT
from schemas.touchpoint import TouchpointData

_Touchpoint = msgspec.defstruct(
    "_Touchpoint",
    [("data", struct_of(TouchpointData))],
    bases=(struct_of(Envelope),),
    kw_only=True,
    frozen=True,
    gc=False,
    omit_defaults=True,
)
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
    # Free fields may hold numbers that are none, which only pydantic refuses.
    if data_model_of(type) is TouchpointData and type != MISSED_EVENT and "attributes" not in data:
        encoded = _touchpoint(given)
        if encoded is not None:
            return encoded
    return Event.of(type, id=id, source=source, customer=customer, time=time, data=data).to_json()


def _touchpoint(given: dict[str, Any]) -> bytes | None:
    """Return the bytes of a touchpoint; None if something is wrong, or unusual, as a time that is no text."""
    try:
        touchpoint: Any = msgspec.convert(given, _Touchpoint)
        instant_of(touchpoint.time)
        return _encode(touchpoint)
    except (msgspec.ValidationError, ValueError):
        return None
