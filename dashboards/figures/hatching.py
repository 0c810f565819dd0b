"""Bars that are hatched where few people stand behind them."""

from collections.abc import Sequence

from dashboards.figures import Figure
from dashboards.theme import Theme


def hatched(
    are_hatched: Sequence[bool], colour: str | Sequence[str], edge: str | Sequence[str], theme: Theme
) -> Figure:
    """Return the marker of bars: of one colour, or of one each, and which of them are hatched."""
    return {
        "color": colour,
        "pattern": {
            "shape": ["/" if one else "" for one in are_hatched],
            "fillmode": "replace",
            "fgcolor": colour,
            "bgcolor": theme.ground,
            "size": 5,
            "solidity": 0.45,
        },
        "line": {"color": edge, "width": 1},
    }
