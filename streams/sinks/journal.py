"""The journal in ClickHouse: histories are read from it, rows of a batch are written to it.

Every insert is one part, so it is there as a whole or not at all; every table drops rows that are equal in
their sorting key, so writing a batch again is harmless.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from clickhouse_connect.driver.client import Client

from schemas.instants import moment_of
from schemas.names import MISSED, RULE_SWITCH, Table, View
from schemas.rejections import Hold
from streams.alerts.kinds import RuleBase
from streams.alerts.switches import Switch
from streams.arrow import arrow_table
from streams.events import Record
from streams.history import Known, together
from streams.joining import Histories
from streams.refusals import headers_of
from streams.rows import JournalRow, LinkRow
from streams.sinks.silence import silent_people

_NOT_LOADED = {"text": "''", "evidence": "''", "payload": "''"}
"""Columns that no fold needs."""
_MOST_NAMES = 4_000
"""Names in one query: as a parameter they stay within the 128 KiB that ClickHouse's server takes for one."""
INSERT_SETTINGS = {
    "max_insert_block_size": 10_000_000,
    "min_insert_block_size_rows": 0,
    "min_insert_block_size_bytes": 0,
    "max_partitions_per_insert_block": 1,
}
MOST_DUE = 1_000
"""Held records that are read again in one go."""


MOST_PEOPLE = 1_000
"""People that are folded in one go for what time, or another reading, has brought."""


class Journal:
    """Reads and writes by one client; use it from one thread at a time."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def insert(
        self, rows_of: Mapping[Table, Sequence[tuple[Any, ...]]], written: Callable[[Table], None]
    ) -> None:
        """Write the rows of each table in the order given, one insert a table; empty ones are passed over."""
        for table, rows in rows_of.items():
            if rows:
                self._client.insert_arrow(table, arrow_table(rows), settings=INSERT_SETTINGS)
            written(table)

    def known(self, people: Iterable[str]) -> dict[str, Known]:
        """Return what the journal knows of each person; who is new has no rows.

        One query for each table and 4,000 people.
        """
        wanted = list(people)
        rows: dict[str, list[JournalRow]] = defaultdict(list)
        withdrawn: dict[str, set[str]] = defaultdict(set)
        for some in _in_pieces(wanted):
            for row in self._rows(_HISTORY, {"people": some}):
                rows[row[0]].append(JournalRow._make(row))
            for person, touchpoint_id in self._rows(_WITHDRAWN, {"people": some}):
                withdrawn[person].add(touchpoint_id)
        return {person: Known(rows[person], frozenset(withdrawn[person])) for person in wanted}

    def histories(self, names: Iterable[str]) -> Histories:
        """Return what the journal knows of names that were linked, and what was said of pairs of them."""
        wanted = list(names)
        links = [
            LinkRow._make(row) for some in _in_pieces(wanted) for row in self._rows(_LINKS, {"people": some})
        ]
        now_ms = int(str(self._client.command(_NOW)))
        return Histories(self.known(wanted), links, now_ms)

    def lives(self, people: Iterable[str]) -> dict[str, Known]:
        """Return what the journal knows of each person, of all names together; any name will do."""
        names = {person_id: [person_id] for person_id in people}
        for some in _in_pieces(list(names)):
            for person_id, theirs in self._rows(_NAMES, {"people": some}):
                names[person_id] = theirs
        logs = self.known({name for theirs in names.values() for name in theirs})
        return {person_id: together([logs[name] for name in theirs]) for person_id, theirs in names.items()}

    def due(
        self, topic: str, partitions: Iterable[int], known_types: Iterable[str], clock_ms: int
    ) -> tuple[list[Record], int]:
        """Return held records of these partitions that can be read now, and Kafka's clock.

        `clock_ms` is Kafka's clock as far as it is known; what was held tells that it is at least so late.
        """
        clock_ms = max(clock_ms, self._client.command(_HELD_UNTIL) or 0)
        parameters = {
            "topic": topic,
            "partitions": list(partitions),
            "types": list(known_types),
            "clock": clock_ms,
            "most": MOST_DUE,
        }
        rows = self._client.query(
            _DUE, parameters, column_formats={"key": "bytes", "value": "bytes"}
        ).result_rows
        return [
            Record(topic, partition, offset, received, key, value, headers_of(headers))
            for partition, offset, received, key, value, headers in rows
        ], clock_ms

    def missed(self, topic: str, partitions: Iterable[int]) -> tuple[dict[str, set[str]], int]:
        """Return who of these partitions missed something that no step tells, and the newest event time.

        Of each name it is the makers of the commitments; of MOST_PEOPLE names at most.
        """
        now_ms = int(str(self._client.command(_NOW)))
        parameters = {
            "topic": topic,
            "partitions": list(partitions),
            "at": moment_of(now_ms).strftime("%F %T.%f")[:-3],
            "most": MOST_PEOPLE,
        }
        return {
            person: set(made_by) for person, made_by in self._client.query(_MISSED, parameters).result_rows
        }, now_ms

    def read_again(self, topic: str, partitions: Iterable[int]) -> list[str]:
        """Return people of these partitions whose new readings are not folded; MOST_PEOPLE at most."""
        parameters = {"topic": topic, "partitions": list(partitions), "most": MOST_PEOPLE}
        return [person for (person,) in self._client.query(_READ_AGAIN, parameters).result_rows]

    def read_otherwise(
        self, versions: tuple[str, str], since_ms: int, after: tuple[str, str, int], most: int
    ) -> list[JournalRow]:
        """Return whole rows since a time whose last reading is by other versions than these.

        In the order of person, touchpoint and content, of which `after` is the last seen.
        """
        parameters = dict(zip(("person", "touchpoint", "content"), after, strict=True))
        parameters |= dict(zip(("reading", "catalogue"), versions, strict=True))
        rows = self._rows(_READ_OTHERWISE, {**parameters, "since": since_ms, "most": most})
        whole = (JournalRow._make(row) for row in rows)
        return [row._replace(payload=str(row.payload).encode()) for row in whole]

    def silent(self, rules: Mapping[str, RuleBase], since_ms: int) -> tuple[dict[str, Known], int]:
        """Return the histories of those whom silence may have brought an alert, and the newest event time.

        Nobody, unless that is later than `since_ms`.
        """
        now_ms = int(str(self._client.command(_NOW)))
        if now_ms <= since_ms:
            return {}, now_ms
        return self.lives(silent_people(self._client, rules)), now_ms

    def switches(self) -> list[Switch]:
        """Return every switch of a rule on or off."""
        return [Switch._make(row) for row in self._client.query(_SWITCHES).result_rows]

    def _rows(self, query: str, parameters: dict[str, Any] | None = None) -> Iterable[tuple[Any, ...]]:
        table = self._client.query_arrow(query, parameters, use_strings=True)
        return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _in_pieces(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + _MOST_NAMES] for at in range(0, len(names), _MOST_NAMES))


def _selected(column: str) -> str:
    return f"{_NOT_LOADED[column]} AS {column}_" if column in _NOT_LOADED else _whole(column)


def _whole(column: str) -> str:
    return f"toUnixTimestamp64Milli({column}) AS {column}_ms" if column.endswith("_at") else column


_HISTORY = (
    f"SELECT {', '.join(_selected(column) for column in JournalRow._fields)} "
    f"FROM {Table.JOURNAL} WHERE person_id IN {{people:Array(String)}}"
)
_WITHDRAWN = (
    f"SELECT person_id, withdrawn_id FROM {Table.WITHDRAWALS} WHERE person_id IN {{people:Array(String)}}"
)
_READ_AGAIN = f"""
SELECT person_id FROM
(
    SELECT person_id, toUInt32(uniqExact(touchpoint_id, content_hash, revision)) AS read_again
    FROM {Table.JOURNAL} WHERE revision > 0
    GROUP BY person_id
    HAVING any(kafka_topic) = {{topic:String}} AND has({{partitions:Array(Int32)}}, max(kafka_partition))
)
WHERE (person_id, read_again) NOT IN (SELECT person_id, read_again FROM {Table.BONDS} WHERE read_again > 0)
LIMIT {{most:UInt32}}
"""
_READ_OTHERWISE = f"""
SELECT * FROM
(
    SELECT {", ".join(_whole(column) for column in JournalRow._fields)}
    FROM {Table.JOURNAL}
    WHERE (person_id, touchpoint_id, content_hash)
            > ({{person:String}}, {{touchpoint:String}}, {{content:UInt64}})
        AND occurred_at >= fromUnixTimestamp64Milli({{since:Int64}}, 'UTC')
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC
    LIMIT 1 BY person_id, touchpoint_id, content_hash
)
WHERE (reading_version, catalogue_version) != ({{reading:String}}, {{catalogue:String}})
LIMIT {{most:UInt32}}
"""
_LINKS = (
    f"SELECT {', '.join(_selected(column) for column in LinkRow._fields)} "
    f"FROM {Table.LINKS} WHERE person_id IN {{people:Array(String)}}"
)
_NAMES = f"""
SELECT asked.name_id, groupArray(named.name_id)
FROM (SELECT name_id, person_id FROM {View.IDENTITIES} WHERE name_id IN {{people:Array(String)}}) AS asked
INNER JOIN {View.IDENTITIES} AS named ON named.person_id = asked.person_id
GROUP BY asked.name_id
"""
_HELD_UNTIL = f"SELECT toUnixTimestamp64Milli(max(received_at)) FROM {Table.HELD}"
_DUE = f"""
SELECT kafka_partition, kafka_offset, toUnixTimestamp64Milli(received_at), key, value, headers
FROM {Table.HELD} FINAL
WHERE NOT released AND kafka_topic = {{topic:String}} AND kafka_partition IN {{partitions:Array(Int32)}}
  AND if(reason = '{Hold.FUTURE}',
         toUnixTimestamp64Milli(due_at) <= {{clock:Int64}},
         type IN {{types:Array(String)}})
ORDER BY kafka_partition, kafka_offset
LIMIT {{most:UInt32}}
"""
_NOW = f"SELECT toUnixTimestamp64Milli(at) FROM {View.NOW}"
_SWITCHES = f"""
SELECT subject, toUnixTimestamp64Milli(known_at), switch_on FROM {View.COMMANDS}
WHERE type = '{RULE_SWITCH}' AND refused = '' ORDER BY known_at
"""
_MISSED = f"""
SELECT made_under, groupArray(made_by)
FROM {View.COMMITMENTS_AT}(at = {{at:String}}, known_by = '2299-12-31 23:59:59.999', person = '')
WHERE state IN ('missed', 'kept_late')
  AND kafka_topic = {{topic:String}} AND kafka_partition IN {{partitions:Array(Int32)}}
  AND (made_under, missed_id) NOT IN
  (
      SELECT name_id, touchpoint_id FROM {Table.STEPS} WHERE type = '{MISSED}'
      GROUP BY name_id, touchpoint_id HAVING NOT argMax(is_deleted, revision)
  )
GROUP BY made_under
LIMIT {{most:UInt32}}
"""
