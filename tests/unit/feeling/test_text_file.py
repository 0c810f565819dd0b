"""Texts in JSON lines to feelings in JSON lines."""

import json
from typing import Any

import pytest

from streams.feeling.text.file import feel_lines
from streams.feeling.text.reader import LinearReader

READER = LinearReader()
KEYS = ["id", "lang", "label", "valence", "arousal", "emotions", "needs", "confidence", "evidence"]


def answers(*lines: str | bytes) -> list[dict[str, Any]]:
    return list(feel_lines(lines, READER))


def test_each_line_is_answered_in_order_with_all_fields() -> None:
    found = answers(
        json.dumps({"id": "a", "text": "Per fi! Moltes gràcies, ho heu arreglat de seguida.", "lang": "ca"}),
        json.dumps({"id": "b", "text": "terrible service, nobody answers and I am furious"}),
    )
    assert [list(one) for one in found] == [KEYS, KEYS]
    assert [(one["id"], one["lang"], one["label"]) for one in found] == [
        ("a", "ca", "pos"),
        ("b", "en", "neg"),
    ]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{not json", None),
        (b'{"id": "\xff"}', None),
        ("[1, 2]", None),
        ('{"text": "hola"}', "id"),
        ('{"id": true, "text": "hola"}', "id"),
        ('{"id": "a"}', "text"),
        ('{"id": "a", "text": 5}', "text"),
        ('{"id": "a", "text": "hola", "lang": 3}', "lang"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_field_and_costs_no_other(
    line: str | bytes, field: str | None
) -> None:
    found = answers('{"id": 1, "text": "bon dia"}', "", line, '{"id": 2, "text": "bon dia"}')
    assert [one.get("id") for one in found] == [1, None, 2]
    assert (found[1]["line"], found[1]["field"]) == (3, field)
    assert "hola" not in found[1]["error"]


def test_an_empty_text_is_neutral_and_trusted_with_nothing() -> None:
    found = answers('{"id": "a", "text": ""}')[0]
    assert (found["label"], found["confidence"], found["emotions"]) == ("neu", 0.0, {})
