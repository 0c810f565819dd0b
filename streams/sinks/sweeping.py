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
from streams.erasing import NAMES, RECEIVED
from streams.history import in_pieces
from streams.identity import identities
from streams.rows import LinkRow
from streams.sealing import SEALED

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 900.0
MOST_NAMES = 1_000
"""Names in one statement, where they stand up to three times: ClickHouse reads 256 KiB of one."""
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
        """Return the condition on rows of these names."""
        return " OR ".join(f"{column} IN ({_list(names)})" for column in self.names)


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
_SAID = f"""
SELECT
    person_id, other_id, link_id, content_hash, is_linked, kind,
    toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(known_at), '', 0, 0
FROM {Table.LINKS}
WHERE person_id IN {{names:Array(String)}} OR other_id IN {{names:Array(String)}}
"""


def names_of(client: Client, name_id: str) -> list[str]:
    """Return every name of the customer who has this one, by the links that are written down.

    What is derived of them may come later, and is not asked.
    """
    circle, links, fresh = {name_id}, list[LinkRow](), {name_id}
    while fresh:
        said = [
            LinkRow(*row)
            for some in _pieces(sorted(fresh))
            for row in client.query(_SAID, {"names": some}).result_rows
        ]
        links += said
        fresh = {name for link in said for name in link.pair} - circle
        circle |= fresh
    whose = identities(circle, links)
    return sorted(name for name, one in whose.items() if one.person_id == whose[name_id].person_id)


def held_of(client: Client, names: Collection[str]) -> dict[str, int]:
    """Return how many rows each table holds of these names, where there are any.

    A row may name two whose names are in two pieces: rows are counted by all that they name.
    """
    personal = {Table.COMMANDS: ["subject"], **{one.table: one.names for one in _lasting(client)}}
    counts: dict[str, dict[tuple[str, ...], int]] = {}
    for some in _pieces(names):
        for table, condition in about(client, some).items():
            query = f"SELECT {{}}, count() FROM {table} WHERE {condition} GROUP BY ALL"
            rows = client.query(query.format(", ".join(personal[table]))).result_rows
            counts.setdefault(table, {}).update({tuple(named): count for *named, count in rows})
    return {table: sum(counted.values()) for table, counted in counts.items() if counted}


def facts_of(client: Client, names: Collection[str]) -> dict[str, int]:
    """Return how many facts are known of each of these names, if any are."""
    columns = [(Table.JOURNAL, "person_id"), (Table.WITHDRAWALS, "person_id")]
    columns += [(Table.LINKS, column) for column in ("person_id", "other_id")]
    known: dict[str, int] = {}
    for some in _pieces(names):
        facts = [
            f"SELECT {name} AS name FROM {table} WHERE {name} IN ({_list(some)})" for table, name in columns
        ]
        query = f"SELECT name, count() FROM ({' UNION ALL '.join(facts)}) GROUP BY name"
        known |= dict(client.query(query).result_rows)
    return known


def about(client: Client, names: Collection[str]) -> dict[str, str]:
    """Return the condition on the rows about these names, for each table that has such; clones have not."""
    return {Table.COMMANDS: _on_alerts_of(names), **{one.table: one.whose(names) for one in _lasting(client)}}


def _on_alerts_of(names: Collection[str]) -> str:
    alerts = f"SELECT alert_id FROM {Table.ALERTS} WHERE person_id IN ({_list(names)})"
    return f"subject IN ({alerts})"


def _hinted_at(names: Collection[str], whose_ids: Collection[str]) -> dict[str, str]:
    """Return the condition on the hints about names: hashes, of which other tables tell the ids.

    A contact may be hashed with another name of its customer: the ids are those of `whose_ids`.
    """
    named = f"person_id IN ({_list(whose_ids)})"
    contacts = " UNION DISTINCT ".join(
        f"SELECT episode_id FROM {table} WHERE {named}" for table in (Table.JOURNAL, Table.STEPS)
    )
    hashed = f"SELECT cityHash64(name, episode_id) FROM ({contacts}) ARRAY JOIN [{_list(names)}] AS name"
    touchpoints = f"SELECT cityHash64(touchpoint_id) FROM {Table.JOURNAL} WHERE {named}"
    return {Hint.CONTACT_DAYS: f"contact IN ({hashed})", Hint.WORDED: f"touchpoint_hash IN ({touchpoints})"}


def note_places(client: Client, names: Collection[str]) -> None:
    """Note where the records of these names stand in Kafka."""
    placed = [one for one in _lasting(client) if "kafka_offset" in one.columns]
    for one, some in product(placed, _pieces(names)):
        received = next(column for column in RECEIVED if column in one.columns)
        client.command(
            f"INSERT INTO {Table.ERASED} SELECT DISTINCT kafka_topic, kafka_partition, kafka_offset,"
            f" {received} FROM {one.table} WHERE {one.whose(some)}"
        )


def pairs_of(client: Client, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of names that were ever named together, of which one is among these."""
    for some in _pieces(names):
        query = (
            f"SELECT DISTINCT least(person_id, other_id), greatest(person_id, other_id) FROM {Table.LINKS}"
            f" WHERE person_id IN ({_list(some)}) OR other_id IN ({_list(some)})"
        )
        yield from ((one, other) for one, other in client.query(query).result_rows)


def alerts_of(client: Client, names: Collection[str]) -> Iterator[str]:
    """Yield the ids of the alerts about these names."""
    for some in _pieces(names):
        query = f"SELECT alert_id FROM {Table.ALERTS} WHERE person_id IN ({_list(some)})"
        yield from (alert_id for (alert_id,) in client.query(query).result_rows)


def subjects_of(client: Client) -> set[str]:
    """Return what commands are about: ids of alerts, among others."""
    asked = " UNION ALL ".join(f"SELECT subject FROM {table}" for table in _tables_of_commands(client))
    return {subject for (subject,) in client.query(f"SELECT DISTINCT subject FROM ({asked})").result_rows}


def write_stand_in(client: Client, names: Collection[str], salt: str) -> None:
    """Write the rows of a customer again, under a name and ids to which nothing leads once the salt is gone.

    What was said, and what publishers wrote, is left out; so is where it stood in Kafka, hence no worker
    takes the stand-in for a customer. Writing again is harmless.
    """
    copied = [one for one in _lasting(client) if one.table not in NOT_COPIED]
    for one, some in product(copied, _pieces(names)):
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


def delete(client: Client, names: Collection[str], alerts: Collection[str]) -> None:
    """Return when no table had rows of these names, and no part on the disk has held any; clones neither.

    Nor of commands about these alerts. What the rows of other tables tell goes first. Raises SweepingError if
    ClickHouse takes too long.
    """
    pieces, swept = list(_pieces(names)), set[str]()
    hints = [told for pair in product(pieces, pieces) for told in _hinted_at(*pair).items()]
    commands = [
        (table, f"subject IN ({_list(some)})")
        for table in _tables_of_commands(client)
        for some in _pieces(alerts)
    ]
    rows = [(one.table, one.whose(some)) for one in _personal(client) for some in pieces]
    for conditions in (hints + commands, rows):
        for table, condition in conditions:
            client.command(f"ALTER TABLE {table} DELETE WHERE {condition}", settings={"mutations_sync": 0})
            swept.add(table)
        _wait(lambda: not _unfinished(client), "rows are still being deleted")
    replaced = _replaced_parts(client, swept)
    _wait(lambda: not replaced & _replaced_parts(client, swept), "replaced parts are still on the disk")


def _tables_of_commands(client: Client) -> list[str]:
    """Return the table of commands, and its clone if there is one."""
    clone = f"{CLONE}{Table.COMMANDS}"
    return [Table.COMMANDS, clone] if int(str(client.command(f"EXISTS TABLE {clone}"))) else [Table.COMMANDS]


def _unfinished(client: Client) -> int:
    query = "SELECT count() FROM system.mutations WHERE database = currentDatabase() AND NOT is_done"
    return int(str(client.command(query)))


def _replaced_parts(client: Client, tables: Collection[str]) -> set[tuple[str, str]]:
    query = "SELECT table, name FROM system.parts WHERE database = currentDatabase() AND NOT active"
    return {(table, name) for table, name in client.query(query).result_rows if table in tables}


def _wait(done: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise SweepingError(what)
        time.sleep(LOOK_SECONDS)


def _personal(client: Client) -> list[_Personal]:
    """Return the tables that name customers; clones that a backup has made among them."""
    return [_Personal(table, dict(columns)) for table, columns in client.query(_PERSONAL).result_rows]


def _lasting(client: Client) -> list[_Personal]:
    """Return the tables that name customers and are no clones: what clones hold is theirs too."""
    return [one for one in _personal(client) if not one.is_clone]


def _pieces(names: Collection[str]) -> Iterator[Sequence[str]]:
    """Yield names, as many at a time as a statement has room for."""
    return in_pieces(list(names), MOST_NAMES)


def _list(names: Iterable[str]) -> str:
    """Return names, or ids of alerts, for a statement; ValueError if one is none."""
    return ", ".join(f"'{bytes.fromhex(name).hex()}'" for name in names)
