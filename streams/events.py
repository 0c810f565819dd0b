"""A Kafka record, and what it turns out to be: an event that can be trusted, held, or rejected. Pure."""

from collections.abc import Iterable
from typing import Any

from schemas.rejections import Hold, Reason
from streams.value import Value

Headers = tuple[tuple[str, bytes], ...]


def known_headers(headers: Iterable[tuple[str, bytes | None]]) -> Headers:
    """Return the headers of a Kafka record; where Kafka has null, they are empty."""
    return tuple((name, content or b"") for name, content in headers)


class Record(Value, frozen=True):
    """A record as Kafka delivered it; `received_ms` is Kafka's append time."""

    topic: str
    partition: int
    offset: int
    received_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def customer(self) -> str:
        """The customer's id, by the key; empty if there is none."""
        return (self.key or b"").decode(errors="replace")


class Event(Value, frozen=True):
    """An event that keeps the contract. `name` is the catalogue's name of a touchpoint's type, else empty."""

    record: Record
    id: str
    source: str
    type: str
    name: str
    customer: str
    occurred_ms: int
    data: Any
    payload: bytes
    content_hash: int
    moment_number: int = 0
    """Which moment of an event this is; 0 is the event itself."""
    due_ms: int | None = None
    """When the commitment that it makes is due, if it makes one."""

    @property
    def event_id(self) -> str:
        """What identifies the event for ever: source and id, joined."""
        return f"{self.source}|{self.id}"

    @property
    def touchpoint_id(self) -> str:
        """The model's id: that of the event, and the number of the moment if it is one."""
        return f"{self.event_id}|{self.moment_number:03d}" if self.moment_number else self.event_id


class Held(Value, frozen=True):
    """An event that waits."""

    record: Record
    reason: Hold
    due_ms: int
    source: str
    type: str


class Rejected(Value, frozen=True):
    """An event that cannot be read, and why."""

    record: Record
    reason: Reason
    field: str
    detail: str
    source: str
    type: str
