"""Files of migrations, read in order, split into statements and filled; `infra.migrate` applies them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.clickhouse.statement import TOKEN

FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
FOLDER = Path(__file__).with_name("migrations")
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
SAFE_VALUE = re.compile(r"[\w/+.-]*")


class MigrationError(Exception):
    """The files and the database do not fit; the text is one line."""


@dataclass(frozen=True)
class Migration:
    """One file: its number, name, SHA-256 and statements."""

    number: int
    name: str
    checksum: str
    statements: tuple[str, ...]


def read_migrations(folder: Path) -> list[Migration]:
    """The files of a folder in order.  Raises MigrationError for odd names, equal numbers, empty files."""
    migrations: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = FILE_NAME.fullmatch(path.name)
        if not match:
            raise MigrationError(f"{path.name}: a migration is named NNNN_name.sql")
        number, content = int(match.group(1)), path.read_bytes()
        if number in migrations:
            raise MigrationError(f"{path.name} and {migrations[number].name} have the same number")
        statements = tuple(split_statements(content.decode()))
        if not statements:
            raise MigrationError(f"{path.name} has no statement")
        migrations[number] = Migration(number, path.name, sha256(content.decode()), statements)
    return list(migrations.values())


def split_statements(sql: str) -> Iterator[str]:
    """The statements of a text, split at semicolons outside of comments and quotes; empty ones left out."""
    text = sql.encode()
    start, has_words = 0, False
    for match in TOKEN.finditer(text):
        if match.lastgroup == "gap":
            continue
        if match.group() != b";":
            has_words = True
            continue
        if has_words:
            yield text[start : match.start()].decode().strip()
        start, has_words = match.end(), False
    if has_words:
        yield text[start:].decode().strip()


def fill(statement: str, values: Mapping[str, str]) -> str:
    """Put values in place of {{names}}.  Raises MigrationError for an unknown name or an unsafe value."""

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match.group(1))
        if value is None or not SAFE_VALUE.fullmatch(value):
            raise MigrationError(
                f"{{{{{match.group(1)}}}}} in a migration has no value that may stand in SQL"
            )
        return value

    return PLACEHOLDER.sub(value_of, statement)


def sha256(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
