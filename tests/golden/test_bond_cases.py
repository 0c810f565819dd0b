"""Every worked case of the model, to 1e-6: index, evidence, components, emotions, contributions."""

import json
from pathlib import Path
from typing import Any

import pytest

from streams.bond.file import read_lines
from streams.bond.parameters import VERSIONS

TOLERANCE = 1e-6
CASES = Path(__file__).parent / "bond-1.cases.jsonl"
LINES = CASES.read_bytes().splitlines()
RESULTS = ("index", "evidence", "components", "emotions", "contributions")


def without_results(line: bytes) -> tuple[dict[str, Any], str]:
    """Return the case as it should come out, and the line to put in."""
    case = json.loads(line)
    asked = {**case, "reads": [{"at": read["at"]} for read in case["reads"]]}
    return case, json.dumps(asked)


@pytest.mark.parametrize("line", LINES, ids=[json.loads(line)["name"] for line in LINES])
def test_a_worked_case_comes_out_as_worked(line: bytes) -> None:
    case, asked = without_results(line)
    [got] = read_lines([asked], VERSIONS["bond-1"])
    assert got["name"] == case["name"]
    assert got["touchpoints"] == case["touchpoints"]
    for read, expected in zip(got["reads"], case["reads"], strict=True):
        assert read["at"] == expected["at"]
        for result in RESULTS:
            assert read[result] == pytest.approx(expected[result], abs=TOLERANCE), result


def test_all_cases_are_there() -> None:
    assert len(LINES) == 112
