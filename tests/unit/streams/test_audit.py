"""The audit: what was read and stands nowhere is read again, and what Kafka has no more is told."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

import pytest
from test_batch import FakeJournal, processor, touchpoint

from schemas.names import Table
from streams.audit import AUDIT_EVERY_SECONDS, Audit
from streams.events import Record
from streams.facts import Place
from streams.lane import Lane
from streams.looking import Desk
from streams.outcome import Batch
from streams.rows import AuditRow
from streams.sinks.journal import MOST_HOLES
from streams.sinks.originals import Reread
from streams.value import astuple, replace
from streams.vitals import Vitals

EVENTS = [touchpoint(number, 1 + number, "anna", 0.5) for number in range(6)]
RECORDS = [
    Record("touchpoints", 0, offset, 1_900_000_000_000, who.encode(), value, ())
    for offset, (who, value) in enumerate(EVENTS)
]


class AuditedJournal(FakeJournal):
    """Knows how far it was audited, and what stands where."""

    def __init__(self) -> None:
        super().__init__()
        self.audits: list[AuditRow] = []
        self.lost: set[int] = set()
        """Offsets that never come to stand, whatever is done."""

    def audited_until(self, topic: str) -> dict[int, int]:
        return {row.kafka_partition: row.next_offset for row in self.audits}

    def holes(self, topic: str, ranges: Mapping[int, tuple[int, int]]) -> dict[int, list[int]]:
        standing = {row.kafka_offset for row in self.rows.values()} - self.lost
        found = {
            partition: [offset for offset in range(first, end) if offset not in standing][:MOST_HOLES]
            for partition, (first, end) in ranges.items()
        }
        return {partition: holes for partition, holes in found.items() if holes}

    def take(self, tables: dict[Table, list]) -> None:
        super().take(tables)
        self.audits += tables[Table.AUDITS]


class FakeKafka:
    """Has records at some offsets from a first one on."""

    def __init__(self, records: Iterable[Record], first: int = 0) -> None:
        self.records, self.first = {record.offset: record for record in records}, first
        self.asked: list[int] = []
        self.acknowledged: dict[int, int] = {}

    async def committed(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        return {partition: self.acknowledged.get(partition, 0) for partition in partitions}

    async def beginnings(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        return dict.fromkeys(partitions, 0)

    async def read(self, places: Iterable[Place]) -> Reread:
        wanted = list(places)
        self.asked += [offset for _, _, offset in wanted]
        there = [place for place in wanted if place[2] >= self.first]
        return Reread(
            [self.records[offset] for _, _, offset in there if offset in self.records],
            [place for place in there if place[2] not in self.records],
            [place for place in wanted if place[2] < self.first],
        )


class Line:
    """A worker's line as far as the audit sees it."""

    def __init__(self, kafka: FakeKafka, journal: AuditedJournal | None = None) -> None:
        self.journal, self.vitals, self.now = journal or AuditedJournal(), Vitals(), 0.0
        self.processor, self.kafka = processor(), kafka
        lane = Lane("work")
        clock: Callable[[], float] = lambda: self.now  # noqa: E731
        desk = Desk(lane, self.journal)
        self.audit = Audit("touchpoints", desk, desk, self.processor, kafka, self.vitals, clock)
        self.audit.own([0, 1])

    def read(self, records: list[Record], dropping: Iterable[int] = ()) -> None:
        """Work records off, some of them in no way, and say that all are written."""
        kept = [record for record in records if record.offset not in set(dropping)]
        self.journal.take(self.processor.process(kept, self.journal.known).rows)
        self.audit.read(records[-1])

    def look(self, after: float = AUDIT_EVERY_SECONDS) -> Batch | None:
        """Look after so many seconds, and write what is found."""
        self.now += after
        return asyncio.run(self._look())

    async def _look(self) -> Batch | None:
        take_up = await self.audit.look(0)
        if take_up is None:
            return None
        batch = await take_up()
        assert batch is not None
        self.journal.take(batch.rows)
        return batch

    def value(self, name: str) -> float | None:
        return self.vitals.registry.get_sample_value(name)


def test_whatever_was_read_is_looked_for_once_a_minute_and_only_once() -> None:
    line = Line(FakeKafka(RECORDS))
    line.read(RECORDS)
    assert line.look(after=AUDIT_EVERY_SECONDS - 1) is None
    line.look(after=1)
    assert line.journal.audits == [AuditRow("touchpoints", 0, 0, 6, (), 0, ())]
    line.look()
    assert len(line.journal.audits) == 1
    assert line.kafka.asked == []


def test_a_partition_that_went_to_another_is_not_audited_though_its_last_batch_is_written_later() -> None:
    line = Line(FakeKafka(RECORDS))
    line.audit.own([1])
    line.read(RECORDS)
    line.look()
    assert line.journal.audits == []


def test_a_record_that_stands_nowhere_is_read_again_and_worked_off() -> None:
    line = Line(FakeKafka(RECORDS))
    line.read(RECORDS, dropping=[2, 4])
    line.look()
    assert line.journal.audits == [], "first what was read again must be written"
    assert sorted(row.kafka_offset for row in line.journal.rows.values()) == [0, 1, 2, 3, 4, 5]
    line.look(after=1)
    assert line.journal.audits == [AuditRow("touchpoints", 0, 0, 6, (), 2, ())]
    assert line.value("vincle_reread_records_total") == 2
    assert line.value("vincle_missing_records_total") == 0


def test_holes_that_keep_coming_put_no_audit_off() -> None:
    line = Line(FakeKafka(RECORDS))
    line.read(RECORDS[:3], dropping=[1])
    line.look()
    line.read(RECORDS[3:], dropping=[4])
    line.look(after=1)
    assert line.journal.audits == [AuditRow("touchpoints", 0, 0, 3, (), 1, ())]
    line.look()
    line.look(after=1)
    assert line.journal.audits[1:] == [AuditRow("touchpoints", 0, 3, 6, (), 1, ())]


def test_an_offset_without_a_record_is_vacant_and_nothing_is_missing() -> None:
    line = Line(FakeKafka(record for record in RECORDS if record.offset != 3))
    line.read(RECORDS, dropping=[3])
    line.look()
    assert line.journal.audits == [AuditRow("touchpoints", 0, 0, 6, (3,), 0, ())]
    assert line.value("vincle_missing_records_total") == 0


def test_a_record_that_kafka_has_no_more_is_missing() -> None:
    line = Line(FakeKafka(RECORDS, first=2))
    line.read(RECORDS, dropping=[1])
    line.look()
    assert line.journal.audits == [AuditRow("touchpoints", 0, 0, 6, (), 0, (1,))]
    assert line.value("vincle_missing_records_total") == 1


def test_a_record_that_comes_to_stand_nowhere_however_often_it_is_read_is_missing() -> None:
    line = Line(FakeKafka(RECORDS))
    line.journal.lost.add(5)
    line.read(RECORDS)
    line.look()
    line.look(after=1)
    assert line.kafka.asked == [5, 5]
    assert line.journal.audits == [AuditRow("touchpoints", 0, 0, 6, (), 1, (5,))]


def test_a_partition_that_gets_its_first_record_later_is_audited_too() -> None:
    line = Line(FakeKafka(RECORDS))
    line.read(RECORDS[:3])
    line.look()
    line.read([replace(record, partition=1, offset=record.offset - 3) for record in RECORDS[3:]])
    line.look()
    assert [astuple(row)[1:4] for row in line.journal.audits] == [(0, 0, 3), (1, 0, 3)]


def test_what_the_owner_before_acknowledged_is_audited_though_nothing_more_comes() -> None:
    kafka = FakeKafka(RECORDS)
    kafka.acknowledged[0] = 4
    line = Line(kafka)
    line.look()
    line.look(after=1)
    assert line.journal.audits == [AuditRow("touchpoints", 0, 0, 4, (), 4, ())]


def test_the_next_owner_goes_on_where_the_last_audit_ended() -> None:
    first = Line(FakeKafka(RECORDS))
    first.read(RECORDS[:4])
    first.look()
    heir = Line(FakeKafka(RECORDS), first.journal)
    heir.read(RECORDS[4:])
    heir.look()
    assert [astuple(row)[2:4] for row in heir.journal.audits] == [(0, 4), (4, 6)]


@pytest.mark.parametrize("beyond", [0, 5])
def test_more_holes_than_are_taken_in_one_go_leave_the_rest_to_the_next_audit(beyond: int) -> None:
    last = replace(RECORDS[0], offset=MOST_HOLES + beyond)
    line = Line(FakeKafka([]))
    line.read([last], dropping=[last.offset])
    line.look()
    assert line.journal.audits[0].next_offset == MOST_HOLES
    line.look()
    assert line.journal.audits[1].next_offset == last.offset + 1
