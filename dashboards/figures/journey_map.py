"""The journey map: index along the journey, gains and losses, and lanes by owner, on one axis."""

from collections.abc import Sequence

from dashboards.answers.journey import BETWEEN, Journey
from dashboards.answers.movement import LevelsRow
from dashboards.figures import Figure
from dashboards.figures.callouts import callouts
from dashboards.figures.journey_axes import (
    bar_range,
    curve_range,
    level_lines,
    level_names,
    shades,
    stage_names,
    x_axis,
    y_axis,
)
from dashboards.figures.journey_bars import bar_labels, bars
from dashboards.figures.journey_lanes import circles, lane_axis, lane_line, lanes_of
from dashboards.figures.journey_told import is_faint, strongest_feeling, told
from dashboards.texts import Texts
from dashboards.theme import Theme, layout

HEIGHT = 760
_CURVE, _BARS, _LANES = (0.62, 0.955), (0.385, 0.575), (0.0, 0.345)
"""From where to where each part reaches."""


def draw(
    journey: Journey,
    names: Sequence[str],
    levels: LevelsRow,
    theme: Theme,
    texts: Texts,
    compared: tuple[str, Journey] | None = None,
) -> Figure:
    """Draw a journey; `names` are those of its places, `compared` another journey with its name."""
    lanes = lanes_of(journey)
    height = HEIGHT - 22 * max(0, 8 - len(lanes))
    data = [
        *_band(journey, theme),
        *([_other_curve(compared[1], journey, theme)] if compared else []),
        _curve(journey, names, theme, texts),
        bars(journey, names, theme, texts),
        lane_line(journey, lanes, theme),
        circles(journey, names, lanes, theme, texts),
    ]
    spread = curve_range(journey, compared)
    return {
        "data": data,
        "layout": layout(
            theme,
            height,
            margin={"l": 92, "r": 56, "t": 4, "b": 92},
            hovermode="closest",
            bargap=0.34,
            xaxis=x_axis(journey, names, theme),
            yaxis=y_axis(_CURVE, theme, texts("figure.index"), range=spread, nticks=6),
            yaxis2=y_axis(_BARS, theme, texts("figure.gain_loss"), range=bar_range(journey), nticks=5),
            yaxis3=lane_axis(lanes, _LANES, theme, texts),
            shapes=[*shades(journey, theme), *level_lines(levels, spread, theme)],
            annotations=[
                *stage_names(journey, theme, texts),
                *bar_labels(journey, theme, texts),
                *level_names(levels, spread, theme, texts),
                *callouts(journey, names, theme, texts, compared),
            ],
            separators=texts.plotly_separators,
        ),
    }


def _band(journey: Journey, theme: Theme) -> list[Figure]:
    edges = [(-0.8, journey.start), *((at, place.after) for at, place in enumerate(journey.places))]
    x = [at for at, _ in edges]
    upper = [one.mean + (one.margin or 0.0) for _, one in edges]
    lower = [one.mean - (one.margin or 0.0) for _, one in edges]
    return [
        {
            "type": "scatter",
            "x": x + x[::-1],
            "y": upper + lower[::-1],
            "fill": "toself",
            "fillcolor": theme.band,
            "line": {"width": 0},
            "mode": "lines",
            "hoverinfo": "skip",
        }
    ]


def _other_curve(other: Journey, journey: Journey, theme: Theme) -> Figure:
    by_key = {place.key: place.after.mean for place in other.places}
    y: list[float] = [other.start.mean]
    for place in journey.places:
        y.append(by_key.get(place.key, y[-1]))
    return {
        "type": "scatter",
        "x": [-0.8, *range(len(journey.places))],
        "y": y,
        "mode": "lines",
        "line": {"color": theme.quiet, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _curve(journey: Journey, names: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    most = strongest_feeling(journey)
    colours = [theme.tone(place.feeling.mean, most) for place in journey.places]
    fills = [
        theme.ground if is_faint(place) or place.key == BETWEEN else colour
        for place, colour in zip(journey.places, colours, strict=True)
    ]
    start = texts("figure.hover_start", index=texts.between(journey.start.mean, journey.start.margin))
    return {
        "type": "scatter",
        "x": [-0.8, *range(len(journey.places))],
        "y": [journey.start.mean, *(place.after.mean for place in journey.places)],
        "mode": "lines+markers",
        "line": {"color": theme.text, "width": 2.5},
        "marker": {
            "size": [7, *(12 if place.truth else 9 for place in journey.places)],
            "symbol": ["circle", *("diamond" if place.truth else "circle" for place in journey.places)],
            "color": [theme.text, *fills],
            "line": {"color": theme.text, "width": 1.5},
        },
        "hovertext": [start, *(told(*pair, texts) for pair in zip(journey.places, names, strict=True))],
        "hoverinfo": "text",
    }
