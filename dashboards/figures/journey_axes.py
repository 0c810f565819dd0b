"""What the journey map is drawn on: axes, stages, levels."""

from collections.abc import Sequence
from typing import Any

from dashboards.answers.journey import BETWEEN, OTHER, Journey
from dashboards.answers.movement import LevelsRow
from dashboards.figures import Figure
from dashboards.texts import Texts
from dashboards.theme import Theme, bare_axis, points_axis

LEAST_PIXELS, LETTER_PIXELS = 956, 6.3
"""How wide the places are drawn at least, all together, and a letter of a stage's name, about."""


def x_axis(journey: Journey, names: Sequence[str], theme: Theme) -> Figure:
    """Return the axis of touchpoints."""
    labels = [
        f"<b>{name}</b>" if place.truth else name for place, name in zip(journey.places, names, strict=True)
    ]
    return bare_axis(
        range=[-1.15, len(journey.places) - 0.4],
        tickvals=list(range(len(journey.places))),
        ticktext=labels,
        tickangle=-35,
        tickfont={"size": 12, "color": theme.text},
        anchor="y3",
    )


def y_axis(domain: tuple[float, float], theme: Theme, title: str, **more: Any) -> Figure:
    """Return an axis of points."""
    return points_axis(
        theme,
        domain=list(domain),
        title={"text": title, "font": {"size": 12, "color": theme.quiet}, "standoff": 6},
        **more,
    )


def curve_range(journey: Journey, compared: tuple[str, Journey] | None) -> list[float]:
    """Return from where to where the curve's axis reaches."""
    estimates = [journey.start, *(place.after for place in journey.places)]
    seen = [one.mean + sign * (one.margin or 0.0) for one in estimates for sign in (-1, 1)]
    if compared:
        others = [compared[1].start, *(place.after for place in compared[1].places)]
        seen += [one.mean + sign * (one.margin or 0.0) for one in others for sign in (-1, 1)]
    room = max(2.0, (max(seen) - min(seen)) * 0.28)
    return [max(-102.0, min(seen) - room), min(102.0, max(seen) + room)]


def bar_range(journey: Journey) -> list[float]:
    """Return from where to where the bars' axis reaches."""
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


def shades(journey: Journey, theme: Theme) -> list[Figure]:
    """Return a shade behind every other stage."""
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


def stage_names(journey: Journey, theme: Theme, texts: Texts) -> list[Figure]:
    """Return the names of the stages; one that would run into the one before stands a line higher."""
    ends, lines = [float("-inf")] * 2, []
    letter = (len(journey.places) + 0.75) * LETTER_PIXELS / LEAST_PIXELS
    named = [one for one in _stretches(journey) if one[0] not in (OTHER, BETWEEN, "")]
    for stage, first, last in named:
        half = len(texts.name("stage", stage)) * letter / 2
        line = 1 if (first + last) / 2 - half < ends[0] else 0
        ends[line] = (first + last) / 2 + half
        lines.append(line)
    return [
        {
            "xref": "x",
            "yref": "paper",
            "x": (first + last) / 2,
            "y": 0.99,
            "yanchor": "top",
            "yshift": 14 * line,
            "text": f"<b>{texts.name('stage', stage)}</b>",
            "showarrow": False,
            "font": {"size": 12 if last > first else 11, "color": theme.text},
        }
        for (stage, first, last), line in zip(named, lines, strict=True)
    ]


def _shown_levels(levels: LevelsRow, spread: Sequence[float]) -> list[tuple[str, float]]:
    floors = [("loyal", levels.loyal_from), ("warm", levels.warm_from), ("at_risk", levels.lukewarm_from)]
    return [(name, floor) for name, floor in floors if spread[0] < floor < spread[1]]


def level_lines(levels: LevelsRow, spread: Sequence[float], theme: Theme) -> list[Figure]:
    """Return the lines where levels begin."""
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


def level_names(levels: LevelsRow, spread: Sequence[float], theme: Theme, texts: Texts) -> list[Figure]:
    """Return their names."""
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
