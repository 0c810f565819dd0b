"""The table, a module a group. A further row is an entry there; a further group is named here."""

from . import content, controls, kills, long, order, outages, workers
from .row import Row, Scale

GROUPS = (kills, workers, outages, order, content, long, controls)


def rows_of(scale: Scale) -> dict[str, Row]:
    """Return every row by its name."""
    return {row.name: row for group in GROUPS for row in group.rows(scale)}
