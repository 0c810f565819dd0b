"""Statements made by a grammar from legal queries and attacks: pieces exchanged, wrapped, hidden and torn.

The same seed gives the same mutants.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence

from .corpus import attacks, legal

PIECE = re.compile(r"'(?:[^'\\]|\\.)*'|`[^`]*`|\w+|\s+|.", re.DOTALL)
NAME = re.compile(r"v_\w+")
WORD = re.compile(r"\b[A-Za-z_]\w*\b")
VALUE = re.compile(r"\b(?:[a-z]\w*|\d+)\b|'[^']*'")
GAPS = (" ", "\t", "\n", "/**/", "/* x */", " -- x\n", " # x\n", "\u00a0", "\x0c", "\r\n", "")
QUOTES = ("{}", "`{}`", '"{}"', "({})", "{}.{}", "$${}$$", "'{}'", "\ufeff{}", "{}\x00")
WRAPS = (
    "SELECT * FROM ({})",
    "WITH x AS ({}) SELECT * FROM x",
    "SELECT ({})",
    "SELECT 1 WHERE 1 IN ({})",
    "SELECT arrayMap(y -> ({}), [1])",
    "({}) UNION ALL SELECT 1",
    "SELECT 1 UNION ALL ({})",
    "DESCRIBE ({})",
    "EXPLAIN {}",
    "EXPLAIN AST {}",
    "CREATE VIEW v_new AS {}",
    "INSERT INTO rejected {}",
    "SELECT * FROM view({})",
    "SELECT * FROM v_bonds WHERE EXISTS ({})",
    "SELECT * FROM v_bonds LIMIT ({})",
    "WITH RECURSIVE x AS ({}) SELECT * FROM x",
    "{}; {}",
    "{} FORMAT JSON",
    "{} SETTINGS readonly = 0",
    "{} INTO OUTFILE '{out}'",
)


class Mutator:
    """Makes mutants for one place, of whose words the canary can be reached."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._legal = [sql for _, sql in legal(words)]
        self._attacks = [attack.sql for attack in attacks(words)]
        self._tables = (words["base"], f"{words['database']}.{words['base']}", f"{words['hidden']}.kept")
        self._sources = (
            *self._tables,
            f"file('{words['file']}', LineAsString)",
            f"url('http://127.0.0.1:{words['port']}/', CSV, 'a String')",
            f"remote('127.0.0.1:{words['port']}', system.one)",
            f"merge('{words['database']}', '^rejected$')",
            f"(SELECT value FROM {words['base']})",
        )
        self._wraps = tuple(wrap.replace("{out}", words["out"]) for wrap in WRAPS)
        self._values = (f"file('{words['file']}')", f"(SELECT any(value) FROM {words['base']})", "hostName()")

    def mutants(self, seed: int, count: int) -> Iterator[str]:
        """Yield so many statements."""
        chance = random.Random(seed)
        for _ in range(count):
            sql = chance.choice(self._legal if chance.random() < 0.7 else self._attacks)
            for _ in range(chance.randint(1, 4)):
                sql = chance.choice(CHANGES)(self, chance, sql)
            yield sql

    def redirect(self, chance: random.Random, sql: str) -> str:
        """Read from elsewhere than a view."""
        return _one(chance, NAME, sql, lambda _: chance.choice(self._sources))

    def rename(self, chance: random.Random, sql: str) -> str:
        """Name a table, or alias one, where any name stood."""
        return _one(chance, re.compile(r"\b[a-z]\w*\b"), sql, lambda _: chance.choice(self._tables))

    def evaluate(self, chance: random.Random, sql: str) -> str:
        """Put a value that nobody may have where a name or a constant stood."""
        return _one(chance, VALUE, sql, lambda _: chance.choice(self._values))

    def call(self, chance: random.Random, sql: str) -> str:
        """Call another function."""
        names = ("file", "url", "in", "notIn", "joinGet", "remote", "executable", "sleep", "dictGet", "view")
        return _one(chance, re.compile(r"\b\w+(?=\()"), sql, lambda _: chance.choice(names))

    def disguise(self, chance: random.Random, sql: str) -> str:
        """Write a name in another way."""
        return _one(chance, WORD, sql, lambda word: chance.choice(QUOTES).format(word, word))

    def space(self, chance: random.Random, sql: str) -> str:
        """Put something else between words."""
        return _one(chance, re.compile(r"\s+"), sql, lambda _: chance.choice(GAPS))

    def case(self, chance: random.Random, sql: str) -> str:
        """Write a word in other letters."""
        return _one(
            chance,
            re.compile(r"\b[A-Za-z]\w*\b"),
            sql,
            lambda word: chance.choice((word.upper(), word.title())),
        )

    def wrap(self, chance: random.Random, sql: str) -> str:
        """Hide it in another statement."""
        return chance.choice(self._wraps).replace("{}", sql)

    def cross(self, chance: random.Random, sql: str) -> str:
        """Go on with the end of another."""
        other = chance.choice(self._attacks)
        return sql[: chance.randint(0, len(sql))] + other[chance.randint(0, len(other)) :]

    def tear(self, chance: random.Random, sql: str) -> str:
        """Leave out, double or exchange a piece."""
        pieces: Sequence[str] = PIECE.findall(sql)
        if len(pieces) < 2:
            return sql
        at = chance.randrange(len(pieces) - 1)
        here, there = pieces[at], pieces[at + 1]
        return "".join(
            [*pieces[:at], *chance.choice(((there,), (here, here, there), (there, here))), *pieces[at + 2 :]]
        )

    def shadow(self, chance: random.Random, sql: str) -> str:
        """Give a name that is allowed to what is not."""
        source, name = chance.choice(self._tables), chance.choice(("x", "v_bonds", "rejected", "people"))
        return chance.choice(
            (
                f"WITH {source} AS {name} {sql}",
                f"WITH {name} AS (SELECT * FROM {source}) {sql}",
                f"SELECT * FROM {source} AS {name} WHERE 1 IN ({sql})",
                f"SELECT 'a' IN {name} FROM ({sql}) AS {source.rpartition('.')[2]}",
            )
        )


CHANGES = (
    Mutator.redirect,
    Mutator.redirect,
    Mutator.rename,
    Mutator.evaluate,
    Mutator.call,
    Mutator.disguise,
    Mutator.space,
    Mutator.case,
    Mutator.wrap,
    Mutator.cross,
    Mutator.tear,
    Mutator.shadow,
)


def _one(chance: random.Random, pattern: re.Pattern[str], sql: str, change) -> str:  # type: ignore[no-untyped-def]
    """Change one of the places where a pattern fits."""
    found = list(pattern.finditer(sql))
    if not found:
        return sql
    match = chance.choice(found)
    return sql[: match.start()] + change(match[0]) + sql[match.end() :]
