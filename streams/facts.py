"""The rows of facts: what happened and what was felt, as the journal keeps it. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from schemas.names import LINKED
from schemas.touchpoint import CONTACT, Scope
from streams.events import Event, Record
from streams.feeling.reading import Felt, TextReading
from streams.rows import JournalRow, LinkRow, ProfileRow, RepeatedRow, WithdrawalRow
from streams.value import astuple

Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""

_encode = msgspec.json.Encoder().encode


class FactRows:
    """Makes rows under the versions of one reading and one catalogue."""

    def __init__(self, person_of: Callable[[str], str], reading_version: str, catalogue_version: str) -> None:
        self._person_of = person_of
        self._reading_version, self._catalogue_version = reading_version, catalogue_version

    def name_of(self, record: Record) -> str:
        """Return the pseudonym of a record's key; empty if it has none."""
        return self._person_of(record.customer) if record.key else ""

    def journal(self, event: Event, felt: Felt, text: TextReading | None) -> JournalRow:
        """Return the row of a touchpoint."""
        record, data = event.record, event.data
        touchpoint_id = event.touchpoint_id
        surprise, relief, gratitude, familiarity, belonging = felt.profile
        return JournalRow(
            self._person_of(event.customer),
            touchpoint_id,
            event.content_hash,
            0,
            felt.kind,
            event.name,
            event.source,
            event.occurred_ms,
            record.received_ms,
            record.received_ms,
            felt.department,
            felt.stage,
            data.channel or "",
            data.sector or "",
            data.product or "",
            _scoped(event.source, data.episode, data.episode_scope) if data.episode else event.event_id,
            _scoped(event.source, data.case, data.case_scope) if data.case else "",
            felt.valence,
            felt.arousal,
            felt.importance,
            felt.confidence,
            felt.promise,
            surprise,
            relief,
            gratitude,
            familiarity,
            belonging,
            felt.recovery,
            felt.needs_met,
            felt.needs_asked,
            "" if event.moment_number else felt.outcome,
            felt.moment_of_truth,
            event.moment_number,
            _scoped(event.source, data.commitment.id, data.commitment.scope) if data.commitment else "",
            event.due_ms or 0,
            astuple(felt.if_missed) if felt.if_missed else (),
            _scoped(event.source, data.keeps, data.keeps_scope) if data.keeps else "",
            text.language if text else data.language or "",
            text.masked if text else "",
            _encode(data.attributes).decode() if data.attributes else "",
            _evidence(felt, text),
            event.payload,
            self._reading_version,
            self._catalogue_version,
            record.topic,
            record.partition,
            record.offset,
        )

    def profile(self, event: Event) -> ProfileRow:
        """Return the row of facts about a customer."""
        record, data = event.record, event.data
        contact = {name: told for name in CONTACT if (told := getattr(data, name))}
        return ProfileRow(
            self._person_of(event.customer),
            event.touchpoint_id,
            event.occurred_ms,
            data.segment or "",
            data.language or "",
            _encode(contact).decode() if contact else "",
            record.received_ms,
            record.topic,
            record.partition,
            record.offset,
        )

    def withdrawal(self, event: Event) -> WithdrawalRow:
        """Return the row of a withdrawal."""
        record = event.record
        return WithdrawalRow(
            self._person_of(event.customer),
            f"{event.source}|{event.data.id}",
            event.touchpoint_id,
            event.data.reason or "",
            record.received_ms,
            record.topic,
            record.partition,
            record.offset,
        )

    def link(self, event: Event) -> LinkRow:
        """Return the row of what was said of two names."""
        record = event.record
        return LinkRow(
            self._person_of(event.customer),
            self._person_of(event.data.name),
            event.touchpoint_id,
            event.content_hash,
            event.type == LINKED,
            event.data.kind,
            event.occurred_ms,
            record.received_ms,
            record.topic,
            record.partition,
            record.offset,
        )


def coordinates(row: JournalRow) -> Place:
    """Return where in Kafka a row came from."""
    return row.kafka_topic, row.kafka_partition, row.kafka_offset


def repeated_row(row: JournalRow) -> RepeatedRow:
    """Return the row of another delivery of a touchpoint that was journaled."""
    return RepeatedRow(*coordinates(row), row.first_received_at, row.person_id, row.touchpoint_id)


def _scoped(source: str, name: str, scope: Scope) -> str:
    """Return the id of an episode, case or commitment: scoped by its source unless it is the company's."""
    return f"|{name}" if scope is Scope.COMPANY else f"{source}|{name}"


def _evidence(felt: Felt, text: TextReading | None) -> str:
    """Return the signals as JSON, and what was heard in the words."""
    if not felt.signals:
        return "[]"
    signals: list[dict[str, Any]] = [
        {"from": one.origin, "valence": round(one.valence, 4), "confidence": one.confidence}
        for one in felt.signals
    ]
    if text is not None:
        signals.append({"from": "words", **text.evidence})
    return _encode(signals).decode()
