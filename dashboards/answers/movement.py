"""How people move between levels, how they stood over time, and what became of them."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboards.answers.estimates import Share, share_of

LEVELS = ("loyal", "warm", "lukewarm", "at_risk", "unknown")
"""From the best down; unknown while too little is known."""
COURSE_PARTS = 12
LEVEL_PLACES = (0, 4, 8, 12)
"""The times of the course at which levels are shown."""


class LevelsRow(NamedTuple):
    """Where the levels begin."""

    model_version: str
    loyal_from: float
    warm_from: float
    lukewarm_from: float
    evidence_floor: float

    @property
    def parameters(self) -> dict[str, float]:
        """What the queries need to know of it."""
        return {name: value for name, value in self._asdict().items() if name != "model_version"}


class CourseRow(NamedTuple):
    """People with the same levels at the four times."""

    levels: Sequence[str]
    people: int
    sums: Sequence[float]
    at_risk: Sequence[int]


class RetentionRow(NamedTuple):
    """What became of the people of a level."""

    level: str
    people: int
    left: int
    renewed: int


class Flow(NamedTuple):
    """People who went from a level to another; `step` counts the pairs of times from 0."""

    step: int
    before: str
    after: str
    people: int


class Course(NamedTuple):
    """How the people in the picture stood at times of the period."""

    people: int
    indexes: list[float]
    """Mean index at each time."""
    at_risk: list[int]
    flows: list[Flow]
    standing: list[dict[str, int]]
    """People of each level at each of the four times."""


def course_of(rows: Sequence[CourseRow]) -> Course:
    """Return the course of everybody."""
    people = sum(row.people for row in rows)
    times = COURSE_PARTS + 1
    indexes = [sum(row.sums[at] for row in rows) / people if people else 0.0 for at in range(times)]
    at_risk = [sum(row.at_risk[at] for row in rows) for at in range(times)]
    flows: dict[tuple[int, str, str], int] = {}
    standing: list[dict[str, int]] = [dict.fromkeys(LEVELS, 0) for _ in LEVEL_PLACES]
    for row in rows:
        for at, level in enumerate(row.levels):
            standing[at][level] += row.people
        for step, (before, after) in enumerate(zip(row.levels, row.levels[1:], strict=False)):
            flows[step, before, after] = flows.get((step, before, after), 0) + row.people
    return Course(
        people, indexes, at_risk, [Flow(*key, count) for key, count in sorted(flows.items())], standing
    )


class Retention(NamedTuple):
    """The people of a level: who left, who renewed or bought again, who stayed."""

    level: str
    people: int
    left: Share
    renewed: Share
    kept: Share


def retention_of(rows: Sequence[RetentionRow]) -> list[Retention]:
    """Return what became of each level's people, from the best level down; empty ones are left out."""
    by_level = {row.level: row for row in rows if row.people}
    return [
        Retention(
            level,
            row.people,
            share_of(row.left, row.people),
            share_of(row.renewed, row.people),
            share_of(row.people - row.left, row.people),
        )
        for level in LEVELS
        if (row := by_level.get(level))
    ]
