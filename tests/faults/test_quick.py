"""A slice of the table of faults: three crash points, two workers, a control that must be caught."""

import pytest

from .rows import ROWS
from .run import Outcome
from .table import run_rows

SLICE = ("two-workers", "crash-fetched-0", "crash-facts-written-0", "crash-all-written-0", "control-auto-ack")

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """What came of each row; they run side by side, because most of each is waiting for Kafka."""
    rows = {row.name: row for row in ROWS}
    return {outcome.row.name: outcome for outcome in run_rows([rows[name] for name in SLICE], print)}


@pytest.mark.parametrize("name", SLICE)
def test_the_row_holds(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    assert not outcome.shortfall, "\n".join([outcome.shortfall, *outcome.notes])
