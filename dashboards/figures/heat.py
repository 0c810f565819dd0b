"""Tiles whose colours say how much better or worse: the trace of every heat map."""

from collections.abc import Sequence

from dashboards.figures import Figure
from dashboards.theme import Theme

GAP = 3
"""Pixels between tiles."""


def heat(
    grid: Sequence[Sequence[float | None]], told: Sequence[Sequence[str]], most: float, theme: Theme
) -> Figure:
    """Return the tiles, line by line, and what each tells on hovering; None leaves a hole.

    A size of `most` has the strongest colour.
    """
    return {
        "type": "heatmap",
        "x": list(range(len(grid[0]) if grid else 0)),
        "y": list(range(len(grid))),
        "z": [list(line) for line in grid],
        "zmin": -most,
        "zmax": most,
        "colorscale": theme.diverging,
        "showscale": False,
        "xgap": GAP,
        "ygap": GAP,
        "hoverinfo": "text",
        "hovertext": [list(line) for line in told],
        "hoverongaps": False,
    }
