"""What figures can be filtered by."""

from typing import NamedTuple

from dashboards.context import Context

KINDS = ("sector", "segment", "department", "language")


class ChoiceRow(NamedTuple):
    """A value to filter by."""

    kind: str
    value: str


def choices_of(context: Context) -> dict[str, list[str]]:
    """Return the values of each kind that there are: sector, department, segment, language."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for row in context.store.rows("frame.choices", ChoiceRow):
        found[row.kind].append(row.value)
    return found
