"""What figures can be filtered by."""

from datetime import datetime
from typing import NamedTuple

from dashboards.answers.cohorts import cohorts_until
from dashboards.context import Context
from dashboards.state import COHORT

KINDS = ("sector", "segment", "department", "source", "language", COHORT)


class PulseRow(NamedTuple):
    """Cheap signs of life."""

    occurred_at: datetime
    received_at: datetime
    steps: int
    bonds: int
    told: int
    apart: int

    @property
    def is_empty(self) -> bool:
        """Is there no touchpoint yet?"""
        return self.bonds == 0


class ChoiceRow(NamedTuple):
    """A value to filter by."""

    kind: str
    value: str


def choices_of(context: Context, of_health: bool = False) -> dict[str, list[str]]:
    """Return the values of each kind that there are, or that there are `of_health`, of what came in."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    rows = context.store.rows("frame.choices", ChoiceRow)
    if of_health:
        heard = context.store.rows("data_health.choices", ChoiceRow)
        rows = (*(row for row in rows if row.kind not in {one.kind for one in heard}), *heard)
    for row in rows:
        found[row.kind].append(row.value)
    now = context.store.row("frame.pulse", PulseRow)
    return found if now.is_empty else found | {COHORT: cohorts_until(now.occurred_at, context.zone)}
