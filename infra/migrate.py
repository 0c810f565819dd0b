"""Numbered SQL migrations for any ClickHouse: `migrations/NNNN_name.sql`, applied once, in order.

A file holds one or more statements.  What was applied is written to the table `migrations` of the same
database, statement by statement, with checksums: a run that was killed or failed goes on where it stopped,
with the file corrected from there if need be; a file applied whole must stay as it is.  ClickHouse has no
transactions for tables, so a statement is noted before and after it ran, and one that had begun may find
its work done.

`{{name}}` in a file stands for a value given by the caller; checksums are those of the text without values.
On a cluster the same files make replicated tables, sharded by customer; `infra.cluster` says how.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from infra.clickhouse.statement import quoted
from infra.cluster import Addressed, databases_on, on_cluster, whole_on
from infra.migration_files import FOLDER, Migration, MigrationError, fill, read_migrations, sha256

DONE_ALREADY = {15, 57}  # DUPLICATE_COLUMN, TABLE_ALREADY_EXISTS

COLUMNS = {
    "number": ("UInt16", "Number of the file"),
    "place": ("UInt16", "Place of the statement in the file, from 1"),
    "statements": ("UInt16", "Statements in the file"),
    "name": ("String", "Name of the file"),
    "file": ("String", "SHA-256 of the file"),
    "statement": ("String", "SHA-256 of the statement"),
    "finished": ("Bool", "Whether it was noted after the statement ran, or only before"),
}
"""What is noted of a statement: types and comments by name."""
HISTORY = f"""
CREATE TABLE IF NOT EXISTS migrations
(
    {", ".join(f"{name} {kind} COMMENT '{comment}'" for name, (kind, comment) in COLUMNS.items())},
    noted_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was noted'
)
ENGINE = MergeTree
ORDER BY (number, place, finished)
SETTINGS min_bytes_for_full_part_storage = 10485760
COMMENT 'Statements of the migrations that ran here'
"""


@dataclass(frozen=True)
class Noted:
    """What the database knows of one file: statements by place with their SHA-256, finished or only begun."""

    name: str
    checksum: str
    statements: int
    finished: dict[int, str]
    begun: dict[int, str]

    @property
    def is_whole(self) -> bool:
        """Whether every statement of the file, as it was then, has finished."""
        return len(self.finished) == self.statements


def migrate(
    client: Client,
    database: str,
    folder: Path = FOLDER,
    values: Mapping[str, str] | None = None,
    cluster: str = "",
) -> list[str]:
    """Apply what is not applied yet and give the names of those files.

    `client` may be connected to any database; `database` is made if it does not exist, on all nodes of
    `cluster` if one is named. `{{name}}` in a statement stands for the value of that name.
    Raises MigrationError if a file is changed, missing or out of order, or if a statement fails.
    """
    migrations = read_migrations(folder)
    target = _Target(client, database, values or {}, cluster)
    if not client.query(
        "SELECT 1 FROM system.databases WHERE name = {name:String}", {"name": database}
    ).row_count:
        for statement in _databases(target):
            client.command(statement, use_database=False)
    _command(client, database, whole_on(HISTORY, cluster) if cluster else HISTORY)
    noted = _read_history(client, database)
    _check(migrations, noted)
    return [each.name for each in migrations if _apply(target, each, noted.get(each.number))]


def _read_history(client: Client, database: str) -> dict[int, Noted]:
    rows = client.query(
        f"SELECT {', '.join(COLUMNS)} FROM {quoted(database)}.migrations ORDER BY number, noted_at, finished"
    ).result_rows
    noted: dict[int, Noted] = {}
    for number, place, statements, name, checksum, statement, finished in rows:
        past = noted.get(number) or Noted(name, checksum, statements, {}, {})
        places = past.finished if finished else past.begun
        places[place] = statement
        # The newest note tells what the file was last.
        noted[number] = Noted(name, checksum, statements, past.finished, past.begun)
    return noted


def _check(migrations: Sequence[Migration], noted: dict[int, Noted]) -> None:
    """Raise MigrationError if history and files contradict each other."""
    files = {each.number: each for each in migrations}
    for number, past in noted.items():
        if number not in files:
            raise MigrationError(f"{past.name} was applied to this database but its file is gone")
        if _is_changed(files[number], past):
            raise MigrationError(f"{past.name} was changed after it was applied; add a new migration instead")
    newest = max(noted, default=-1)
    for each in migrations:
        if each.number < newest and each.number not in noted:
            raise MigrationError(f"{each.name} comes before {noted[newest].name}, which is applied already")


def _is_changed(migration: Migration, past: Noted) -> bool:
    """A whole file must be the same; of a file in the middle, what has finished must be the same."""
    if past.is_whole:
        return migration.checksum != past.checksum
    now = dict(enumerate(map(sha256, migration.statements), start=1))
    return any(now.get(place) != statement for place, statement in past.finished.items())


@dataclass(frozen=True)
class _Target:
    """Where statements run, and the values they are filled with."""

    client: Client
    database: str
    values: Mapping[str, str]
    cluster: str


class _Note(NamedTuple):
    """That a statement begins, or has finished."""

    place: int
    finished: bool


def _databases(target: _Target) -> list[str]:
    if target.cluster:
        return databases_on(target.cluster, target.database)
    return [f"CREATE DATABASE IF NOT EXISTS {quoted(target.database)}"]


def _apply(target: _Target, migration: Migration, past: Noted | None) -> bool:
    """Run what is left of a file; False if nothing was."""
    finished = past.finished if past else {}
    begun = past.begun if past else {}
    left = [place for place in range(1, len(migration.statements) + 1) if place not in finished]
    notes: list[_Note] = []
    for place in left:
        again = begun.get(place) == sha256(migration.statements[place - 1])
        if not again:
            notes.append(_Note(place, finished=False))
        _write_down(target, migration, notes)
        _run(target, migration, place, again)
        notes = [_Note(place, finished=True)]
    _write_down(target, migration, notes)
    return bool(left)


def _run(target: _Target, migration: Migration, place: int, again: bool) -> None:
    statement = fill(migration.statements[place - 1], target.values)
    try:
        for database, sql in addressed(statement, target.database, target.cluster):
            _run_one(target.client, database, sql, again)
    except (DatabaseError, ValueError) as error:
        reason = str(error).partition("DB::Exception: ")[2] or str(error)
        line = " ".join(reason.split())
        raise MigrationError(f"{migration.name}, statement {place}: {line[:300]}") from error


def addressed(statement: str, database: str, cluster: str = "") -> list[Addressed]:
    """Return a statement with the database it is for, or what it is on a cluster. ValueError as there."""
    return on_cluster(statement, database, cluster) if cluster else [Addressed(database, statement)]


def _run_one(client: Client, database: str, sql: str, again: bool) -> None:
    try:
        _command(client, database, sql)
    except DatabaseError as error:
        if not again or error.code not in DONE_ALREADY:
            raise


def _write_down(target: _Target, migration: Migration, notes: Sequence[_Note]) -> None:
    rows = [
        (
            migration.number,
            place,
            len(migration.statements),
            migration.name,
            migration.checksum,
            sha256(migration.statements[place - 1]),
            finished,
        )
        for place, finished in notes
    ]
    if rows:
        target.client.insert(
            "migrations",
            rows,
            list(COLUMNS),
            database=target.database,
            column_type_names=[kind for kind, _ in COLUMNS.values()],
        )


def _command(client: Client, database: str, sql: str) -> None:
    client.command(sql, settings={"database": database}, use_database=False)
