"""The gate itself: a question goes in, what may run of it comes out."""

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from infra.clickhouse.access import Question
from infra.clickhouse.engine import Engine, Work
from infra.clickhouse.errors import ACCESS_DENIED, QUERY_IS_TOO_LARGE, READONLY, refusal
from infra.clickhouse.gate.roles import GUARDS, OUTPUT_FORMATS, ROW_FORMATS, Role, row_guard
from infra.clickhouse.gate.rules import Reach, judge, judge_table
from infra.clickhouse.gate.tail import Parts, fit_to_judge, take_off
from infra.clickhouse.gate.tree import Node, TreeError, read_tree
from infra.clickhouse.statement import Statement, quoted
from schemas.names import View

REMEMBERED = 1024
JUDGING_SECONDS = "5"
ENGINE_DATABASES = frozenset({"default", "system", "information_schema", "INFORMATION_SCHEMA"})

_NAME = r"(?:`[^`\\]+`|\w+)"
_TABLE = rf"(?:{_NAME}\.)?{_NAME}"
_LIKE = r"(?: (?:NOT )?I?LIKE '(?:[^'\\]|\\.)*')?"
# Lists of what there is; the engine shows of it what a role's row filters let through.
LISTS = re.compile(
    rf"SHOW (?:DATABASES{_LIKE}|(?:FULL )?TABLES(?: FROM {_NAME})?{_LIKE}|FUNCTIONS{_LIKE}"
    rf"|(?:EXTENDED )?(?:FULL )?COLUMNS FROM {_NAME}(?: FROM {_NAME})?{_LIKE})"
)
EXISTS = re.compile(rf"EXISTS (?:TABLE|VIEW) ({_TABLE})")
INSERT = re.compile(rf"INSERT INTO (?:TABLE )?({_TABLE})(?:\s*\((?:{_NAME}|[\s,])*\))?", re.IGNORECASE)


@dataclass(frozen=True)
class _Key:
    role: int
    database: str
    sql: bytes


@dataclass(frozen=True)
class _Judged:
    """An allowed statement without its tail, whether it may name tables of the engine's own, and the engine's
    readonly for it."""

    parts: Parts
    names_engine: bool = True
    read_only: int = 1


class Gate:
    """Judges statements of roles; remembers its judgements, for programs ask the same again and again.

    `home` is the database of those who name none.
    """

    def __init__(self, engine: Engine, home: str) -> None:
        self._engine = engine
        self._home = home
        self._lock = threading.Lock()
        self._judged: OrderedDict[_Key, _Judged] = OrderedDict()

    def admit(self, role: Role, question: Question) -> Question:
        """What may run.  Raises EngineError, mostly ACCESS_DENIED."""
        database = self._home if question.database in ("", "default") else question.database
        statement = question.statement
        asked = replace(
            question,
            database=database,
            settings=_checked(role, question.settings),
            guards=GUARDS,
            queries_at_once=role.queries_at_once,
        )
        if statement.takes_rows:
            return self._admit_rows(role, asked)
        if len(statement.sql) > role.statement_bytes:
            raise refusal(QUERY_IS_TOO_LARGE, f"A query may have {role.statement_bytes} bytes")
        judged = self._judgement(role, database, statement.sql)
        parts = judged.parts
        settings = _checked(role, parts.settings)
        output_format = parts.output_format or question.output_format
        if output_format not in OUTPUT_FORMATS:
            raise refusal(ACCESS_DENIED, f"Not enough privileges: the format {output_format[:50]}")
        return replace(
            asked,
            statement=Statement(parts.query, statement.verb),
            settings={**asked.settings, **settings},
            guards={
                **asked.guards,
                **(row_guard(role) if judged.names_engine else {}),
                **_limits(role, {**asked.settings, **settings}),
            },
            output_format=output_format,
            read_only=judged.read_only,
        )

    def forget(self) -> None:
        """Forget all judgements: tables have come or gone."""
        with self._lock:
            self._judged.clear()

    def _admit_rows(self, role: Role, asked: Question) -> Question:
        """An INSERT with rows behind it, into a table that the role writes."""
        match = INSERT.fullmatch(asked.statement.sql.decode(errors="replace").strip())
        if not match or not _is_among(match[1], asked.database, role.writes):
            raise refusal(ACCESS_DENIED, "Not enough privileges: rows go into tables of one's own")
        if asked.statement.rows_format not in ROW_FORMATS:
            raise refusal(ACCESS_DENIED, f"Not enough privileges: the format {asked.statement.rows_format}")
        return asked

    def _judgement(self, role: Role, database: str, sql: bytes) -> _Judged:
        key = _Key(id(role), database, sql)
        with self._lock:
            if (known := self._judged.get(key)) is not None:
                self._judged.move_to_end(key)
                return known
        judged = self._judged_now(role, database, sql)
        with self._lock:
            self._judged[key] = judged
            while len(self._judged) > REMEMBERED:
                self._judged.popitem(last=False)
        return judged

    def _judged_now(self, role: Role, database: str, sql: bytes) -> _Judged:
        parts = take_off(self._rewritten(sql))
        reach = self._reach(role, database)
        text = parts.query.decode()
        if LISTS.fullmatch(text):
            return _Judged(parts)
        if match := EXISTS.fullmatch(text):
            judge_table(match[1].replace("`", ""), reach)
            return _Judged(parts)
        try:
            tree = read_tree(self._ask(b"EXPLAIN AST " + fit_to_judge(parts.query)))
        except TreeError as error:
            raise refusal(ACCESS_DENIED, "Not enough privileges: the query cannot be judged") from error
        judge(tree, reach)
        # Clients look there for the settings they may send; under 1 the engine would say none.
        tables = {node.label for node in tree.walk() if node.kind == "TableIdentifier"}
        return _Judged(parts, _names_engine(tree), read_only=2 if tables == {"system.settings"} else 1)

    def _rewritten(self, sql: bytes) -> bytes:
        """The statement as the engine writes it: no comments, one way to quote, one line."""
        try:
            text = sql.decode()
        except UnicodeDecodeError as error:
            raise refusal(ACCESS_DENIED, "Not enough privileges: the query is not UTF-8") from error
        written = self._ask(f"SELECT formatQuerySingleLine({quoted(text, chr(39))})".encode())
        return written.rstrip("\n").encode()

    def _reach(self, role: Role, database: str) -> Reach:
        """What a role may read in a database: nothing in one that does not hold the published views.

        The engine takes names in its own databases for files, among others.
        """
        name = quoted(database, "'")
        found = self._ask(f"SELECT name FROM system.tables WHERE database = {name}".encode())
        names = frozenset(found.split("\n"))
        if database in ENGINE_DATABASES or View.NOW not in names:
            return Reach(database, frozenset(), None)
        return Reach(database, role.reads, names)

    def _ask(self, sql: bytes) -> str:
        guard = {"max_execution_time": JUDGING_SECONDS}
        answer = self._engine.run(Work(sql, "TabSeparatedRaw", guards=guard, read_only=1))
        return bytes(answer.data).decode()


def _names_engine(tree: Node) -> bool:
    """Whether anything in a statement might be a table of the engine's own, by whatever name."""
    return any(name.lower() in node.label.lower() for node in tree.walk() for name in ENGINE_DATABASES)


def _is_among(table: str, database: str, names: frozenset[str]) -> bool:
    place, dot, name = table.replace("`", "").rpartition(".")
    return name in names and (not dot or place == database)


def _checked(role: Role, settings: Mapping[str, str]) -> Mapping[str, str]:
    for name in settings:
        if name not in role.settings:
            raise refusal(READONLY, f"Cannot modify '{name[:50]}' setting in readonly mode")
    return settings


def _limits(role: Role, asked: Mapping[str, str]) -> dict[str, str]:
    """The role's limits, or the lower ones asked for; 0 stands for no limit."""
    limits = {}
    for name, most in role.limits.items():
        wish = asked.get(name, "")
        limits[name] = str(min(most, int(wish) or most) if wish.isdecimal() else most)
    return limits
