"""Texts in JSON lines read into feelings in JSON lines: the body of `vincle feel`.

In: `{"id", "text"[, "lang"]}`. Out, in the same order: `{"id", "lang", "label", "valence", "arousal",
"emotions", "needs", "confidence", "evidence"}`. `evidence` names the characters (start, end) behind each word
heard, in the text as masked, which is not repeated here. A line that cannot be read gives
`{"line", "field", "error"}` and stops nothing; values are never echoed.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import orjson

from streams.feeling.text.reader import Heard, LinearReader

BATCH = 512
"""Lines that are read together."""
LONGEST_TEXT = 200_000
"""Characters of a text that are looked at; what follows is left out."""


class Asked(NamedTuple):
    """One line's question."""

    id: str | int
    text: str
    hint: str | None


class Wrong(NamedTuple):
    """What is wrong with a line."""

    line: int
    field: str | None
    error: str


def feel_lines(lines: Iterable[bytes | str], reader: LinearReader) -> Iterator[dict[str, Any]]:
    """Yield the answer to each line that is not blank."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        questions = [question(number, line) for number, line in batch]
        asked = [one for one in questions if isinstance(one, Asked)]
        heard = iter(reader.hear([one.text for one in asked], [one.hint for one in asked]))
        for one in questions:
            yield one._asdict() if isinstance(one, Wrong) else answer(one.id, next(heard))


def question(number: int, line: bytes | str) -> Asked | Wrong:
    """Read one line; what is wrong with it is told, not raised."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return Wrong(number, None, "is not JSON in UTF-8")
    if not isinstance(found, dict):
        return Wrong(number, None, "is not a JSON object")
    for field, kinds, told in (("id", (str, int), "a string"), ("text", (str,), "a string")):
        if field not in found:
            return Wrong(number, field, "is missing")
        if not isinstance(found[field], kinds) or isinstance(found[field], bool):
            return Wrong(number, field, f"is not {told}")
    hint = found.get("lang")
    if hint is not None and not isinstance(hint, str):
        return Wrong(number, "lang", "is not a string")
    return Asked(found["id"], found["text"][:LONGEST_TEXT], hint or None)


def answer(identifier: str | int, heard: Heard) -> dict[str, Any]:
    """Return one line of output."""
    return {
        "id": identifier,
        "lang": heard.language,
        "label": heard.label,
        "valence": heard.valence,
        "arousal": heard.arousal,
        "emotions": heard.emotions,
        "needs": heard.needs,
        "confidence": heard.confidence,
        "evidence": heard.words,
    }
