"""From a touchpoint to what it made the customer feel.

Surveys, measured emotion, facts and words each give a signal; together they are one felt reading. Pure: a
reader of texts is handed in, and everything else is the catalogue.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from schemas.catalogue import Catalogue, FactRule, TouchpointType, normalised
from schemas.emotions import mask_of
from schemas.names import MISSED
from schemas.touchpoint import Facts
from streams.feeling.signals import (
    Profile,
    Rules,
    Signal,
    fact_signals,
    joined,
    measured_signal,
    survey_signal,
)
from streams.value import Value

READING_VERSION = "reading-1"
MOMENT_OF_TRUTH = 3.0
MAX_TOUCHPOINT_TYPE_KEY = 4096
"""Sectors are the publisher's words: this many (type, sector) pairs are remembered at most."""


class TextReading(Value, frozen=True):
    """What a reader heard in a text: signal, text with personal data masked, language, needs asked."""

    signal: Signal | None
    masked: str
    language: str
    needs_asked: int
    evidence: dict[str, Any]


class TextReader(Protocol):
    """Reads texts in batches."""

    version: str

    def read(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[TextReading]:
        """Return a reading for each text; `languages` are the publisher's word for it, where given."""
        ...


class IfMissed(Value, frozen=True):
    """What will be felt if a commitment is missed: read when it is made, from its maker and the catalogue."""

    valence: float
    arousal: float
    importance: float
    """As declared, 1 to 3; it weighs times the confidence."""
    confidence: float
    promise: float
    surprise: float
    relief: float
    gratitude: float
    familiarity: float
    belonging: float

    @property
    def moment_of_truth(self) -> bool:
        """Would missing it be one?"""
        return self.importance >= MOMENT_OF_TRUTH


def reading_version(texts: TextReader) -> str:
    """Return the version of a reading: of the signals, and of the reader of texts."""
    return f"{READING_VERSION}+{texts.version}"


class Felt(Value, frozen=True):
    """What a touchpoint made the customer feel, and what it is in the catalogue."""

    kind: str
    outcome: str
    department: str
    stage: str
    promise: float
    valence: float
    arousal: float
    profile: Profile
    confidence: float
    importance: float
    moment_of_truth: bool
    recovery: bool
    needs_met: int
    needs_asked: int
    signals: list[Signal]
    if_missed: IfMissed | None
    """Of a commitment that is made here."""


@dataclass(slots=True)
class Feeler:
    """Reads touchpoints by one catalogue. Keeps a small cache of compiled types, otherwise no state."""

    catalogue: Catalogue
    _compiled: dict[tuple[str, str], tuple[TouchpointType, Rules]] = field(default_factory=dict)

    def feel(self, name: str, data: Any, text: TextReading | None) -> Felt:
        """Return what a touchpoint of a known type made the customer feel."""
        entry, rules = self.entry(name, data.sector or "")
        signals: list[Signal] = []
        if data.survey is not None:
            signals.append(survey_signal(data.survey))
        if data.emotion is not None:
            signals.append(measured_signal(data.emotion))
        if text is not None and text.signal is not None:
            signals.append(text.signal)
        if data.facts is not None:
            signals.extend(fact_signals(data.facts, rules))
        reading = joined(signals, entry)
        declared = entry.importance if data.importance is None else data.importance
        return Felt(
            "felt" if any(one.confidence > 0.0 for one in signals) else _silent_kind(entry, data),
            entry.outcome or "",
            data.department or entry.department,
            data.stage or entry.stage,
            entry.promise if data.promise is None else data.promise,
            reading.valence,
            reading.arousal,
            reading.profile,
            reading.confidence,
            declared * reading.confidence,
            declared >= MOMENT_OF_TRUTH,
            entry.recovery if data.recovery is None else data.recovery,
            mask_of(frozenset(data.needs_met)) if data.needs_met else 0,
            text.needs_asked if text else 0,
            signals,
            None if data.commitment is None else self._if_missed(data.commitment, data.sector or ""),
        )

    def _if_missed(self, commitment: Any, sector: str) -> IfMissed:
        entry, _ = self.entry(MISSED, sector)
        declared = entry.importance if commitment.importance is None else commitment.importance
        valence = entry.valence or 0.0
        return IfMissed(
            valence, entry.arousal, declared, entry.confidence, entry.promise, *entry.normalised_profile
        )

    def entry(self, name: str, sector: str) -> tuple[TouchpointType, Rules]:
        """Return a type as it is in a sector, with its rules compiled; KeyError if the type is unknown."""
        key = (name, sector)
        if key not in self._compiled:
            if len(self._compiled) >= MAX_TOUCHPOINT_TYPE_KEY:
                self._compiled.clear()
            entry = self.catalogue.type_in(name, sector)
            rules = tuple(_compiled(name, entry.facts.get(name)) for name in Facts.model_fields)
            self._compiled[key] = (entry, rules)
        return self._compiled[key]


def _silent_kind(entry: TouchpointType, data: Any) -> str:
    """Return the kind of what says nothing of its own: where it tells moments, they are felt in its place."""
    return "unfelt" if data.moments and entry.kind == "felt" else entry.kind


def _compiled(name: str, rule: FactRule | None) -> tuple[str, FactRule, Profile | None] | None:
    return None if rule is None else (name, rule, normalised(rule.profile) if rule.profile else None)
