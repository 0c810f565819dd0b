"""Shares of a whole as lying bars, one part of the stack; those of few people are hatched."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.hatching import hatched
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, readable_on


def share_bars(
    shares: Sequence[float],
    people: Sequence[int],
    told: Sequence[str],
    colour: str,
    theme: Theme,
    texts: Texts,
    wide_enough: float,
) -> dict[str, Any]:
    """Return the bars of one part, top down: the share of each row, of so many people, told on hovering.

    A bar at least `wide_enough` carries its number.
    """
    few = [count < FEW_PEOPLE for count in people]
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(shares))),
        "x": list(shares),
        "marker": hatched(few, colour, theme.ground, theme),
        "hovertext": list(told),
        "hoverinfo": "text",
        "text": [
            texts.percent(share) if share >= wide_enough and not is_few else ""
            for share, is_few in zip(shares, few, strict=True)
        ],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": 11, "color": readable_on(colour)},
    }
