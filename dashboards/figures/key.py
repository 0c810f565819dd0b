"""The key of a figure: what its colours stand for, in a line above it."""

from collections.abc import Iterable

from dashboards.figures import Figure
from dashboards.theme import Theme

SQUARE, LINE = "■", "━"


def key(parts: Iterable[tuple[str, str, str]], theme: Theme) -> Figure:
    """Return the annotation; each part is a sign, its colour and its words."""
    words = "   ".join(f"<span style='color:{colour}'>{sign}</span> {told}" for sign, colour, told in parts)
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 8,
        "text": words,
        "showarrow": False,
        "font": {"size": 12, "color": theme.quiet},
    }
