"""Migrations on a cluster: the same statements, for tables that are sharded by customer and replicated. Pure.

    database_shard   the tables, replicated within their shard, and what fills one from another
    database         in front of each table one that looks like all shards together; and the views

Both are on every node.

Views, workers and analysts name tables as they do on a single server. What must meet lies together: rows of
one customer, and rows that are equal in their sorting key, of which a merge leaves one.

An insert is acknowledged when one replica of each shard has it, and a query may be answered by another that
lags: what a worker folds then lacks what was just written, until more comes of the customer or an audit
finds it. Either of two ways keeps that from happening. Both cost something, so nothing here chooses one:

* All read and write the same replica of a shard: `load_balancing = 'in_order'` and
  `prefer_localhost_replica = 0`. To talk to one host is not enough where there are several shards, for the
  table in front chooses by itself. When the first replica goes away, the next may lag.
* `insert_quorum = 'auto'`, `insert_quorum_parallel = 0` and `select_sequential_consistency = 1` in the
  profiles of all who write these tables, from the first row on: such a read may pass over what is written
  later without a quorum. While an insert waits for its quorum, the next into the same table of a shard is
  refused; a worker tries again, so the more of them, the longer each waits. Of two replicas none may be
  away.

Source: ClickHouse, "insert_quorum", "select_sequential_consistency", "load_balancing".
"""

import re
from typing import NamedTuple

from infra.clickhouse.statement import quoted

SHARD = "_shard"
CUSTOMER = ("person_id", "name_id")
"""Columns that say whose a row is."""

_CREATE = re.compile(r"(CREATE (?:OR REPLACE )?(TABLE|MATERIALIZED VIEW|VIEW)(?: IF NOT EXISTS)?) (\w+)")
_ALTER = re.compile(r"(ALTER TABLE (\w+))")
_COLUMNS = re.compile(r"\b(?:ADD|DROP|RENAME) COLUMN\b")
_ENGINE = re.compile(r"^ENGINE = (\w*MergeTree)(?:\(([^)]*)\))?$", re.MULTILINE)
_SORTING = re.compile(r"^ORDER BY (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"^COMMENT ('(?:[^'\\]|''|\\.)*')\s*\Z", re.MULTILINE)
_IN_SHARD = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'"
_ON_ALL = "'/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}'"
"""Where replicas of a table meet in the keeper, by the macros of each node."""


class Addressed(NamedTuple):
    """A statement, and the database in which it runs."""

    database: str
    sql: str


def on_cluster(statement: str, database: str, cluster: str) -> list[Addressed]:
    """Return the statements that do on a cluster what a migration's statement does on a single server.

    ValueError for a statement that has no meaning there.
    """
    text = _without_comments(statement)
    if match := _CREATE.match(text):
        _, what, name = match.groups()
        everywhere = _everywhere(text, cluster)
        if what == "VIEW":
            return [Addressed(database, everywhere)]
        if what == "MATERIALIZED VIEW":
            return [Addressed(database + SHARD, everywhere)]
        return [
            Addressed(database + SHARD, _replicated(everywhere, _IN_SHARD)),
            Addressed(database, _front(name, text, database, cluster)),
        ]
    if _ALTER.match(text):
        everywhere = _ALTER.sub(rf"\1 ON CLUSTER {quoted(cluster)}", text, count=1)
        # The table in front has the columns of its shards, and nothing of how they are kept.
        concerned = (database + SHARD, database) if _COLUMNS.search(text) else (database + SHARD,)
        return [Addressed(name, everywhere) for name in concerned]
    raise ValueError("a migration on a cluster creates tables and views, or alters tables")


def databases_on(cluster: str, database: str) -> list[str]:
    """Return the statements that make the databases on every node."""
    return [
        f"CREATE DATABASE IF NOT EXISTS {quoted(name)} ON CLUSTER {quoted(cluster)}"
        for name in (database + SHARD, database)
    ]


def whole_on(statement: str, cluster: str) -> str:
    """Return the statement that makes a table which is whole on every node, as that of the migrations is."""
    return _replicated(_everywhere(statement.strip(), cluster), _ON_ALL)


def _everywhere(statement: str, cluster: str) -> str:
    return _CREATE.sub(rf"\1 \3 ON CLUSTER {quoted(cluster)}", statement, count=1)


def _without_comments(statement: str) -> str:
    lines = statement.splitlines()
    while lines and (lines[0].startswith("--") or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines)


def _replicated(statement: str, place: str) -> str:
    """Return the statement with an engine whose replicas meet at a place in the keeper."""

    def engine(match: re.Match[str]) -> str:
        arguments = f", {match[2]}" if match[2] else ""
        return f"ENGINE = Replicated{match[1]}({place}{arguments})"

    replaced, count = _ENGINE.subn(engine, statement)
    if count != 1:
        raise ValueError("a table on a cluster has one engine, of the MergeTree family")
    return replaced


def _front(name: str, statement: str, database: str, cluster: str) -> str:
    """Return the statement that makes the table in front of the shards of one."""
    comment = _COMMENT.search(statement)
    told = f"\nCOMMENT {comment[1]}" if comment else ""
    return (
        f"CREATE TABLE {name} ON CLUSTER {quoted(cluster)} AS {quoted(database + SHARD)}.{name}\n"
        f"ENGINE = Distributed({quoted(cluster)}, {quoted(database + SHARD)}, {name}, "
        f"{_sharding(statement)}){told}"
    )


def _sharding(statement: str) -> str:
    """Return the sharding key: the customer, or else the whole sorting key."""
    sorting = _SORTING.search(statement)
    if sorting is None:
        raise ValueError("a table on a cluster has a sorting key")
    columns = sorting[1].strip().removeprefix("(").removesuffix(")")
    whose = [column for column in CUSTOMER if re.search(rf"\b{column}\b", columns)]
    return f"cityHash64({whose[0] if whose else columns})"
