"""The journal in ClickHouse: histories are read from it, rows of a batch are written to it.

Every insert is one part, so it is there as a whole or not at all; every table drops rows that are equal in
their sorting key, so writing a batch again is harmless.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client

from schemas.instants import moment_of
from schemas.names import Table
from streams.alerts.kinds import RuleBase
from streams.alerts.switches import Switch
from streams.arrow import arrow_table
from streams.derived import Histories, Later
from streams.erasing import RowsOf
from streams.events import Record
from streams.facts import Place
from streams.history import Known, together
from streams.outcome import WRITE_ORDER
from streams.pieces import in_pieces
from streams.refusals import headers_of
from streams.rows import JournalRow, LinkRow
from streams.sealing import SEALED, Keys, opened_rows
from streams.sinks import asked
from streams.sinks.door import Door
from streams.sinks.silence import silent_people
from streams.value import Value, replace

_MOST_NAMES = 4_000
"""Names in one query: as a parameter they stay within the 128 KiB that ClickHouse's server takes for one."""
INSERT_SETTINGS = {
    "max_insert_block_size": 10_000_000,
    "min_insert_block_size_rows": 0,
    "min_insert_block_size_bytes": 0,
    "max_partitions_per_insert_block": 1,
}
AT_ONCE = 4
"""Inserts, or questions, on their way together."""
MOST_DUE = 1_000
"""Held records that are read again in one go."""

MOST_HOLES = 1_000
"""Offsets of one partition that are looked for in Kafka in one go."""
MOST_PEOPLE = 1_000
"""People that are folded in one go for what time, or another reading, has brought."""


class DueRow(NamedTuple):
    """A held record that can be read now."""

    kafka_partition: int
    kafka_offset: int
    received_at: int
    key: bytes
    value: bytes
    headers: str


class Journal:
    """Reads and writes by one client; use it from one thread at a time.

    Whatever is written goes through the `door`, and words that are read are opened there; without one,
    nothing can be written, and words stay sealed.
    """

    def __init__(self, client: Client, door: Door | None = None) -> None:
        self._client, self._door = client, door
        self._pool = ThreadPoolExecutor(AT_ONCE, "journal")

    def insert(self, rows_of: RowsOf, written: Callable[[Table], None]) -> None:
        """Write rows, one insert a table, in WRITE_ORDER; nothing is on its way any more when this ends.

        `written` is told of each table, when those beside it are written, too.
        """
        assert self._door is not None, "no door to write through"
        assert rows_of.keys() <= set(chain(*WRITE_ORDER)), "a table without a place in the order"
        with self._door.passing(rows_of) as passed:
            for tables in WRITE_ORDER:
                begun = {
                    table: self._pool.submit(self._insert, table, passed[table])
                    for table in tables
                    if table in passed
                }
                wait(begun.values())
                for table, insert in begun.items():
                    insert.result()
                    written(table)

    def within(self) -> AbstractContextManager[Set[str]]:
        """Give the names of whom nothing may be announced until this ends: an erasure waits for it."""
        assert self._door is not None, "no door to ask"
        return self._door.within()

    def _insert(self, table: Table, rows: Sequence[Value]) -> None:
        if rows:
            self._client.insert_arrow(table, arrow_table(rows), settings=INSERT_SETTINGS)

    def known(self, people: Iterable[str]) -> dict[str, Known]:
        """Return what the journal knows of each person; who is new has no rows.

        One query for each table and 4,000 people.
        """
        wanted = list(people)
        rows: dict[str, list[JournalRow]] = defaultdict(list)
        withdrawn: dict[str, set[str]] = defaultdict(set)
        for some in in_pieces(wanted, _MOST_NAMES):
            taken_back = self._pool.submit(self._rows, asked.WITHDRAWN, {"people": some})
            for row in self._rows(asked.HISTORY, {"people": some}):
                rows[row[0]].append(JournalRow(*row))
            for person, touchpoint_id in taken_back.result():
                withdrawn[person].add(touchpoint_id)
        return {person: Known(rows[person], frozenset(withdrawn[person])) for person in wanted}

    def newest(self, people: Iterable[str], topic: str, partitions: Iterable[int]) -> dict[str, Place]:
        """Return where the newest record of each person is who has any: in these partitions, if it can be."""
        parameters = {"topic": topic, "partitions": list(partitions)}
        return {
            row[0]: tuple(row[1:])
            for some in in_pieces(list(people), _MOST_NAMES)
            for row in self._client.query(asked.NEWEST, {**parameters, "people": some}).result_rows
        }

    def histories(self, names: Iterable[str]) -> Histories:
        """Return what the journal knows of names that were linked, and what was said of pairs of them."""
        wanted = list(names)
        links = [
            LinkRow(*row)
            for some in in_pieces(wanted, _MOST_NAMES)
            for row in self._rows(asked.LINKS, {"people": some})
        ]
        return Histories(self.known(wanted), links)

    def later(self, until_ms: Mapping[str, int]) -> Later:
        """Return the touchpoints of names after a time of each."""
        rows: dict[str, list[JournalRow]] = defaultdict(list)
        for some in in_pieces(list(until_ms), _MOST_NAMES):
            until = [until_ms[name_id] for name_id in some]
            for row in self._rows(asked.LATER, {"people": some, "until": until}):
                rows[row[0]].append(JournalRow(*row))
        return rows

    def counted(self, names: Iterable[str]) -> dict[str, int]:
        """Return how many facts the journal knows of each name that it knows."""
        facts: dict[str, int] = {}
        for some in in_pieces(list(names), _MOST_NAMES):
            facts |= dict(self._client.query(asked.FACTS, {"people": some}).result_rows)
        return facts

    def lives(self, people: Iterable[str]) -> dict[str, Known]:
        """Return what the journal knows of each person, of all names together; any name will do."""
        names = {person_id: [person_id] for person_id in people}
        for some in in_pieces(list(names), _MOST_NAMES):
            for person_id, theirs in self._rows(asked.NAMES, {"people": some}):
                names[person_id] = theirs
        logs = self.known({name for theirs in names.values() for name in theirs})
        return {person_id: together([logs[name] for name in theirs]) for person_id, theirs in names.items()}

    def due(
        self, topic: str, partitions: Iterable[int], known_types: Iterable[str], clock_ms: int
    ) -> tuple[list[Record], int]:
        """Return held records of these partitions that can be read now, and Kafka's clock.

        `clock_ms` is Kafka's clock as far as it is known; what was held tells that it is at least so late.
        """
        clock_ms = max(clock_ms, self._client.command(asked.HELD_UNTIL) or 0)
        parameters = {
            "topic": topic,
            "partitions": list(partitions),
            "types": list(known_types),
            "clock": clock_ms,
            "most": MOST_DUE,
        }
        rows = self._client.query(
            asked.DUE, parameters, column_formats={"key": "bytes", "value": "bytes"}
        ).result_rows
        due = [DueRow(*row) for row in self._opened(Table.HELD, rows, DueRow._fields)]
        return [
            Record(topic, *row[:3], row.key, row.value, headers_of(row.headers)) for row in due if row.value
        ], clock_ms

    def missed(self, topic: str, partitions: Iterable[int]) -> tuple[dict[str, set[str]], int]:
        """Return who of these partitions missed something that is in no bond, and the newest event time.

        Of each name it is the makers of the commitments; of MOST_PEOPLE names at most. A step is no proof
        that it was told: steps are written before the bond to which they lead.
        """
        now_ms = self.now_ms()
        parameters = {
            "topic": topic,
            "partitions": list(partitions),
            "at": moment_of(now_ms).strftime("%F %T.%f")[:-3],
            "most": MOST_PEOPLE,
        }
        return {
            person: set(made_by)
            for person, made_by in self._client.query(asked.MISSED_COMMITMENTS, parameters).result_rows
        }, now_ms

    def read_again(self, topic: str, partitions: Iterable[int]) -> list[str]:
        """Return people of these partitions whose new readings are not folded; MOST_PEOPLE at most."""
        parameters = {"topic": topic, "partitions": list(partitions), "most": MOST_PEOPLE}
        return [person for (person,) in self._client.query(asked.READ_AGAIN, parameters).result_rows]

    def left_behind(self, topic: str, until: Mapping[int, int]) -> list[str]:
        """Return people of partitions whose bond lacks what is journaled until an offset of each.

        MOST_PEOPLE at most. What is journaled of that offset or later may be on its way to its bond.
        Only what was read since the last audit of a partition is looked at: it was written when all before
        was folded, and nobody but an audit reads again what nobody delivers. Without an audit it is nobody.
        """
        audited_until = self.audited_until(topic)
        ours = [partition for partition in until if partition in audited_until]
        if not ours:
            return []
        parameters = {
            "topic": topic,
            "partitions": ours,
            "since": [audited_until[partition] for partition in ours],
            "until": [until[partition] for partition in ours],
            "most": MOST_PEOPLE,
        }
        return [person for (person,) in self._client.query(asked.LEFT_BEHIND, parameters).result_rows]

    def read_otherwise(
        self, versions: tuple[str, str], since_ms: int, after: tuple[str, str, int], most: int
    ) -> list[JournalRow]:
        """Return whole rows since a time whose last reading is by other versions than these.

        In the order of person, touchpoint and content, of which `after` is the last seen.
        """
        parameters = dict(zip(("person", "touchpoint", "content"), after, strict=True))
        parameters |= dict(zip(("reading", "catalogue"), versions, strict=True))
        rows = self._rows(asked.READ_OTHERWISE, {**parameters, "since": since_ms, "most": most})
        whole = [JournalRow(*row) for row in self._opened(Table.JOURNAL, rows, JournalRow.__struct_fields__)]
        return [replace(row, payload=str(row.payload).encode()) for row in whole]

    def silent(self, rules: Mapping[str, RuleBase], since_ms: int) -> tuple[set[str], int]:
        """Return whom silence may have brought an alert, and the newest event time.

        Nobody, unless that is later than `since_ms`.
        """
        now_ms = self.now_ms()
        if now_ms <= since_ms:
            return set(), now_ms
        return silent_people(self._client, rules), now_ms

    def audited_until(self, topic: str) -> dict[int, int]:
        """Return one past the last offset audited, of each partition that ever was."""
        return dict(self._client.query(asked.AUDITED_UNTIL, {"topic": topic}).result_rows)

    def holes(self, topic: str, ranges: Mapping[int, tuple[int, int]]) -> dict[int, list[int]]:
        """Return the offsets that stand nowhere in ranges of partitions, the end not included.

        MOST_HOLES of a partition at most; partitions without are left out.
        """
        if not ranges:
            return {}
        looked = [(partition, first, end) for partition, (first, end) in ranges.items()]
        parameters = {"topic": topic, "ranges": looked, "most": MOST_HOLES}
        return dict(self._client.query(asked.HOLES, parameters).result_rows)

    def switches(self) -> list[Switch]:
        """Return every switch of a rule on or off."""
        return [Switch._make(row) for row in self._client.query(asked.SWITCHES).result_rows]

    def now_ms(self) -> int:
        """Return the newest event time journaled."""
        return int(str(self._client.command(asked.NOW)))

    def _opened(self, table: Table, rows: Iterable[Sequence[Any]], fields: Sequence[str]) -> list[list[Any]]:
        return opened_rows(rows, fields, SEALED[table].columns, self._known)

    def _known(self, names: Iterable[str]) -> Keys:
        return self._door.known(names) if self._door else {}

    def _rows(self, query: str, parameters: dict[str, Any] | None = None) -> Iterable[tuple[Any, ...]]:
        table = self._client.query_arrow(query, parameters, use_strings=True)
        return zip(*(column.to_pylist() for column in table.columns), strict=True)
