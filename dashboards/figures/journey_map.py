"""The journey map: index along the journey, gains and losses, and lanes by owner, on one axis."""

from collections.abc import Sequence

from dashboards.answers.estimates import Estimate
from dashboards.answers.journey import Journey
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
from dashboards.figures.numbers import headed, numbers, with_margin
from dashboards.texts import Texts
from dashboards.theme import Theme, layout

HEIGHT, LEAST_WIDTH = 774, 1180
START = -0.8
"""Where the curve begins; places are at 0, 1, …"""
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
        *(_other(compared[1], journey, theme) if compared else []),
        _band(_estimates(journey), theme.band),
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
            texts,
            height,
            margin={"l": 92, "r": 132 if compared else 76, "t": 18, "b": 92},
            hovermode="closest",
            bargap=0.34,
            xaxis=x_axis(journey, names, theme),
            yaxis=y_axis(_CURVE, theme, texts("figure.index"), range=spread, nticks=8),
            yaxis2=y_axis(_BARS, theme, texts("figure.gain_loss"), range=bar_range(journey), nticks=5),
            yaxis3=lane_axis(lanes, _LANES, theme, texts),
            shapes=[*shades(journey, theme), *level_lines(levels, spread, theme)],
            annotations=[
                *stage_names(journey, theme, texts),
                *bar_labels(journey, theme, texts),
                *level_names(levels, spread, theme, texts),
                *callouts(journey, names, theme, texts, compared),
            ],
            meta=_numbers(journey, names, texts, compared),
        ),
    }


def _numbers(
    journey: Journey, names: Sequence[str], texts: Texts, compared: tuple[str, Journey] | None
) -> Figure:
    known = ("touchpoint", "people", "feeling", "margin", "impact", "margin", "after", "margin")
    other = {place.key: place.after.mean for place in compared[1].places} if compared else {}
    rows = [
        [
            name,
            *((place.people, *with_margin(place.feeling)) if place.is_met else (None, None, None)),
            *with_margin(place.impact),
            *with_margin(place.after),
            *([other.get(place.key)] if compared else []),
        ]
        for place, name in zip(journey.places, names, strict=True)
    ]
    start = [texts("numbers.start"), journey.people, *[None] * 4, *with_margin(journey.start)]
    begin = [[*start, compared[1].start.mean]] if compared else [start]
    return numbers(headed(texts, *known, *(["other"] if compared else [])), begin + rows)


def _estimates(journey: Journey) -> list[Estimate]:
    return [journey.start, *(place.after for place in journey.places)]


def _along(points: int) -> list[float]:
    return [START, *range(points - 1)]


def _band(estimates: Sequence[Estimate], colour: str) -> Figure:
    x = _along(len(estimates))
    upper = [one.mean + (one.margin or 0.0) for one in estimates]
    lower = [one.mean - (one.margin or 0.0) for one in estimates]
    return {
        "type": "scatter",
        "x": x + x[::-1],
        "y": upper + lower[::-1],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
    }


def _other(other: Journey, journey: Journey, theme: Theme) -> list[Figure]:
    """Return band and curve of another journey, at the places of this one."""
    by_key = {place.key: place.after for place in other.places}
    along = [other.start]
    for place in journey.places:
        along.append(by_key.get(place.key, along[-1]))
    curve = {
        "type": "scatter",
        "x": _along(len(along)),
        "y": [one.mean for one in along],
        "mode": "lines",
        "line": {"color": theme.quiet, "width": 1.8, "dash": "dot"},
        "hoverinfo": "skip",
    }
    return [_band(along, theme.other_band), curve]


def _curve(journey: Journey, names: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    most = strongest_feeling(journey)
    colours = [theme.tone(place.feeling.mean, most) for place in journey.places]
    fills = [
        theme.ground if is_faint(place) or not place.is_met else colour
        for place, colour in zip(journey.places, colours, strict=True)
    ]
    start = texts("figure.hover_start", index=texts.between(journey.start.mean, journey.start.margin))
    return {
        "type": "scatter",
        "x": _along(len(journey.places) + 1),
        "y": [one.mean for one in _estimates(journey)],
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
