"""What each department gave and took, and where bond is lost between two of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dashboards.answers.estimates import Estimate, Share, mean_of, share_of


class BalanceRow(NamedTuple):
    """What a department did to those who met it, in points of the bond index."""

    department: str
    people: int
    contacts: int
    good: int
    bad: int
    gained: float
    lost: float
    moved: float
    moved_squares: float


class WeekRow(NamedTuple):
    """What the contacts of a department did in a week that begins with `week`."""

    week: date
    department: str
    contacts: int
    moved: float


class HandoverRow(NamedTuple):
    """What hand-overs did to those who went through them; sums of each person's mean."""

    from_department: str
    to_department: str
    people: int
    handovers: int
    moved: float
    moved_squares: float

    @property
    def change(self) -> Estimate:
        """Points of a hand-over, for a person who went through it."""
        return mean_of(self.moved, self.moved_squares, self.people)

    @property
    def cost(self) -> float:
        """Points of all hand-overs together."""
        return self.change.mean * self.handovers


class RecoveryRow(NamedTuple):
    """How a department's failures were put right; hours are medians, None where none was."""

    department: str
    people: int
    failures: int
    recovered: int
    lost: int
    hours_to_act: float | None
    hours_to_recover: float | None
    needs: int
    needs_squares: int

    @property
    def recovered_share(self) -> Share:
        """Of its failures."""
        return share_of(self.recovered, self.failures)

    @property
    def lost_share(self) -> Share:
        """Of its failures."""
        return share_of(self.lost, self.failures)

    @property
    def needs_met(self) -> Estimate:
        """Needs met of a failure, of six."""
        return mean_of(self.needs, self.needs_squares, self.failures)


@dataclass(frozen=True)
class Balance:
    """A department; points are those of an average person in the picture."""

    department: str
    people: int
    contacts: int
    gained: float
    lost: float
    net: Estimate
    feeling: Estimate
    """Points for a person who met it."""
    change: float | None
    """Of `net`, against the period before; None if there is none."""


def balances_of(
    rows: Sequence[BalanceRow], people: int, before: Sequence[BalanceRow], people_before: int
) -> list[Balance]:
    """Return the departments, what took most first; `people` are all in the picture."""
    earlier: Mapping[str, float] = (
        {row.department: row.moved / people_before for row in before} if people_before else {}
    )
    made = [
        Balance(
            row.department,
            row.people,
            row.contacts,
            row.gained / people,
            row.lost / people,
            mean_of(row.moved, row.moved_squares, people),
            mean_of(row.moved, row.moved_squares, row.people),
            row.moved / people - earlier.get(row.department, 0.0) if earlier else None,
        )
        for row in rows
    ]
    return sorted(made, key=lambda one: (one.net.mean, one.department))


def worst_handover(rows: Sequence[HandoverRow]) -> HandoverRow | None:
    """Return the hand-over that costs most in all, of those that clearly cost."""
    clear = [row for row in rows if row.change.is_clear and row.change.mean < 0]
    return min(clear, key=lambda row: (row.cost, row.from_department, row.to_department), default=None)
