"""The hot path: from a batch of Kafka records to the rows that are written. Pure but for `known`.

    records ─ intake ─▶ events ─ feel ─▶ journal rows ─ fold ─▶ steps and bonds
                 └▶ rejected, held          └▶ repeated

A customer whose touchpoints are strictly later than everything known folds onto the remembered state. All
else (late, tied, re-delivered, withdrawn, after a restart) is folded again from the whole history in the
journal, so the result never depends on the order of arrival. Whose name was ever linked to another is folded
here as a name alone, which tells repeats from news, but derived by `streams.joining`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from schemas.names import LINKED, PROFILE, UNLINKED, WITHDRAWN, Table
from streams.alerts.follow import News
from streams.alerts.switches import Switch, Switches
from streams.commitments import missed
from streams.erasing import erased_row, without
from streams.events import Event, Held, Record, Rejected
from streams.facts import FactRows, coordinates, repeated_row
from streams.feeling.reading import Feeler, Felt, TextReader, TextReading, reading_version
from streams.folding import Folded, Folder
from streams.history import HISTORIES_AT_ONCE, NEVER_MS, Known, distinct, reread_events
from streams.identity import Circles
from streams.intake import Intake
from streams.memory import Memory
from streams.moments import with_moments
from streams.outcome import Batch, Owner, Touched
from streams.person import Person
from streams.pieces import in_pieces
from streams.refusals import held_row, rejected_row, released_row
from streams.rows import JournalRow

KnownOf = Callable[[Iterable[str]], Mapping[str, Known]]
NOTHING: Set[str] = frozenset()


class Processor:
    """Turns batches into rows. One owner a person: only one processor may fold a partition at a time."""

    def __init__(
        self,
        intake: Intake,
        feeler: Feeler,
        texts: TextReader,
        person_of: Callable[[str], str],
        memory: Memory[Person],
        folder: Folder,
        circles: Circles,
    ) -> None:
        self._intake, self._feeler, self._texts = intake, feeler, texts
        self._memory, self._folder, self._circles = memory, folder, circles
        self.follower = folder.follower
        self.person_of = person_of
        self._facts = FactRows(person_of, reading_version(texts), feeler.catalogue.version)
        self._erased: set[str] = set()
        self._before = Batch()
        self._now_ms = NEVER_MS

    @property
    def known_types(self) -> frozenset[str]:
        """The types of events that can be read."""
        return self._intake.known_types

    def forget(self, names: Iterable[str]) -> None:
        """Take in who was erased: nothing of theirs is remembered, and their records are passed over.

        The batch before may be on its way, and stays as it is: what is written of it passes the door.
        """
        erased = set(names)
        if erased:
            self._erased |= erased
            self._memory.forget(erased)
            left = {table: list(rows) for table, rows in without(self._before.rows, erased).items()}
            self._before = replace(self._before, rows=left)

    def fold_as_of(self, now_ms: int) -> None:
        """From here on nobody is folded as of an earlier time than this newest event time journaled."""
        self._now_ms = max(self._now_ms, now_ms)

    def switch(self, switches: Iterable[Switch]) -> None:
        """From here on the rules of alerts are on and off by these switches."""
        self.follower.switches = Switches(self.follower.rules, switches)

    def process(self, records: Sequence[Record], known_of: KnownOf, clock_ms: int | None = None) -> Batch:
        """Return the rows of a batch. `clock_ms` is given for records that had been held.

        The batch before may still be on its way to the journal, no earlier one. Whatever `known_of` raises
        comes out before anything is remembered, so the batch can be tried again.
        """
        by_person: dict[str, list[JournalRow]] = defaultdict(list)
        batch = Batch(came=by_person)
        for event, felt, text in self._felt(self._sorted_out(records, batch, clock_ms)):
            row = self._facts.journal(event, felt, text)
            by_person[row.person_id].append(row)
            batch.owners[row.person_id] = _owner(event)
        withdrawn: dict[str, set[str]] = defaultdict(set)
        for withdrawal in batch.rows[Table.WITHDRAWALS]:
            withdrawn[withdrawal.person_id].add(withdrawal.withdrawn_id)
        folded: dict[str, Folded] = {}
        for person_id, rows in by_person.items():
            person = self._memory.get(person_id)
            if person is not None and person_id not in withdrawn:
                carried = self._carried_on(person, rows, batch)
                if carried is not None:
                    folded[person_id] = carried
        rest = [person for person in {**by_person, **withdrawn} if person not in folded]
        before = _facts_of(self._before)
        for some in in_pieces(rest, HISTORIES_AT_ONCE):
            for person_id, journaled in known_of(some).items():
                known = _beside(journaled, before.get(person_id))
                again = self._again(person_id, by_person[person_id], known, withdrawn[person_id], batch)
                if again is not None:
                    folded[person_id] = again
        self._finish(folded, batch)
        self._before = batch
        return batch

    def fold_missed(
        self,
        lives: Mapping[str, Known],
        owners: Mapping[str, Owner],
        makers: Mapping[str, Set[str]],
        now_ms: int,
    ) -> Batch:
        """Return the rows of people of whom a commitment fell due without any touchpoint of theirs.

        `makers` holds the ids of what made the commitments, by name; `now_ms` is the newest event time
        journaled, and from here on nobody is folded as of an earlier time. No batch may be on its way to the
        journal.
        """
        self.fold_as_of(now_ms)
        made = {
            person_id: [row for row in known.rows if row.touchpoint_id in makers[person_id]]
            for person_id, known in lives.items()
        }
        left = {person_id: known for person_id, known in lives.items() if made[person_id]}
        folded = {
            person_id: self._wholly(person_id, distinct(known), {row.event_id for row in made[person_id]})
            for person_id, known in left.items()
        }
        batch = self._whole(folded, owners)
        batch.came = {
            person_id: [missed(row) for row in made[person_id] if row.commitment_id] for person_id in left
        }
        return batch

    def fold_again(self, lives: Mapping[str, Known], owners: Mapping[str, Owner]) -> Batch:
        """Return the rows of people of whom more is journaled than is in their bond, as when their feeling
        was read again. No batch may be on its way to the journal.

        Alerts of their past are written down, but not said: nobody can act on them any more.
        """
        return self._whole(
            {
                person_id: self._folder.again(
                    distinct(known), NOTHING, self._now_ms, reread={row.event_id for row in known.rows}
                )
                for person_id, known in lives.items()
                if known.rows
            },
            owners,
        )

    def _whole(self, folded: Mapping[str, Folded], owners: Mapping[str, Owner]) -> Batch:
        """Write down and remember people of whom no record brought anything."""
        batch = Batch(owners={person_id: owners[person_id] for person_id in folded})
        self._finish(folded, batch)
        self._before = batch
        return batch

    def in_silence(self, lives: Mapping[str, Known], now_ms: int, clock_ms: int) -> dict[str, News]:
        """Return what silence has brought to people until the newest event time journaled."""
        found = {
            person_id: self._folder.silence(person_id, known, now_ms, clock_ms)
            for person_id, known in lives.items()
            if known.rows
        }
        return {person_id: news for person_id, news in found.items() if news.alerts}

    def _sorted_out(self, records: Sequence[Record], batch: Batch, clock_ms: int | None) -> list[Event]:
        """Return the touchpoints; everything else becomes rows at once."""
        touchpoints: list[Event] = []
        for record in records:
            if self._erased and self._facts.name_of(record) in self._erased:
                batch.rows[Table.ERASED].append(erased_row(record))
                continue
            read = self._intake.read(record, record.received_ms if clock_ms is None else clock_ms)
            match read:
                case Event(type=kind):
                    if kind == PROFILE:
                        batch.rows[Table.PROFILES].append(self._facts.profile(read))
                    elif kind == WITHDRAWN:
                        row = self._facts.withdrawal(read)
                        batch.rows[Table.WITHDRAWALS].append(row)
                        batch.owners[row.person_id] = _owner(read)
                    elif kind in (LINKED, UNLINKED):
                        link = self._facts.link(read)
                        if link.other_id in self._erased:
                            batch.rows[Table.ERASED].append(erased_row(record))
                        else:
                            batch.rows[Table.LINKS].append(link)
                            here, there = (link.person_id, read.customer), (link.other_id, read.data.name)
                            batch.linked.append(Touched(*here, record.partition, NEVER_MS))
                            batch.linked.append(Touched(*there, None, NEVER_MS))
                    elif read.data.moments:
                        touchpoints.extend(with_moments(read))
                    else:
                        touchpoints.append(read)
                case Rejected():
                    batch.rows[Table.REJECTED].append(rejected_row(read, self._facts.name_of(record)))
                    batch.rejected.append(read)
                case Held():
                    batch.rows[Table.HELD].append(held_row(read, self._facts.name_of(record)))
                    continue
            if clock_ms is not None:
                person_id = self._facts.name_of(record)
                batch.rows[Table.HELD].append(released_row(record, read.source, read.type, person_id))
        return touchpoints

    def _felt(self, events: Sequence[Event]) -> Iterator[tuple[Event, Felt, TextReading | None]]:
        """Yield each touchpoint with what it made the customer feel; texts are read in one go."""
        spoken = [event.data for event in events if event.data.text]
        readings = iter(self._texts.read([data.text for data in spoken], [data.language for data in spoken]))
        for event in events:
            text = next(readings) if event.data.text else None
            yield event, self._feeler.feel(event.name, event.data, text), text

    def _carried_on(self, person: Person, rows: list[JournalRow], batch: Batch) -> Folded | None:
        """Fold new rows onto a person; they go to the journal. None if that needs the whole history."""
        if _has_repeats(rows):
            return None
        folded = self._folder.on(person, rows, self._now_ms)
        if folded is not None:
            batch.rows[Table.JOURNAL].extend(rows)
        return folded

    def _again(
        self, person_id: str, rows: list[JournalRow], known: Known, withdrawn: Set[str], batch: Batch
    ) -> Folded | None:
        """Fold a person again from the journal and the batch; None if nothing of theirs is journaled."""
        if not (known.rows or known.withdrawn or withdrawn):
            folded = self._carried_on(self._folder.nobody, rows, batch)
            if folded is not None:
                return folded
        journaled = {row.key: row for row in known.rows}
        for row in rows:
            first = journaled.setdefault(row.key, row)
            if first is row:
                batch.rows[Table.JOURNAL].append(row)
            elif coordinates(first) != coordinates(row) and not row.moment_number:
                batch.rows[Table.REPEATED].append(repeated_row(row))
        everything = Known(list(journaled.values()), known.withdrawn | withdrawn)
        if not everything.rows:
            return None
        touched = {row.event_id for row in rows} | withdrawn
        return self._wholly(person_id, everything, touched)

    def _wholly(self, person_id: str, known: Known, touched: Set[str]) -> Folded:
        """Fold a person's history, each row once, at least one, with what of it was read again since."""
        reread = self._reread(person_id, known)
        return self._folder.again(known, touched, self._now_ms, reread=reread)

    def _reread(self, person_id: str, known: Known) -> Set[str]:
        """Return the events of which a reading after the first may be in no step, as far as is remembered.

        Whoever folds everything counts every reading, and then no look finds the person any more.
        """
        readings = sum(row.revision > 0 for row in known.rows)
        person = self._memory.get(person_id) if readings else None
        has_folded = person is not None and person.read_again == readings
        return NOTHING if has_folded else reread_events(known)

    def _finish(self, folded: Mapping[str, Folded], batch: Batch) -> None:
        """Write down and remember what the fold gave."""
        for person_id, result in folded.items():
            if person_id in self._erased:
                continue
            owner = batch.owners[person_id]
            self._memory.put(person_id, owner.partition, result.person)
            if person_id in self._circles:
                continue
            batch.rows[Table.STEPS].extend(result.steps)
            batch.rows[Table.BONDS].append(result.bond)
            level = self._folder.parameters.level(result.bond.bond_index, result.evidence)
            batch.change(owner, result.bond, level, result.evidence)
            batch.tell(owner, result.alerts, result.hints)
            batch.rows[Table.ALERTS].extend(result.past)
        self._memory.trim()


def _owner(event: Event) -> Owner:
    return Owner(event.customer, event.record.partition)


def _facts_of(batch: Batch) -> dict[str, Known]:
    """Return what a batch tells of people, whether the journal has it yet or not."""
    rows: dict[str, list[JournalRow]] = defaultdict(list)
    for row in batch.rows[Table.JOURNAL]:
        rows[row.person_id].append(row)
    withdrawn: dict[str, set[str]] = defaultdict(set)
    for withdrawal in batch.rows[Table.WITHDRAWALS]:
        withdrawn[withdrawal.person_id].add(withdrawal.withdrawn_id)
    return {person: Known(rows[person], frozenset(withdrawn[person])) for person in {**rows, **withdrawn}}


def _beside(known: Known, before: Known | None) -> Known:
    """Return what is known of a person by the journal or by a batch that it may not have yet."""
    if before is None:
        return known
    return Known([*known.rows, *before.rows], known.withdrawn | before.withdrawn)


def _has_repeats(rows: Sequence[JournalRow]) -> bool:
    return len(rows) > 1 and len({row.touchpoint_id for row in rows}) < len(rows)
