"""An event that tells several moments of a contact, as the touchpoints that it is. Pure.

Emotion measured over a call becomes moments of one episode, exactly as if the call had been told in several
events: the bond remembers its peak and its end.
"""

from typing import Any

import msgspec

from schemas.decoding import struct_of
from schemas.touchpoint import MeasuredEmotion
from streams.events import Event
from streams.value import replace

OF_THE_CONTACT = (
    "department",
    "channel",
    "stage",
    "product",
    "sector",
    "episode",
    "episode_scope",
    "case",
    "case_scope",
    "promise",
    "importance",
    "recovery",
    "needs_met",
)
"""What every moment has from its event. Words, facts and surveys are the event's own."""

_Emotion = struct_of(MeasuredEmotion)
_encode = msgspec.json.Encoder(order="deterministic").encode


def with_moments(event: Event) -> list[Event]:
    """Return an event and each moment it tells, numbered from 1 as told.

    All carry the hash of the whole event, so that a conflict of contents is settled for it as a whole.
    """
    return [event, *(_moment(event, number) for number in range(1, len(event.data.moments) + 1))]


def _moment(event: Event, number: int) -> Event:
    told = event.data.moments[number - 1]
    contact = {name: getattr(event.data, name) for name in OF_THE_CONTACT}
    if contact["episode"] is None:
        contact |= {"episode": event.id, "episode_scope": type(event.data)().episode_scope}
    measured: dict[str, Any] = {name: getattr(told, name) for name in MeasuredEmotion.model_fields}
    data = type(event.data)(**contact, emotion=_Emotion(**measured))
    return replace(
        event,
        occurred_ms=event.occurred_ms + round(1000 * told.seconds),
        data=data,
        payload=_encode(data),
        moment_number=number,
        due_ms=None,
    )
