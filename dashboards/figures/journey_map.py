"""The journey map: index along the journey, gains and losses, and lanes by owner, on one axis."""

import math
from collections.abc import Sequence
from typing import Any

from dashboards.answers.journey import BETWEEN, OTHER, Journey, Place
from dashboards.answers.movement import LevelsRow
from dashboards.figures import Figure
from dashboards.figures.callouts import callouts
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout

HEIGHT = 760
WIDEST_CIRCLE = 40.0
_CURVE, _BARS, _LANES = (0.60, 0.955), (0.375, 0.545), (0.0, 0.32)
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
    lanes = _lanes(journey)
    height = HEIGHT - 22 * max(0, 8 - len(lanes))
    data = [
        *_band(journey, theme),
        *([_other_curve(compared[1], journey, theme)] if compared else []),
        _curve(journey, names, theme, texts),
        _bars(journey, names, theme, texts),
        _lane_line(journey, lanes, theme),
        _circles(journey, names, lanes, theme, texts),
    ]
    spread = _curve_range(journey, compared)
    return {
        "data": data,
        "layout": layout(
            theme,
            height,
            margin={"l": 92, "r": 56, "t": 4, "b": 92},
            hovermode="closest",
            bargap=0.34,
            xaxis=_x_axis(journey, names, theme),
            yaxis=_y_axis(_CURVE, theme, texts("figure.index"), range=spread, nticks=6),
            yaxis2=_y_axis(_BARS, theme, texts("figure.gain_loss"), range=_bar_range(journey), nticks=5),
            yaxis3=_lane_axis(lanes, theme, texts),
            shapes=[*_shades(journey, theme), *_level_lines(levels, spread, theme)],
            annotations=[
                *_stage_names(journey, theme, texts),
                *_bar_labels(journey, theme, texts),
                *_level_names(levels, spread, theme, texts),
                *callouts(journey, names, theme, texts, compared),
            ],
            separators=texts.plotly_separators,
        ),
    }


def told(place: Place, name: str, texts: Texts) -> str:
    """Return what the pointer tells of a place."""
    if place.key == BETWEEN:
        return texts("figure.hover_between", name=name, impact=_with_margin(place.impact, texts))
    return texts(
        "figure.hover_place",
        name=name,
        people=texts.number(place.people),
        feeling=_with_margin(place.feeling, texts),
        impact=_with_margin(place.impact, texts),
        after=texts.between(place.after.mean, place.after.margin),
    ) + (f"<br>{texts('figure.few')}" if is_faint(place) else "")


def is_faint(place: Place) -> bool:
    """Does it rest on too few people to look certain?"""
    return place.people < FEW_PEOPLE


def _with_margin(estimate: Any, texts: Texts) -> str:
    margin = "" if estimate.margin is None else f" ± {texts.number(estimate.margin, 1)}"
    return texts.signed(estimate.mean) + margin


def _strongest(journey: Journey) -> float:
    sure = [place for place in journey.touchpoints if not is_faint(place)] or journey.touchpoints
    return max((abs(place.feeling.mean) for place in sure), default=1.0) or 1.0


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
    most = _strongest(journey)
    colours = [theme.feeling(place.feeling.mean, most) for place in journey.places]
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


def _bars(journey: Journey, names: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    colours = [
        theme.quiet if place.key == BETWEEN else theme.better if place.impact.mean >= 0 else theme.worse
        for place in journey.places
    ]
    hatched = [is_faint(place) or place.key in (OTHER, BETWEEN) for place in journey.places]
    return {
        "type": "bar",
        "yaxis": "y2",
        "x": list(range(len(journey.places))),
        "y": [place.impact.mean for place in journey.places],
        "marker": {
            "color": colours,
            "pattern": {
                "shape": ["/" if one else "" for one in hatched],
                "fillmode": "replace",
                "fgcolor": colours,
                "bgcolor": theme.ground,
                "size": 5,
                "solidity": 0.45,
            },
            "line": {"color": colours, "width": 1},
        },
        "error_y": {
            "type": "data",
            "array": [place.impact.margin or 0.0 for place in journey.places],
            "color": theme.text,
            "thickness": 1.2,
            "width": 3,
        },
        "hovertext": [told(*pair, texts) for pair in zip(journey.places, names, strict=True)],
        "hoverinfo": "text",
        "textposition": "none",
    }


def _bar_labels(journey: Journey, theme: Theme, texts: Texts) -> list[Figure]:
    labels = []
    for at, place in enumerate(journey.places):
        gains = place.impact.mean >= 0
        labels.append(
            {
                "xref": "x",
                "yref": "y2",
                "x": at,
                "y": place.impact.mean + (1 if gains else -1) * (place.impact.margin or 0.0),
                "yanchor": "bottom" if gains else "top",
                "yshift": 2 if gains else -2,
                "text": texts.arrow(place.impact.mean),
                "showarrow": False,
                "font": {"size": 11, "color": theme.text},
            }
        )
    return labels


def _lanes(journey: Journey) -> list[str]:
    """Owners in the order in which the journey meets them."""
    return list(dict.fromkeys(place.department for place in journey.touchpoints))


def _lane_line(journey: Journey, lanes: Sequence[str], theme: Theme) -> Figure:
    stops = [(at, lanes.index(place.department)) for at, place in enumerate(journey.places) if place.is_touchpoint]
    return {
        "type": "scatter",
        "yaxis": "y3",
        "x": [at for at, _ in stops],
        "y": [lane for _, lane in stops],
        "mode": "lines",
        "line": {"color": theme.quiet, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _circles(
    journey: Journey, names: Sequence[str], lanes: Sequence[str], theme: Theme, texts: Texts
) -> Figure:
    stops = [(at, place) for at, place in enumerate(journey.places) if place.is_touchpoint]
    crowd = max((place.people for _, place in stops), default=1)
    most = _strongest(journey)
    colours = [theme.feeling(place.feeling.mean, most) for _, place in stops]
    return {
        "type": "scatter",
        "yaxis": "y3",
        "x": [at for at, _ in stops],
        "y": [lanes.index(place.department) for _, place in stops],
        "mode": "markers",
        "marker": {
            "size": [max(7.0, WIDEST_CIRCLE * math.sqrt(place.people / crowd)) for _, place in stops],
            "color": [
                theme.ground if is_faint(place) else colour
                for (_, place), colour in zip(stops, colours, strict=True)
            ],
            "opacity": 1,
            "line": {
                "color": [
                    colour if is_faint(place) else theme.quiet
                    for (_, place), colour in zip(stops, colours, strict=True)
                ],
                "width": [2 if is_faint(place) else 1 for _, place in stops],
            },
        },
        "hovertext": [told(place, names[at], texts) for at, place in stops],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _x_axis(journey: Journey, names: Sequence[str], theme: Theme) -> Figure:
    labels = [
        f"◆ {name}" if place.truth else name for place, name in zip(journey.places, names, strict=True)
    ]
    return bare_axis(
        range=[-1.15, len(journey.places) - 0.4],
        tickvals=list(range(len(journey.places))),
        ticktext=labels,
        tickangle=-35,
        tickfont={"size": 12, "color": theme.text},
        anchor="y3",
    )


def _y_axis(domain: tuple[float, float], theme: Theme, title: str, **more: Any) -> Figure:
    return bare_axis(
        domain=list(domain),
        showgrid=True,
        gridcolor=theme.line,
        zeroline=True,
        zerolinecolor=theme.quiet,
        zerolinewidth=1,
        tickfont={"size": 11, "color": theme.quiet},
        title={"text": title, "font": {"size": 12, "color": theme.quiet}, "standoff": 6},
        **more,
    )


def _lane_axis(lanes: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    return bare_axis(
        domain=list(_LANES),
        range=[len(lanes) - 0.4, -0.6],
        tickvals=list(range(len(lanes))),
        ticktext=[texts.name("department", lane) for lane in lanes],
        tickfont={"size": 12, "color": theme.text},
        showgrid=True,
        gridcolor=theme.line,
    )


def _curve_range(journey: Journey, compared: tuple[str, Journey] | None) -> list[float]:
    estimates = [journey.start, *(place.after for place in journey.places)]
    seen = [one.mean + sign * (one.margin or 0.0) for one in estimates for sign in (-1, 1)]
    if compared:
        seen += [compared[1].start.mean, *(place.after.mean for place in compared[1].places)]
    room = max(2.0, (max(seen) - min(seen)) * 0.28)
    return [max(-102.0, min(seen) - room), min(102.0, max(seen) + room)]


def _bar_range(journey: Journey) -> list[float]:
    low = min(place.impact.mean - (place.impact.margin or 0.0) for place in journey.places)
    high = max(place.impact.mean + (place.impact.margin or 0.0) for place in journey.places)
    room = max(0.2, (max(high, 0) - min(low, 0)) * 0.2)
    return [min(low, 0) - room, max(high, 0) + room]


def _stretches(journey: Journey) -> list[tuple[str, int, int]]:
    """Return each stage with its first and last place, in order."""
    stretches: list[tuple[str, int, int]] = []
    for at, place in enumerate(journey.places):
        if stretches and stretches[-1][0] == place.stage:
            stretches[-1] = (place.stage, stretches[-1][1], at)
        else:
            stretches.append((place.stage, at, at))
    return stretches


def _shades(journey: Journey, theme: Theme) -> list[Figure]:
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": first - 0.5,
            "x1": last + 0.5,
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": theme.shade,
            "layer": "below",
        }
        for _, first, last in _stretches(journey)[::2]
    ]


def _stage_names(journey: Journey, theme: Theme, texts: Texts) -> list[Figure]:
    return [
        {
            "xref": "x",
            "yref": "paper",
            "x": (first + last) / 2,
            "y": 0.99,
            "yanchor": "top",
            "text": f"<b>{texts.name('stage', stage)}</b>",
            "showarrow": False,
            "font": {"size": 12, "color": theme.text},
        }
        for stage, first, last in _stretches(journey)
        if stage not in (OTHER, BETWEEN)
    ]


def _shown_levels(levels: LevelsRow, spread: Sequence[float]) -> list[tuple[str, float]]:
    floors = [("loyal", levels.loyal_from), ("warm", levels.warm_from), ("at_risk", levels.lukewarm_from)]
    return [(name, floor) for name, floor in floors if spread[0] < floor < spread[1]]


def _level_lines(levels: LevelsRow, spread: Sequence[float], theme: Theme) -> list[Figure]:
    return [
        {
            "type": "line",
            "xref": "paper",
            "yref": "y",
            "x0": 0,
            "x1": 1,
            "y0": floor,
            "y1": floor,
            "line": {"color": theme.quiet, "width": 1, "dash": "dash"},
        }
        for _, floor in _shown_levels(levels, spread)
    ]


def _level_names(levels: LevelsRow, spread: Sequence[float], theme: Theme, texts: Texts) -> list[Figure]:
    return [
        {
            "xref": "paper",
            "yref": "y",
            "x": 1,
            "xanchor": "right",
            "y": floor,
            "yanchor": "top" if name == "at_risk" else "bottom",
            "text": texts.name("level", name),
            "showarrow": False,
            "font": {"size": 11, "color": theme.quiet},
        }
        for name, floor in _shown_levels(levels, spread)
    ]
