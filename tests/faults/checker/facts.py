"""What an event says, read without the project's models: as far as the loads of these tests go."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from .bond import Moment

EMOTIONS = ("surprise", "relief", "gratitude", "familiarity", "belonging")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEWER_FIELD = "weather"
UNFELT = frozenset({"ad.seen", "basket.checked_out", "mail.received"})
OUTCOMES = {"complaint.made": "complained", "purchase.made": "bought", "renewal.made": "renewed"}


@dataclass(frozen=True)
class Fact:
    """A touchpoint as it must stand in the journal."""

    touchpoint_id: str
    customer: str
    type: str
    kind: str
    outcome: str
    t: int
    hashes: tuple[int, ...]
    """Of the content; two if it has a field that not every release knows."""
    felt: Moment | None
    """What came to the bond; None if it was not felt."""
    promise: "Promise | None" = None
    """What is promised here for a time."""
    keeps: str = ""
    """What is kept here."""

    @property
    def content_hash(self) -> int:
        """Hash of the content as this release knows it."""
        return self.hashes[0]


@dataclass(frozen=True)
class Promise:
    """A commitment: who knows it, when it is due, and what is felt if nothing keeps it."""

    id: str
    due: int
    missed: Moment


MISSED = "commitment.missed"
MISSED_CONFIDENCE, MISSED_IMPORTANCE = 0.7, 2.0
MISSED_WEIGHTS = (1, 1, 0, 0, 2)
"""What the catalogue says of missed commitments."""


def fact_of(event: dict[str, Any]) -> Fact:
    """Return the touchpoint of an event."""
    data = event["data"]
    name = event["type"].removeprefix("touchpoint.").rpartition(".v")[0]
    outcome = OUTCOMES.get(name, "")
    felt = moment_of(event) if "emotion" in data else None
    kind = "felt" if felt else "unfelt" if name in UNFELT else "outcome"
    return Fact(
        touchpoint_id(event),
        event["subject"],
        name,
        kind,
        outcome,
        millis_of(event["time"]),
        hashes_of(event),
        felt,
        promise_of(event),
        _scoped(event, "keeps"),
    )


def promise_of(event: dict[str, Any]) -> Promise | None:
    """Return the commitment that an event makes."""
    told = event["data"].get("commitment")
    if told is None:
        return None
    id_, due = f"{touchpoint_id(event)}|missed", millis_of(told["due"])
    missed = Moment(
        id=id_,
        t=due,
        valence=-0.6,
        arousal=0.6,
        importance=told.get("importance", MISSED_IMPORTANCE) * MISSED_CONFIDENCE,
        promise=0.2,
        profile=tuple(weight / sum(MISSED_WEIGHTS) for weight in MISSED_WEIGHTS),
        episode=id_,
        case=_scoped(event, "case"),
        recovery=False,
        needs=frozenset(),
    )
    company = told.get("scope") == "company"
    return Promise(f"|{told['id']}" if company else f"{event['source']}|{told['id']}", due, missed)


def touchpoint_id(event: dict[str, Any]) -> str:
    """Return what identifies an event for ever."""
    return f"{event['source']}|{event['id']}"


def millis_of(text: str) -> int:
    """Return the milliseconds of an RFC 3339 time."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)


def moment_of(event: dict[str, Any]) -> Moment:
    """Return what was felt: the emotion measured upstream, weighed with importance and confidence."""
    data, emotion = event["data"], event["data"]["emotion"]
    weights = [emotion["emotions"].get(name, 0.0) for name in EMOTIONS]
    return Moment(
        id=touchpoint_id(event),
        t=millis_of(event["time"]),
        valence=emotion["valence"],
        arousal=emotion["arousal"],
        importance=data["importance"] * emotion["confidence"],
        promise=data["promise"],
        profile=tuple(weight / sum(weights) for weight in weights),
        episode=_scoped(event, "episode") or touchpoint_id(event),
        case=_scoped(event, "case"),
        recovery=data.get("recovery", False),
        needs=frozenset(data.get("needs_met", ())),
    )


def hashes_of(event: dict[str, Any]) -> tuple[int, ...]:
    """Return the hashes that the content may have: as this release reads it, and as one to come.

    To this release a field that it does not know is a free one; to the one to come it is as any other.
    """
    data = event["data"]
    if NEWER_FIELD not in data:
        return (_hash(event, data),)
    known = {name: told for name, told in data.items() if name != NEWER_FIELD}
    return _hash(event, known, {NEWER_FIELD: data[NEWER_FIELD]}), _hash(event, data)


def _hash(event: dict[str, Any], *parts: dict[str, Any]) -> int:
    """Return BLAKE2b over the data and, if any, free fields, as compact JSON, then type, time and text."""
    digest = blake2b(digest_size=8)
    for part in parts:
        digest.update(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())
    digest.update(f"{event['type']}|{millis_of(event['time'])}|".encode())
    return int.from_bytes(digest.digest(), "big")


def _scoped(event: dict[str, Any], field: str) -> str:
    name = event["data"].get(field)
    if not name:
        return ""
    company = event["data"].get(f"{field}_scope") == "company"
    return f"|{name}" if company else f"{event['source']}|{name}"
