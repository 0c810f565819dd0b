"""One customer's life: the bond over time, what each touchpoint did then, and what it still weighs now.

The curve between touchpoints is the model's own fading; the last reading is the model's read-out, whose
contributions sum to the index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import tanh
from typing import NamedTuple

from schemas.brief import Trend
from schemas.instants import millis_of, moment_of
from streams.bond.bond import Fading, S, W
from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold
from streams.bond.imagined import had_been_recovered
from streams.bond.parameters import Parameters
from streams.bond.reading import Reading, read_out, read_out_without
from streams.bond.state import NOTHING_YET, State
from streams.rows import JournalRow

SAMPLES = 240
"""Points of the curve besides the touchpoints themselves, at most."""
MOST_WITHOUT = 40
"""Touchpoints that are also read without, unless told otherwise."""
RECENT_DAYS = 28
_RECENT_MS = RECENT_DAYS * 86_400_000
STEADY_POINTS = 2.0
"""A bond that moved less in the last RECENT_DAYS is steady."""


class Point(NamedTuple):
    """The bond at a time."""

    at: datetime
    bond: float
    emotions: tuple[float, ...]


@dataclass(frozen=True)
class Experience:
    """What one felt touchpoint did at its time, what it weighs now, and the index had it been otherwise."""

    row: JournalRow
    before: float
    after: float
    contribution: float
    without: float | None
    """The index had it never been; None where that was not read."""
    put_right: float | None
    """The index had its contact, if it was bad, been recovered within a day; None if not."""

    @property
    def at(self) -> datetime:
        """When it happened."""
        return moment_of(self.row.occurred_at)

    @property
    def impact(self) -> float:
        """Points at its own time."""
        return self.after - self.before


@dataclass(frozen=True)
class Life:
    """A customer's life up to a time."""

    at: datetime
    curve: tuple[Point, ...]
    experiences: tuple[Experience, ...]
    """In the order of time."""
    rows: tuple[JournalRow, ...]
    """Of any kind, in the order of time."""
    reading: Reading

    @property
    def by_weight(self) -> list[Experience]:
        """What still weighs most comes first."""
        return sorted(self.experiences, key=lambda one: (-abs(one.contribution), one.row.touchpoint_id))

    @property
    def recent(self) -> list[Point]:
        """The curve of the last RECENT_DAYS."""
        begin = self.at - timedelta(days=RECENT_DAYS)
        return [point for point in self.curve if point.at >= begin]

    @property
    def recent_change(self) -> float:
        """Points that the bond moved in them."""
        return self.curve[-1].bond - self.recent[0].bond if self.recent else 0.0

    @property
    def trend(self) -> Trend:
        """Where the bond goes."""
        change = self.recent_change
        return "steady" if abs(change) < STEADY_POINTS else "rising" if change > 0 else "falling"

    @property
    def faded_since_last(self) -> float:
        """What fading did after the last touchpoint."""
        return self.reading.index - self.experiences[-1].after if self.experiences else 0.0


def life_of(
    rows: Sequence[JournalRow], at: datetime, parameters: Parameters, most_without: int = MOST_WITHOUT
) -> Life:
    """Return the life up to a time; rows in the order of time, none after it.

    So many of the weightiest touchpoints are also read without, and put right, which is most of the work.
    """
    felt_rows = [row for row in rows if row.is_felt]
    felt = [row.felt() for row in felt_rows]
    at_ms = millis_of(at)
    reading = read_out(felt, at_ms, parameters)
    curve, jumps = _told(felt, at_ms, parameters)
    weights = reading.of_touchpoints
    heavy = sorted(weights, key=lambda one: (-abs(weights[one]), one))[:most_without]
    without = {one: read_out_without(felt, one, at_ms, parameters).index for one in heavy}
    put_right = {one: _put_right(felt, one, at_ms, parameters) for one in heavy}
    experiences = tuple(
        Experience(
            row,
            before,
            after,
            weights[row.touchpoint_id],
            without.get(row.touchpoint_id),
            put_right.get(row.touchpoint_id),
        )
        for row, (before, after) in zip(felt_rows, jumps, strict=True)
    )
    return Life(at, curve, experiences, tuple(rows), reading)


def _put_right(
    felt: Sequence[FeltTouchpoint], touchpoint_id: str, at_ms: int, parameters: Parameters
) -> float | None:
    """Return the index had the bad contact of a touchpoint been recovered within a day, if there is one."""
    life = had_been_recovered(felt, at_ms, lambda one: one.id == touchpoint_id, parameters=parameters)
    return read_out(life, at_ms, parameters).index if len(life) > len(felt) else None


def _told(
    felt: Sequence[FeltTouchpoint], at_ms: int, parameters: Parameters
) -> tuple[tuple[Point, ...], list[tuple[float, float]]]:
    """Return the curve, with a point where what is recent begins, and each touchpoint's jump from and to."""
    if not felt:
        return (), []
    fold, draw = Fold(parameters), _Pencil(parameters)
    state, points, jumps = NOTHING_YET, list[Point](), list[tuple[float, float]]()
    spacing = max(1, (at_ms - felt[0].at_ms) // SAMPLES)
    recent_ms = at_ms - _RECENT_MS
    ends = [one.at_ms for one in felt[1:]] + [at_ms]
    for place, (one, end) in enumerate(zip(felt, ends, strict=True)):
        before = draw.point(state, one.at_ms)
        folded = fold.step(state, one)
        state = folded[0] if folded else fold.state_of(felt[: place + 1])
        after = draw.point(state, one.at_ms)
        jumps.append((before.bond, after.bond))
        points += [before, after]
        between = {*range(one.at_ms + spacing, end, spacing)}
        if one.at_ms < recent_ms < end:
            between.add(recent_ms)
        points += [draw.point(state, ms) for ms in sorted(between)]
    return (*points, draw.point(state, at_ms)), jumps


class _Pencil:
    """Reads points of the curve off a state."""

    def __init__(self, parameters: Parameters) -> None:
        self._fading, self._shrinkage = Fading(parameters), parameters.shrinkage / len(parameters.half_lives)

    def point(self, state: State, at_ms: int) -> Point:
        age_ms = at_ms - state.at_ms if state is not NOTHING_YET else 0
        amounts = self._fading.faded(state.amounts(), age_ms)
        emotions = tuple(
            100.0 * tanh(felt / (self._shrinkage + weight))
            for felt, weight in zip(amounts[S], amounts[W], strict=True)
        )
        return Point(moment_of(at_ms), self._fading.read(amounts)[0], emotions)
