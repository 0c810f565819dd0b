"""The numbers behind a figure: they go along with it, out of sight, and are what is saved of it as CSV."""

from collections.abc import Iterable, Sequence
from typing import Any

from dashboards.answers.estimates import Estimate
from dashboards.figures import Figure
from dashboards.texts import Texts


def numbers(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Figure:
    """Return what `layout.meta` of a figure carries: headings, and rows with a cell for each."""
    return {"headings": list(headings), "rows": [list(row) for row in rows]}


def headed(texts: Texts, *names: str) -> list[str]:
    """Return headings by the names of their strings; `margin` follows what it is the margin of."""
    return [texts(f"numbers.{name}") for name in names]


def with_margin(estimate: Estimate) -> tuple[float, float | None]:
    """Return the two cells of an estimate."""
    return estimate.mean, estimate.margin
