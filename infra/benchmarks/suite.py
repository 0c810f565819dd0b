"""Benchmark rows, the figures they give, and the table they end in.

A row measures something beside its peers in one run, several times; of each figure the median counts. What a
figure must reach is mostly a ratio: machines differ, and a ratio of two readings of one run does not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pkgutil import iter_modules
from statistics import median
from typing import Any, NamedTuple

from infra.benchmarks import rows

Report = Callable[[str], None]


@dataclass(frozen=True)
class Scale:
    """How much is measured: `quick` ends the whole suite in minutes; `repetitions` is of each row.

    `vast` adds sizes that take an hour and tens of gigabytes.
    """

    quick: bool = False
    repetitions: int = 3
    vast: bool = False

    def of(self, whole: int, quick: int) -> int:
        """Return a size by the scale."""
        return quick if self.quick else whole


class Figure(NamedTuple):
    """One reading. `least` or `most` is what it must reach, where something is promised."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None


class Row(NamedTuple):
    """Something that is measured: yields its figures, the same names each time."""

    name: str
    title: str
    measure: Callable[[Scale], Iterator[Figure]]


@dataclass(frozen=True)
class Result:
    """The readings of one figure of a row."""

    row: str
    figure: str
    unit: str
    values: tuple[float, ...]
    least: float | None
    most: float | None

    @property
    def value(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def holds(self) -> bool | None:
        """Is what was promised reached? None where nothing was."""
        if self.least is None and self.most is None:
            return None
        low, high = self.least or 0.0, float("inf") if self.most is None else self.most
        return low <= self.value <= high


def all_rows() -> list[Row]:
    """Return the row of every module of `rows`, in the order of their names."""
    names = sorted(module.name for module in iter_modules(rows.__path__))
    return [import_module(f"{rows.__name__}.{name}").ROW for name in names]


def measured(row: Row, scale: Scale, report: Report) -> list[Result]:
    """Measure a row as often as the scale says."""
    readings: dict[str, list[Figure]] = {}
    for repetition in range(1, scale.repetitions + 1):
        report(f"{row.name}: {repetition} of {scale.repetitions}")
        for figure in row.measure(scale):
            readings.setdefault(figure.name, []).append(figure)
            report(f"  {figure.name}: {shown(figure.value)} {figure.unit}")
    return [
        Result(row.name, name, some[0].unit, tuple(one.value for one in some), some[0].least, some[0].most)
        for name, some in readings.items()
    ]


def shown(value: float) -> str:
    """Return a reading for people: whole when large, three digits when small."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(results: Sequence[Result]) -> list[str]:
    """Return the results as lines of a Markdown table."""
    lines = ["| row | figure | median | from … to | promised | |", "|---|---|---:|---|---|---|"]
    for one in results:
        verdict = {True: "✓", False: "✗", None: ""}[one.holds]
        spread = f"{shown(min(one.values))} … {shown(max(one.values))}"
        cells = (one.row, one.figure, f"{shown(one.value)} {one.unit}", spread, _promised(one), verdict)
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _promised(result: Result) -> str:
    if result.least is not None:
        return f"≥ {shown(result.least)}"
    return "" if result.most is None else f"≤ {shown(result.most)}"


def as_json(results: Iterable[Result], facts: dict[str, Any]) -> dict[str, Any]:
    """Return everything for machines: where it was measured, with what, and every reading."""
    return {
        **facts,
        "results": [{**asdict(one), "value": one.value, "holds": one.holds} for one in results],
    }
