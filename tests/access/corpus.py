"""The texts beside this file: legal queries by name, and attacks."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

FOLDER = Path(__file__).parent


class Attack(NamedTuple):
    """A statement that must be refused, and what goes into the URL with it."""

    sql: str
    parameters: dict[str, str]


def attacks(words: Mapping[str, str]) -> list[Attack]:
    """Return every attack with names filled in."""
    lines = (FOLDER / "attacks.txt").read_text(encoding="utf-8").splitlines()
    return [_attack(line, words) for line in lines if line and not line.startswith("#")]


def _attack(line: str, words: Mapping[str, str]) -> Attack:
    match = re.fullmatch(r"(?:\[([^\]]*)\] )?(.*)", line)
    assert match
    given = dict(parse_qsl(_filled(match[1] or "", words), keep_blank_values=True))
    return Attack(_filled(match[2], words).replace("%0A", "\n").replace("\\n", "\\n"), given)


def _filled(text: str, words: Mapping[str, str]) -> str:
    """Put words in place of {names}; {{ and }} are braces, and {x:Type} stays."""
    found = re.sub(r"\{(\w+)\}", lambda name: words.get(name[1], name[0]), text)
    return found.replace("{{", "{").replace("}}", "}")


def legal(words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield name and text of every legal query."""
    text = (FOLDER / "legal.sql").read_text(encoding="utf-8")
    for part in text.split("-- name: ")[1:]:
        name, _, sql = part.partition("\n")
        yield name, _filled(sql.strip(), words)
