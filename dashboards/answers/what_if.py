"""How everybody stands, and how they would: means with intervals, by segment, and who crosses levels."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboards.answers.estimates import Estimate, mean_of
from dashboards.answers.movement import LEVELS, Course, Flow

RANKED = tuple(reversed(LEVELS[:-1]))
"""Levels from the worst on; the unknown has no place."""


class ComparedRow(NamedTuple):
    """Sums over the customers of a segment who stand at a level, and would stand at another."""

    segment: str
    before: str
    after: str
    people: int
    concerned: int
    now_sum: float
    now_squares: float
    would_sum: float
    would_squares: float
    change_sum: float
    change_squares: float
    tens_now: Sequence[int]
    """Customers by tens of the index, from −100 on."""
    tens_would: Sequence[int]


class Compared(NamedTuple):
    """Customers as they stand, and as they would."""

    people: int
    concerned: int
    """Of whom something is other than it was."""
    now: Estimate
    would: Estimate
    change: Estimate
    tens_now: list[int]
    tens_would: list[int]
    flows: dict[tuple[str, str], int]
    """People by the level at which they stand, and that at which they would."""

    @property
    def risen(self) -> int:
        """Customers who would stand at a better level."""
        return self._crossing(1)

    @property
    def fallen(self) -> int:
        """Customers who would stand at a worse level."""
        return self._crossing(-1)

    @property
    def back(self) -> int:
        """Customers at risk who would not be."""
        return sum(people for (before, after), people in self.flows.items() if before == "at_risk" != after)

    def _crossing(self, way: int) -> int:
        return sum(
            people
            for (before, after), people in self.flows.items()
            if before in RANKED and after in RANKED and (RANKED.index(after) - RANKED.index(before)) * way > 0
        )

    @property
    def course(self) -> Course:
        """The same as a movement from how they stand to how they would."""
        standing = [dict.fromkeys(LEVELS, 0), dict.fromkeys(LEVELS, 0)]
        for levels, people in self.flows.items():
            for place, level in enumerate(levels):
                standing[place][level] += people
        flows = [Flow(0, before, after, people) for (before, after), people in sorted(self.flows.items())]
        indexes = [self.now.mean, self.would.mean]
        return Course(self.people, indexes, [one["at_risk"] for one in standing], flows, standing)


def compared(rows: Sequence[ComparedRow]) -> Compared:
    """Return what rows of any segments come to."""
    people = sum(row.people for row in rows)
    flows: dict[tuple[str, str], int] = {}
    for row in rows:
        flows[row.before, row.after] = flows.get((row.before, row.after), 0) + row.people

    def mean(total: str, squares: str) -> Estimate:
        first, second = (sum(getattr(row, name) for row in rows) for name in (total, squares))
        return mean_of(first, second, people)

    return Compared(
        people,
        sum(row.concerned for row in rows),
        mean("now_sum", "now_squares"),
        mean("would_sum", "would_squares"),
        mean("change_sum", "change_squares"),
        [sum(column) for column in zip(*(row.tens_now for row in rows), strict=True)],
        [sum(column) for column in zip(*(row.tens_would for row in rows), strict=True)],
        flows,
    )


def by_segment(rows: Sequence[ComparedRow]) -> list[tuple[str, Compared]]:
    """Return each segment with what its customers come to, the largest change first."""
    segments = {row.segment for row in rows}
    each = [(name, compared([row for row in rows if row.segment == name])) for name in segments]
    return sorted(each, key=lambda one: (-abs(one[1].change.mean), one[0]))
