"""What became of failures, and whether one that was put right leaves a stronger bond than none."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from dashboards.answers.estimates import Estimate, Share, mean_of, share_of
from dashboards.answers.moments import Moment, MomentRow, judged, moments_of

EVERYBODY = ""
"""The segment of all."""
STATES = ("recovered", "open", "lost")


class StatesRow(NamedTuple):
    """What became of the failures of a touchpoint type."""

    type: str
    people: int
    failures: int
    open: int
    recovered: int
    lost: int

    def share(self, state: str) -> Share:
        """Of its failures, those in one of STATES."""
        return share_of(getattr(self, state), self.failures)


class BondsRow(NamedTuple):
    """Sums of people's bonds before, just after and now, by what became of their failures."""

    state: str
    people: int
    before_sum: float
    before_squares: float
    after_sum: float
    after_squares: float
    now_sum: float
    now_squares: float

    @property
    def course(self) -> tuple[Estimate, Estimate, Estimate]:
        """The mean bond before, just after, now."""
        return (
            mean_of(self.before_sum, self.before_squares, self.people),
            mean_of(self.after_sum, self.after_squares, self.people),
            mean_of(self.now_sum, self.now_squares, self.people),
        )


class FollowedRow(NamedTuple):
    """Sums over the people of a segment who stood alike before a contact; see `v_recovery`."""

    segment: str
    role: str
    type: str
    tone: str
    before: int
    people: int
    impacts: float
    changes: float
    change_squares: float
    bought: int
    complained: int
    left: int


def together(rows: Sequence[StatesRow]) -> StatesRow:
    """Return the failures of all types; people count once for each type."""
    sums = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    return StatesRow("", *sums)


def compared(rows: Iterable[FollowedRow]) -> list[Moment]:
    """Return what followed failures, for everybody and for each segment; the segment stands as the type.

    The rest are those who stood alike and never failed. Segments with too few people are left out.
    """
    by_segment: dict[str, list[MomentRow]] = defaultdict(list)
    for row in rows:
        for segment in {row.segment, EVERYBODY}:
            by_segment[segment].append(MomentRow(*row[1:]))
    found: list[Moment] = []
    for segment in sorted(by_segment):
        found += [replace(one, type=segment) for one in moments_of(by_segment[segment], [])]
    return judged(found)
