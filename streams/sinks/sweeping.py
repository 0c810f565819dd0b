"""What an erasure asks of ClickHouse: what is held of names, where it stood, and that it be gone.

Which tables name customers is asked of the database itself, so that a new one is swept the day it exists.
Times are sent in milliseconds.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import product
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from schemas.names import CLONE, PSEUDONYM_BYTES, Hint, Table
from streams.erasing import NAMES, PAST, RECEIVED
from streams.sealing import SEALED
from streams.sinks.circles import alerts_of_mates, hinted, told_by_mates
from streams.sinks.statements import listed, pieces

MOST_SUBJECTS = 50_000
"""Subjects of commands in memory at a time, about: ClickHouse ends a block where a granule ends."""
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 900.0
NOT_COPIED = frozenset({Table.LINKS, Table.IDENTITIES, Table.REJECTED, Table.HELD, Table.REPEATED})
"""Tables that tell nothing of a customer who is nobody any more."""
EMPTIED = {"payload", "evidence", *(column for sealed in SEALED.values() for column in sealed.columns)}
"""Columns of words, and of what publishers wrote, where they are texts."""


class SweepingError(OSError):
    """ClickHouse does not come to the end of it; trying again is right."""


class _Personal(NamedTuple):
    """A table that names customers."""

    table: str
    columns: Mapping[str, str]
    """Its columns and their types."""

    @property
    def names(self) -> list[str]:
        return [name for name in NAMES if name in self.columns]

    @property
    def is_clone(self) -> bool:
        """Whether it is there only while a backup is read from it."""
        return self.table.startswith(CLONE)

    def whose(self, names: Iterable[str]) -> str:
        """Return the condition on rows that name these names, also as somebody else's in the past."""
        named = listed(names)
        past = [f"hasAny({column}, [{named}])" for column in PAST if column in self.columns]
        return " OR ".join([*(f"{column} IN ({named})" for column in self.names), *past])


_PERSONAL = f"""
SELECT table, groupArray((name, type)) FROM system.columns
WHERE database = currentDatabase() AND default_kind NOT IN ('ALIAS', 'MATERIALIZED') AND table IN
(
    SELECT name FROM system.tables
    WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree')
)
GROUP BY table HAVING hasAny(groupArray(name), [{", ".join(f"'{name}'" for name in NAMES)}])
ORDER BY table
"""


def held_of(client: Client, names: Collection[str]) -> dict[str, int]:
    """Return how many rows each table holds of these names, where there are any.

    A row may name two whose names are in two pieces: rows are counted by all that they name.
    """
    personal = {Table.COMMANDS: ["subject"], **{one.table: one.names for one in _lasting(client)}}
    counts: dict[str, dict[tuple[str, ...], int]] = {}
    for some in pieces(names):
        for table, condition in about(client, some).items():
            query = f"SELECT {{}}, count() FROM {table} WHERE {condition} GROUP BY ALL"
            rows = client.query(query.format(", ".join(personal[table]))).result_rows
            counts.setdefault(table, {}).update({tuple(named): count for *named, count in rows})
    return {table: sum(counted.values()) for table, counted in counts.items() if counted}


def is_any_left(client: Client, names: Collection[str]) -> bool:
    """Return whether any table has a row of these names; clones too, which may be made during a sweep."""
    return any(
        client.query(f"SELECT 1 FROM {one.table} WHERE {one.whose(some)} LIMIT 1").result_rows
        for one, some in product(_personal(client), pieces(names))
    )


def facts_of(client: Client, names: Collection[str]) -> dict[str, int]:
    """Return how many facts are known of each of these names, if any are."""
    columns = [(Table.JOURNAL, "person_id"), (Table.WITHDRAWALS, "person_id")]
    columns += [(Table.LINKS, column) for column in ("person_id", "other_id")]
    known: dict[str, int] = {}
    for some in pieces(names):
        facts = [
            f"SELECT {name} AS name FROM {table} WHERE {name} IN ({listed(some)})" for table, name in columns
        ]
        query = f"SELECT name, count() FROM ({' UNION ALL '.join(facts)}) GROUP BY name"
        known |= dict(client.query(query).result_rows)
    return known


def about(client: Client, names: Collection[str]) -> dict[str, str]:
    """Return the condition on the rows about these names, for each table that has such; clones have not."""
    return {Table.COMMANDS: _on_alerts_of(names), **{one.table: one.whose(names) for one in _lasting(client)}}


def _on_alerts_of(names: Collection[str]) -> str:
    alerts = f"SELECT alert_id FROM {Table.ALERTS} WHERE person_id IN ({listed(names)})"
    return f"subject IN ({alerts})"


def note_places(client: Client, names: Collection[str]) -> None:
    """Note where the records of these names stand in Kafka."""
    placed = [one for one in _lasting(client) if "kafka_offset" in one.columns]
    for one, some in product(placed, pieces(names)):
        received = next(column for column in RECEIVED if column in one.columns)
        client.command(
            f"INSERT INTO {Table.ERASED} SELECT DISTINCT kafka_topic, kafka_partition, kafka_offset,"
            f" {received} FROM {one.table} WHERE {one.whose(some)}"
        )


def alerts_of(client: Client, names: Collection[str], mates: Collection[str]) -> Iterator[str]:
    """Yield the ids of the alerts about these names, and of those about mates that they are a cause of."""
    theirs = [f"person_id IN ({listed(some)})" for some in pieces(names)]
    for condition in (*theirs, *alerts_of_mates(names, mates)):
        query = f"SELECT alert_id FROM {Table.ALERTS} WHERE {condition}"
        yield from (alert_id for (alert_id,) in client.query(query).result_rows)


def subjects_of(client: Client) -> Iterator[Sequence[str]]:
    """Yield what commands about alerts are about, some at a time: there may be millions."""
    tables = {Table.COMMANDS, *_clones(client).intersection([f"{CLONE}{Table.COMMANDS}"])}
    asked = " UNION ALL ".join(
        f"SELECT subject FROM {table} WHERE startsWith(type, 'alert.')" for table in tables
    )
    query, settings = f"SELECT DISTINCT subject FROM ({asked})", {"max_block_size": MOST_SUBJECTS}
    with client.query_column_block_stream(query, settings=settings) as blocks:
        for (subjects,) in blocks:
            yield subjects


def write_stand_in(client: Client, names: Collection[str], salt: str) -> None:
    """Write the rows of a customer again, under a name and ids to which nothing leads once the salt is gone.

    What was said, and what publishers wrote, is left out; so is where it stood in Kafka, hence no worker
    takes the stand-in for a customer. Writing again is harmless.
    """
    copied = [one for one in _lasting(client) if one.table not in NOT_COPIED]
    for one, some in product(copied, pieces(names)):
        columns = [(_anonymous(column, kind, salt), column) for column, kind in one.columns.items()]
        client.command(
            f"INSERT INTO {one.table} ({', '.join(column for _, column in columns)})"
            f" SELECT {', '.join(expression for expression, _ in columns)}"
            f" FROM {one.table} FINAL WHERE {one.whose(some)}"
        )


def stand_in(salt: str) -> str:
    """Return the name of the stand-in that a salt makes."""
    return blake2b(salt.encode(), digest_size=PSEUDONYM_BYTES).hexdigest()


def _anonymous(column: str, kind: str, salt: str) -> str:
    """Return the expression of a column of a stand-in."""
    if column in NAMES:
        return f"'{stand_in(salt)}'"
    if (column in EMPTIED and kind == "String") or column == "kafka_topic":
        return "''"
    if column in ("kafka_partition", "kafka_offset"):
        return "0"
    if column.endswith("_id") and "String" in kind:
        return _hashed(column, salt)
    if column.endswith("_ids"):
        return f"arrayMap(one -> {_hashed('one', salt)}, {column})"
    return column


def _hashed(value: str, salt: str) -> str:
    """Return the expression of an id by which its source stays and nothing else: source|id, and |number."""
    parts = f"splitByChar('|', toString({value}))"
    part = f"if(place = 2 OR length({parts}) = 1, lower(hex(sipHash128('{salt}', part))), part)"
    hashed = f"arrayStringConcat(arrayMap((part, place) -> {part}, {parts}, arrayEnumerate({parts})), '|')"
    return f"if({value} = '', '', {hashed})"


def delete(client: Client, names: Collection[str], mates: Collection[str], alerts: Collection[str]) -> None:
    """Return when no table had rows of these names, and no part on the disk has held any; clones neither.

    Nor of commands about these alerts. What the rows of other tables tell goes first, also of their mates.
    Raises SweepingError if ClickHouse takes too long.
    """
    told = [*_hints(names, mates), *told_by_mates(names, mates)]
    told += [(Table.COMMANDS, f"subject IN ({listed(some)})") for some in pieces(alerts)]
    rows = [(one.table, one.whose(some)) for one in _personal(client) for some in pieces(names)]
    _delete(client, _with_clones(client, told), rows)


def delete_copies(client: Client, mates: Collection[str]) -> None:
    """Return when nothing is left of the copies of what mates felt, as `delete` does; a worker renews them.

    They may tell of an erased name for as long as somebody is at work who read of it.
    """
    copies = [(Table.FELT_LIVES, f"person_id IN ({listed(some)})") for some in pieces(mates)]
    _delete(client, _with_clones(client, copies))


def _delete(client: Client, *steps: Sequence[tuple[str, str]]) -> None:
    """Delete by the conditions on tables, one step after the other."""
    for conditions in steps:
        for table, condition in conditions:
            client.command(f"ALTER TABLE {table} DELETE WHERE {condition}", settings={"mutations_sync": 0})
        _wait(lambda: _unfinished(client), "rows are still being deleted")
    swept = {table for conditions in steps for table, _ in conditions}
    replaced = _replaced_parts(client, swept)
    _wait(
        lambda: {table for table, _ in replaced & _replaced_parts(client, swept)},
        "replaced parts are still on the disk",
    )


def _with_clones(client: Client, conditions: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return conditions on tables, and the same ones on their clones, where there are any."""
    copied = _clones(client)
    cloned = [(f"{CLONE}{table}", condition) for table, condition in conditions]
    return [*conditions, *(one for one in cloned if one[0] in copied)]


def _hints(names: Collection[str], mates: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the conditions on the hints about names: hashes, of which other tables tell the ids.

    A contact may be hashed with another name of who its customer once was.
    """
    for some, whose in product(pieces(names), pieces([*names, *mates])):
        yield Hint.CONTACT_DAYS, hinted(some, whose)
    for some in pieces(names):
        told = f"SELECT cityHash64(touchpoint_id) FROM {Table.JOURNAL} WHERE person_id IN ({listed(some)})"
        yield Hint.WORDED, f"touchpoint_hash IN ({told})"


def _clones(client: Client) -> set[str]:
    """Return the tables that are there only while a backup is read from them."""
    query = f"SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '{CLONE}%'"
    return {name for (name,) in client.query(query).result_rows}


def _unfinished(client: Client) -> set[str]:
    """Return where rows are still being deleted, and of a deletion that failed the name of the error.

    ClickHouse tries again, and an error may pass. Its text is left out: it may quote names of customers.
    """
    query = (
        "SELECT DISTINCT table, extract(latest_fail_reason, '\\\\(([A-Z_]+)\\\\)') FROM system.mutations"
        " WHERE database = currentDatabase() AND NOT is_done"
    )
    return {f"{table} {error}".strip() for table, error in client.query(query).result_rows}


def _replaced_parts(client: Client, tables: Collection[str]) -> set[tuple[str, str]]:
    query = "SELECT table, name FROM system.parts WHERE database = currentDatabase() AND NOT active"
    return {(table, name) for table, name in client.query(query).result_rows if table in tables}


def _wait(rest: Callable[[], Collection[str]], what: str) -> None:
    """Return when there is no rest; SweepingError names it when patience ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := rest():
        if time.monotonic() > deadline:
            raise SweepingError(f"{what}: {', '.join(sorted(left))}")
        time.sleep(LOOK_SECONDS)


def _personal(client: Client) -> list[_Personal]:
    """Return the tables that name customers; clones that a backup has made among them."""
    return [_Personal(table, dict(columns)) for table, columns in client.query(_PERSONAL).result_rows]


def _lasting(client: Client) -> list[_Personal]:
    """Return the tables that name customers and are no clones: what clones hold is theirs too."""
    return [one for one in _personal(client) if not one.is_clone]
