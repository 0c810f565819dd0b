"""What came of rows outlasts the run."""

from dataclasses import replace
from pathlib import Path

from .results import Results
from .rows import Scale
from .run import Outcome

HELD = Outcome("late", "one in ten late", "100 at 10", 0, 0, 0, "", False, ("one was held",), 1.5)


def test_the_last_outcome_of_a_row_is_found_again(tmp_path: Path) -> None:
    for outcome in (replace(HELD, lost=1, shortfall="1 lost"), replace(HELD, name="clocks"), HELD):
        Results(Scale(quick=True), tmp_path).keep(outcome)
    found = Results(Scale(quick=True), tmp_path).of(["late", "zombie", "clocks"])
    assert found == {"late": HELD, "clocks": replace(HELD, name="clocks")}
    assert not Results(Scale(quick=False), tmp_path).of(["late"])
