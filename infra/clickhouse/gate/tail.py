"""The parts of a statement that are no query: FORMAT and SETTINGS behind it, and {name:Type} inside.

All work on what the engine wrote, so there is one way to write each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from infra.clickhouse.errors import ACCESS_DENIED, SYNTAX_ERROR, refusal
from infra.clickhouse.statement import Token, tokens_of

SETTING = rb"(\w+) = ([0-9.]+|'[^'\\]*'|true|false)"
SETTINGS = re.compile(SETTING + rb"(?:, " + SETTING + rb")*")


@dataclass(frozen=True)
class Parts:
    """A query without its tail, and what the tail said."""

    query: bytes
    output_format: str | None
    settings: Mapping[str, str]


def take_off(text: bytes) -> Parts:
    """Split FORMAT and SETTINGS off.  Raises EngineError for settings that are no constants."""
    outer = [token for token in tokens_of(text) if token.depth == 0]
    output_format: str | None = None
    settings: dict[str, str] = {}
    while (at := _last_clause(outer)) is not None:
        content = text[outer[at + 1].start :]
        if outer[at].text == b"FORMAT":
            output_format = content.decode().strip("`")
        else:
            settings = _constants(content) | settings
        text, outer = text[: outer[at].start].rstrip(), outer[:at]
    return Parts(text, output_format, settings)


def _last_clause(outer: list[Token]) -> int | None:
    """Where a final FORMAT name, or a final list of SETTINGS, begins."""
    if len(outer) > 2 and outer[-2].text == b"FORMAT":
        return len(outer) - 2
    for at in range(len(outer) - 4, 0, -1):
        if outer[at].text == b"SETTINGS" and outer[at + 2].text == b"=":
            return at
    return None


def _constants(text: bytes) -> dict[str, str]:
    if not SETTINGS.fullmatch(text):
        raise refusal(SYNTAX_ERROR, "SETTINGS takes names and constants here")
    return {name.decode(): value.decode().strip("'") for name, value in re.findall(SETTING, text)}


def fit_to_judge(text: bytes) -> bytes:
    """The text with NULL for each {name:Type}, for values cannot change the tree.

    Raises EngineError for type Identifier, because a name that comes as a value cannot be judged once for all
    values, and for names with line ends and the like, which would forge lines of the tree.
    """
    pieces, after, opened = [], 0, None
    for token in tokens_of(text):
        if token.text.startswith(b"`") and b"\\" in token.text:
            raise refusal(ACCESS_DENIED, "Names with escaped characters are not allowed")
        if opened is None and token.text == b"{":
            opened = token
            pieces.append(text[after : token.start])
        elif opened is not None and token.text == b"IDENTIFIER":
            raise refusal(ACCESS_DENIED, "Parameters of type Identifier are not allowed")
        elif opened is not None and token.text == b"}" and token.depth == opened.depth - 1:
            pieces.append(b"NULL")
            opened, after = None, token.end
    return b"".join([*pieces, text[after:]])
