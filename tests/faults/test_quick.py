"""A slice of the table of faults: three crash points, two workers, a control that must be caught."""

import pytest

from .rows import Scale, rows_of
from .run import Outcome
from .table import lines_of, run_rows

SLICE = ("two-workers", "crash-fetched-1", "crash-facts-written-1", "crash-all-written-1", "control-auto-ack")

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """What came of each row; they run side by side, because most of each is waiting for Kafka."""
    rows = rows_of(Scale(quick=True))
    return {outcome.name: outcome for outcome in run_rows([rows[name] for name in SLICE])}


@pytest.mark.parametrize("name", SLICE)
def test_the_row_holds(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    assert not outcome.shortfall, "\n".join(lines_of(outcome))
