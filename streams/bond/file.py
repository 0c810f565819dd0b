"""`vincle read`: felt touchpoints in, results out, with no Kafka and no ClickHouse.

A line is a JSON object, one customer: `{"name", "touchpoints": [...], "reads": [{"at"}, ...]}`. It comes out
again with the results in each of its reads; whatever else stands in the line is kept. A line that cannot be
read comes out as an error, and the others come out all the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from streams.bond.felt import FeltTouchpoint, FieldError, read_felt, read_instant
from streams.bond.parameters import BOND_1, EMOTIONS, Parameters
from streams.bond.reading import Reading, read_out

_INDEX_DIGITS = 9
_COMPONENT_DIGITS = 12
"""Three digits beyond what the contract promises; the rest is noise of the sums."""


def read_lines(lines: Iterable[bytes | str], parameters: Parameters = BOND_1) -> Iterator[dict[str, Any]]:
    """Yield for each line that is not blank, as it comes, the line with its results.

    A wrong line yields `{"line": number from 1, "error": {"field": path, "reason": text}}`, with its name
    beside it if it has one; the path is empty if the line is no JSON object at all.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        document: object = None
        try:
            document = _document(line)
            yield _read_line(document, parameters)
        except FieldError as wrong:
            name = {"name": document["name"]} if isinstance(document, dict) and "name" in document else {}
            yield {"line": number, **name, "error": {"field": wrong.field, "reason": wrong.reason}}


def _document(line: bytes | str) -> object:
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FieldError("", f"is not UTF-8 at byte {error.start}") from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FieldError("", f"is not JSON at column {error.colno}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise FieldError("", "is not JSON that can be read: too deep, or a number too long") from error


def _read_line(document: object, parameters: Parameters) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise FieldError("", "must be an object")
    touchpoints = [
        read_felt(fields, f"touchpoints[{place}]")
        for place, fields in enumerate(_list(document, "touchpoints"))
    ]
    reads = [
        _with_results(asked, f"reads[{place}]", touchpoints, parameters)
        for place, asked in enumerate(_list(document, "reads"))
    ]
    return {**document, "reads": reads}


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    if name not in document:
        raise FieldError(name, "is required")
    if not isinstance(document[name], list):
        raise FieldError(name, "must be a list")
    return list(document[name])


def _with_results(
    asked: object, path: str, touchpoints: list[FeltTouchpoint], parameters: Parameters
) -> dict[str, Any]:
    if not isinstance(asked, dict):
        raise FieldError(path, "must be an object")
    if asked.get("at") is None:
        raise FieldError(f"{path}.at", "is required")
    at_ms = read_instant(asked["at"], f"{path}.at")
    return {**asked, **results(read_out(touchpoints, at_ms, parameters))}


def results(reading: Reading) -> dict[str, Any]:
    """Return a reading in the format of the golden cases."""
    return {
        "index": round(reading.index, _INDEX_DIGITS),
        "evidence": round(reading.evidence, _COMPONENT_DIGITS),
        "components": {
            name: round(value, _COMPONENT_DIGITS) for name, value in reading.components._asdict().items()
        },
        "emotions": {
            emotion.value: round(value, _INDEX_DIGITS)
            for emotion, value in zip(EMOTIONS, reading.emotions, strict=True)
        },
        "contributions": {
            touchpoint: round(value, _INDEX_DIGITS) for touchpoint, value in reading.of_touchpoints.items()
        },
    }
