"""The journey of everybody who felt something in a period: where the bond was, what moved it, where it ended.

The people are the same at every place, so the bars explain the curve: start + what each place did + what
happened between touchpoints = end, exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from dashboards.answers.estimates import Estimate, mean_of

MOST_PLACES = 18
"""Types with a place of their own; the rest are one place, "other"."""
OTHER, BETWEEN, MIX, FADED = "other", "between", "mix", "faded"
"""Places that are no type: other types; fading between contacts; who is in the picture; fading before it."""


class TouchpointRow(NamedTuple):
    """What a type of felt touchpoint did to the people who met it."""

    type: str
    stage: str
    department: str
    truth: bool
    people: int
    contacts: int
    good: int
    bad: int
    moved: float
    moved_squares: float

    @property
    def feeling(self) -> Estimate:
        """Points of the index for a person who met it."""
        return mean_of(self.moved, self.moved_squares, self.people)

    def impact(self, people: int) -> Estimate:
        """Points of the index for an average person in the picture."""
        return mean_of(self.moved, self.moved_squares, people)


class CatalogueRow(NamedTuple):
    """A type in the order of the journey."""

    type: str
    title: str
    stage: str
    stage_order: int
    type_order: int


class RunRow(NamedTuple):
    """The index along the journey, for the people of a segment."""

    segment: str
    people: int
    sums: Sequence[float]
    squares: Sequence[float]
    move_squares: Sequence[float]
    met: Sequence[int]
    change_squares: float


@dataclass(frozen=True)
class Plan:
    """Which types have a place, in the order of the journey; `others` share the last place."""

    types: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def parameters(self) -> dict[str, list[str] | list[int] | int]:
        """What the query needs to know of it."""
        return {"types": list(self.types), "places": list(range(len(self.types))), "other": len(self.types)}


@dataclass(frozen=True)
class Place:
    """One place of the journey. Points are points of the bond index."""

    key: str
    """The type of touchpoint, else OTHER, BETWEEN, MIX or FADED."""
    stage: str
    department: str
    truth: bool
    """Is it declared a moment of truth?"""
    people: int
    """Who met it."""
    contacts: int
    feeling: Estimate
    """For a person who met it."""
    impact: Estimate
    """For an average person in the picture."""
    after: Estimate
    """The index of everybody in the picture after it."""

    @property
    def is_touchpoint(self) -> bool:
        """Is it one type, no collection?"""
        return self.key not in (OTHER, BETWEEN, MIX, FADED)

    @property
    def is_met(self) -> bool:
        """Is it something that people met, of whatever type?"""
        return self.is_touchpoint or self.key == OTHER


@dataclass(frozen=True)
class Journey:
    """Everything about the people in the picture."""

    people: int
    start: Estimate
    end: Estimate
    change: Estimate
    """From start to end, of the same people."""
    places: tuple[Place, ...]

    @property
    def touchpoints(self) -> tuple[Place, ...]:
        """The places that are one type."""
        return tuple(place for place in self.places if place.is_touchpoint)

    @property
    def biggest_loss(self) -> Place | None:
        """The touchpoint that costs most, if any costs."""
        worst = min(self.touchpoints, key=lambda place: place.impact.mean, default=None)
        return worst if worst and worst.impact.mean < 0 else None

    @property
    def strongest(self) -> Place | None:
        """The touchpoint that gives most, if any gives."""
        best = max(self.touchpoints, key=lambda place: place.impact.mean, default=None)
        return best if best and best.impact.mean > 0 else None


def plan_of(
    rows: Sequence[TouchpointRow],
    catalogue: Mapping[str, CatalogueRow],
    department: str,
    most: int = MOST_PLACES,
) -> Plan:
    """Give places to the types that move most, of one department if it is given."""
    eligible = [row for row in rows if not department or row.department == department]
    ranked = sorted(eligible, key=lambda row: (-abs(row.moved), -row.people, row.type))
    kept = {row.type for row in ranked[:most]}

    def place_of(row: TouchpointRow) -> tuple[int, int, str]:
        stages = {one.stage: one.stage_order for one in catalogue.values()}
        known = catalogue.get(row.type)
        return stages.get(row.stage, len(stages)), known.type_order if known else 0, row.type

    return Plan(
        tuple(row.type for row in sorted((row for row in rows if row.type in kept), key=place_of)),
        tuple(row.type for row in rows if row.type not in kept),
    )


def journey_of(plan: Plan, rows: Sequence[TouchpointRow], runs: Iterable[RunRow]) -> Journey | None:
    """Return the journey of the people of all the runs given; None if there is nobody."""
    run = together(runs)
    if run is None:
        return None
    people, after = run.people, _means(run.sums, run.squares, run.people)
    moves = _means(_differences(run.sums), run.move_squares[1:], people)
    known = {row.type: row for row in rows}
    places = [
        _place(known[key], moves[at], after[at + 1]) for at, key in enumerate(plan.types) if key in known
    ]
    others = [known[key] for key in plan.others if key in known]
    if run.met[-1]:
        places.append(_other(others, run.met[-1], moves[-2], after[-2], people))
    places.append(Place(BETWEEN, BETWEEN, "", False, people, 0, moves[-1], moves[-1], after[-1]))
    change = mean_of(run.sums[-1] - run.sums[0], run.change_squares, people)
    return Journey(people, after[0], after[-1], change, tuple(places))


def together(runs: Iterable[RunRow]) -> RunRow | None:
    """Return one run for the people of all; None if there is nobody."""
    some = [run for run in runs if run.people]
    if not some:
        return None
    return RunRow(
        segment="",
        people=sum(run.people for run in some),
        sums=_added([run.sums for run in some]),
        squares=_added([run.squares for run in some]),
        move_squares=_added([run.move_squares for run in some]),
        met=[int(met) for met in _added([run.met for run in some])],
        change_squares=sum(run.change_squares for run in some),
    )


def _added(vectors: Sequence[Sequence[float]]) -> list[float]:
    return [sum(values) for values in zip(*vectors, strict=True)]


def _differences(values: Sequence[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(values)]


def _means(sums: Sequence[float], squares: Sequence[float], people: int) -> list[Estimate]:
    return [mean_of(total, square, people) for total, square in zip(sums, squares, strict=True)]


def _place(row: TouchpointRow, impact: Estimate, after: Estimate) -> Place:
    return Place(
        row.type, row.stage, row.department, row.truth, row.people, row.contacts, row.feeling, impact, after
    )


def _other(rows: Sequence[TouchpointRow], met: int, impact: Estimate, after: Estimate, people: int) -> Place:
    contacts = sum(row.contacts for row in rows)
    margin = None if impact.margin is None else impact.margin * people / met
    return Place(
        OTHER, OTHER, "", False, met, contacts, Estimate(impact.mean * people / met, margin), impact, after
    )
