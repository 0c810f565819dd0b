"""Files for spreadsheets: what is read there is what was shown, and nothing is worked out."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboards.exports import BYTE_ORDER_MARK, csv_of


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    text = csv_of({"name": "Name", "bond": "Bond"}, [{"name": "c1", "bond": -4.5, "more": 1}, {"name": "c2"}])
    assert read(text) == [["Name", "Bond"], ["c1", "-4.5"], ["c2", ""]]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " ="])
def test_a_text_that_begins_like_a_formula_is_made_harmless(begin: str) -> None:
    wicked = f"{begin}HYPERLINK(1)"
    assert read(csv_of({wicked: wicked}, [{wicked: wicked}])) == [[f"'{wicked}"]] * 2


@given(some.lists(some.text(alphabet=some.characters(codec="utf-8"), min_size=1), min_size=1))
def test_every_cell_comes_back(texts: list[str]) -> None:
    back = read(csv_of({"text": "Text"}, [{"text": text} for text in texts]))[1:]
    assert [cell.removeprefix("'") for (cell,) in back] == [text.removeprefix("'") for text in texts]
