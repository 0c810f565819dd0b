"""`vincle read`: lines in, lines with results out."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from streams.bond.file import read_lines

GOOD = {
    "name": "Ada",
    "why": "kept",
    "touchpoints": [{"id": "a", "occurred_at": "2026-01-01T00:00:00Z", "valence": 0.5}],
    "reads": [{"at": "2026-01-01T01:00:00+01:00"}],
}


def read(*documents: object) -> list[dict[str, Any]]:
    return list(read_lines([json.dumps(document) for document in documents]))


def error_of(document: object) -> tuple[str, str]:
    [got] = read(document)
    return got["error"]["field"], got["error"]["reason"]


def test_a_line_comes_out_as_it_went_in_with_the_results_in_its_reads() -> None:
    [got] = read(GOOD)
    assert {name: got[name] for name in ("name", "why", "touchpoints")} == {
        name: GOOD[name] for name in ("name", "why", "touchpoints")
    }
    assert got["reads"] == [
        {
            "at": "2026-01-01T01:00:00+01:00",
            "index": 11.202778109,
            "evidence": 0.25,
            "components": {
                "memory": 0.078125,
                "treasure": 0.01875,
                "scar": 0.0,
                "end": 0.015625,
                "pressure": 0.0,
                "recovery": 0.0,
            },
            "emotions": dict.fromkeys(
                ("surprise", "relief", "gratitude", "familiarity", "belonging"), 7.796644138
            ),
            "contributions": {"a": 11.202778109},
        }
    ]


def test_no_touchpoint_reads_zero() -> None:
    [got] = read({"touchpoints": [], "reads": GOOD["reads"]})
    assert got["reads"][0]["index"] == 0.0
    assert got["reads"][0]["contributions"] == {}


def test_results_that_stand_in_the_line_already_are_replaced() -> None:
    stale = {**GOOD, "reads": [{**GOOD["reads"][0], "index": 99}]}  # type: ignore[index,dict-item]
    assert read(stale) == read(GOOD)


def test_bytes_and_text_are_the_same_also_with_a_byte_order_mark_and_blank_lines() -> None:
    text = json.dumps(GOOD)
    lines = [b"\xef\xbb\xbf" + text.encode(), "\ufeff" + text, b"\n", "  ", text + "\r\n"]
    assert list(read_lines(lines)) == read(GOOD, GOOD, GOOD)


def test_a_wrong_line_is_named_and_the_others_come_out() -> None:
    wrong = {**GOOD, "touchpoints": [*GOOD["touchpoints"], {"id": "b"}]}  # type: ignore[misc]
    first, second, third = read(GOOD, wrong, GOOD)
    assert first == third == read(GOOD)[0]
    assert second == {
        "line": 2,
        "name": "Ada",
        "error": {"field": "touchpoints[1].occurred_at", "reason": "is required"},
    }


def test_blank_lines_count_when_a_line_is_named() -> None:
    [got] = read_lines(["", "\n", "{"])
    assert got["line"] == 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"name": "\xff"}', "is not UTF-8 at byte 10"),
        ("{", "is not JSON at column 2"),
        ("[" * 100_000, "is not JSON that can be read"),
        ("[1" + "0" * 5_000 + "]", "is not JSON that can be read"),
        ("[]", "must be an object"),
        ("null", "must be an object"),
    ],
)
def test_a_line_that_is_no_object_is_refused_as_a_whole(line: bytes | str, reason: str) -> None:
    [got] = read_lines([line])
    assert got["error"]["field"] == ""
    assert got["error"]["reason"].startswith(reason)


@pytest.mark.parametrize(
    ("document", "field", "reason"),
    [
        ({"reads": []}, "touchpoints", "is required"),
        ({"touchpoints": []}, "reads", "is required"),
        ({"touchpoints": {}, "reads": []}, "touchpoints", "must be a list"),
        ({"touchpoints": [3], "reads": []}, "touchpoints[0]", "must be an object"),
        ({"touchpoints": [], "reads": [3]}, "reads[0]", "must be an object"),
        ({"touchpoints": [], "reads": [{}]}, "reads[0].at", "is required"),
        ({"touchpoints": [], "reads": [{"at": "soon"}]}, "reads[0].at", "must be an RFC 3339 time"),
        ({"touchpoints": [], "reads": [{"at": 5}]}, "reads[0].at", "must be a string"),
    ],
)
def test_a_line_of_the_wrong_shape_is_refused_with_the_field(
    document: object, field: str, reason: str
) -> None:
    got_field, got_reason = error_of(document)
    assert got_field == field
    assert got_reason.startswith(reason)


def test_lines_are_read_one_by_one() -> None:
    def endless() -> Iterator[str]:
        while True:
            yield json.dumps(GOOD)

    results = read_lines(endless())
    assert next(results) == next(results)
