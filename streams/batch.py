"""The hot path: from a batch of Kafka records to the rows that are written. Pure but for `known`.

    records ─ intake ─▶ events ─ feel ─▶ journal rows ─ fold ─▶ steps and bonds
                 └▶ rejected, held          └▶ repeated

A customer whose touchpoints are strictly later than everything known folds onto the remembered state. All
else (late, tied, re-delivered, withdrawn, after a restart) is folded again from the whole history in the
journal, so the result never depends on the order of arrival.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from schemas.names import PROFILE, WITHDRAWN, Table
from schemas.touchpoint import Scope
from streams.bond.parameters import Parameters
from streams.feeling.reading import READING_VERSION, Feeler, Felt, TextReader, TextReading
from streams.folding import NEVER_MS, Folded, Folder, Known
from streams.intake import Event, Held, Intake, Record, Rejected
from streams.memory import Memory
from streams.refusals import held_row, rejected_row, released_row
from streams.rows import BondRow, JournalRow, ProfileRow, RepeatedRow, WithdrawalRow

_encode = msgspec.json.Encoder().encode
KnownOf = Callable[[Iterable[str]], Mapping[str, Known]]


WRITE_ORDER = (
    Table.REJECTED,
    Table.REPEATED,
    Table.PROFILES,
    Table.WITHDRAWALS,
    Table.JOURNAL,
    Table.HELD,
    Table.STEPS,
    Table.BONDS,
)
"""Facts before what is derived from them, so that a crash in between only delays."""


class BondChange(NamedTuple):
    """A bond that a batch changed, for whoever listens."""

    customer: str
    partition: int
    bond: BondRow
    level: str
    evidence: float


@dataclass(slots=True)
class Batch:
    """What becomes of a batch of records."""

    rows: dict[Table, list[Any]] = field(default_factory=lambda: {table: [] for table in WRITE_ORDER})
    changes: list[BondChange] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    owners: dict[str, Event] = field(default_factory=dict)
    """Some event of each person whose bond may change."""


class Processor:
    """Turns batches into rows. One owner a person: only one processor may fold a partition at a time."""

    def __init__(
        self,
        intake: Intake,
        feeler: Feeler,
        texts: TextReader,
        person_of: Callable[[str], str],
        memory: Memory,
        parameters: Parameters,
    ) -> None:
        self._intake, self._feeler, self._texts = intake, feeler, texts
        self._person_of, self._memory, self._folder = person_of, memory, Folder(parameters)
        self._reading_version = f"{READING_VERSION}+{texts.version}"
        self._before = Batch()

    @property
    def known_types(self) -> frozenset[str]:
        """The types of events that can be read."""
        return self._intake.known_types

    def process(self, records: Sequence[Record], known_of: KnownOf, clock_ms: int | None = None) -> Batch:
        """Return the rows of a batch. `clock_ms` is given for records that had been held.

        The batch before may still be on its way to the journal, no earlier one. Whatever `known_of` raises
        comes out before anything is remembered, so the batch can be tried again.
        """
        batch = Batch()
        by_person: dict[str, list[JournalRow]] = defaultdict(list)
        for event, felt, text in self._felt(self._sorted_out(records, batch, clock_ms)):
            row = self._journal_row(event, felt, text)
            by_person[row.person_id].append(row)
            batch.owners[row.person_id] = event
        withdrawn: dict[str, set[str]] = defaultdict(set)
        for withdrawal in batch.rows[Table.WITHDRAWALS]:
            withdrawn[withdrawal.person_id].add(withdrawal.withdrawn_id)
        folded = self._carried_on(by_person, withdrawn.keys(), batch)
        rest = [person for person in {**by_person, **withdrawn} if person not in folded]
        for person_id, known in _beside(known_of(rest), self._before).items():
            again = self._again(by_person[person_id], known, withdrawn[person_id], batch)
            if again is not None:
                folded[person_id] = again
        self._finish(folded, batch)
        self._before = batch
        return batch

    def _sorted_out(self, records: Sequence[Record], batch: Batch, clock_ms: int | None) -> list[Event]:
        """Return the touchpoints; everything else becomes rows at once."""
        touchpoints: list[Event] = []
        for record in records:
            read = self._intake.read(record, record.received_ms if clock_ms is None else clock_ms)
            match read:
                case Event(type=kind):
                    if kind == PROFILE:
                        batch.rows[Table.PROFILES].append(self._profile_row(read))
                    elif kind == WITHDRAWN:
                        row = self._withdrawal_row(read)
                        batch.rows[Table.WITHDRAWALS].append(row)
                        batch.owners[row.person_id] = read
                    else:
                        touchpoints.append(read)
                case Rejected():
                    batch.rows[Table.REJECTED].append(rejected_row(read))
                    batch.rejected.append(read)
                case Held():
                    batch.rows[Table.HELD].append(held_row(read))
                    continue
            if clock_ms is not None:
                batch.rows[Table.HELD].append(released_row(record, read.source, read.type))
        return touchpoints

    def _felt(self, events: Sequence[Event]) -> Iterator[tuple[Event, Felt, TextReading | None]]:
        """Yield each touchpoint with what it made the customer feel; texts are read in one go."""
        spoken = [event.data for event in events if event.data.text]
        readings = iter(self._texts.read([data.text for data in spoken], [data.language for data in spoken]))
        for event in events:
            text = next(readings) if event.data.text else None
            yield event, self._feeler.feel(event.name, event.data, text), text

    def _carried_on(
        self, by_person: Mapping[str, list[JournalRow]], withdrawn_from: Set[str], batch: Batch
    ) -> dict[str, Folded]:
        """Fold who is remembered and has only news; their rows go to the journal."""
        folded: dict[str, Folded] = {}
        for person_id, rows in by_person.items():
            person = self._memory.get(person_id)
            if person is None or person_id in withdrawn_from or _has_repeats(rows):
                continue
            carried = self._folder.on(person, rows)
            if carried is not None:
                folded[person_id] = carried
                batch.rows[Table.JOURNAL].extend(rows)
        return folded

    def _again(
        self, rows: list[JournalRow], known: Known, withdrawn: Set[str], batch: Batch
    ) -> Folded | None:
        """Fold a person again from the journal and the batch; None if nothing of theirs is journaled."""
        journaled = {(row.touchpoint_id, row.content_hash): row for row in known.rows}
        for row in rows:
            first = journaled.setdefault((row.touchpoint_id, row.content_hash), row)
            if first is row:
                batch.rows[Table.JOURNAL].append(row)
            elif coordinates(first) != coordinates(row):
                batch.rows[Table.REPEATED].append(_repeated_row(row))
        everything = Known(list(journaled.values()), known.withdrawn | withdrawn)
        if not everything.rows:
            return None
        touched = {row.touchpoint_id for row in rows} | withdrawn
        changed_from = min(
            (row.occurred_at for row in everything.rows if row.touchpoint_id in touched), default=NEVER_MS
        )
        return self._folder.again(everything, changed_from)

    def _finish(self, folded: Mapping[str, Folded], batch: Batch) -> None:
        """Write down and remember what the fold gave."""
        for person_id, result in folded.items():
            owner = batch.owners[person_id]
            batch.rows[Table.STEPS].extend(result.steps)
            batch.rows[Table.BONDS].append(result.bond)
            level = self._folder.parameters.level(result.bond.bond_index, result.evidence)
            batch.changes.append(
                BondChange(owner.customer, owner.record.partition, result.bond, level, result.evidence)
            )
            self._memory.put(person_id, owner.record.partition, result.person)
        self._memory.trim()

    def _journal_row(self, event: Event, felt: Felt, text: TextReading | None) -> JournalRow:
        record, data = event.record, event.data
        touchpoint_id = event.touchpoint_id
        return JournalRow._make(
            (
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
                _scoped(event.source, data.episode, data.episode_scope) or touchpoint_id,
                _scoped(event.source, data.case, data.case_scope),
                felt.valence,
                felt.arousal,
                felt.importance,
                felt.confidence,
                felt.promise,
                *felt.profile,
                felt.recovery,
                felt.needs_met,
                felt.needs_asked,
                felt.outcome,
                felt.moment_of_truth,
                text.language if text else data.language or "",
                text.masked if text else "",
                _evidence(felt, text),
                event.payload,
                self._reading_version,
                self._feeler.catalogue.version,
                record.topic,
                record.partition,
                record.offset,
            )
        )

    def _profile_row(self, event: Event) -> ProfileRow:
        record = event.record
        return ProfileRow(
            self._person_of(event.customer),
            event.touchpoint_id,
            event.occurred_ms,
            event.data.segment or "",
            event.data.language or "",
            record.received_ms,
            record.topic,
            record.partition,
            record.offset,
        )

    def _withdrawal_row(self, event: Event) -> WithdrawalRow:
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


def _beside(known: Mapping[str, Known], before: Batch) -> dict[str, Known]:
    """Return what is known of people by the journal or by a batch that it may not have yet."""
    rows: dict[str, list[JournalRow]] = defaultdict(list)
    for row in before.rows[Table.JOURNAL]:
        rows[row.person_id].append(row)
    withdrawn: dict[str, set[str]] = defaultdict(set)
    for withdrawal in before.rows[Table.WITHDRAWALS]:
        withdrawn[withdrawal.person_id].add(withdrawal.withdrawn_id)
    return {
        person: Known([*one.rows, *rows.get(person, ())], one.withdrawn | withdrawn.get(person, frozenset()))
        for person, one in known.items()
    }


def coordinates(row: JournalRow) -> tuple[str, int, int]:
    """Return where in Kafka a row came from."""
    return row.kafka_topic, row.kafka_partition, row.kafka_offset


def _scoped(source: str, name: str | None, scope: Scope) -> str:
    """Return the id of an episode or case: scoped by its source unless it is the whole company's."""
    if not name:
        return ""
    return f"|{name}" if scope is Scope.COMPANY else f"{source}|{name}"


def _has_repeats(rows: Sequence[JournalRow]) -> bool:
    return len(rows) > 1 and len({row.touchpoint_id for row in rows}) < len(rows)


def _repeated_row(row: JournalRow) -> RepeatedRow:
    return RepeatedRow(*coordinates(row), row.first_received_at, row.person_id, row.touchpoint_id)


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
