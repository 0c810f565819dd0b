"""The key of a figure: what its colours stand for, in a line above or below it."""

from collections.abc import Iterable

from dashboards.figures import Figure
from dashboards.texts import Texts
from dashboards.theme import Theme

SQUARE, LINE = "■", "━"
SCALE_ROOM = 24
"""Pixels that the key of a scale takes below a figure."""


def key(parts: Iterable[tuple[str, str, str]], theme: Theme) -> Figure:
    """Return the annotation; each part is a sign, its colour and its words."""
    words = "   ".join(f"<span style='color:{colour}'>{sign}</span> {told}" for sign, colour, told in parts)
    return {**_line(words, theme), "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 8}


def scale_key(theme: Theme, texts: Texts, below: int = 0) -> Figure:
    """Return the key of the colours from worse to better, at the right, so many pixels below the figure."""
    colours = "".join(f"<span style='color:{colour}'>{SQUARE}</span>" for colour in theme.scale)
    words = f"{texts('figure.worse')} {colours} {texts('figure.better')}"
    place = {"x": 1, "y": 0, "xanchor": "right", "yanchor": "top", "yshift": -below}
    return {**_line(words, theme), **place}


def _line(words: str, theme: Theme) -> Figure:
    return {
        "xref": "paper",
        "yref": "paper",
        "text": words,
        "showarrow": False,
        "font": {"size": 12, "color": theme.quiet},
    }
