"""The lower part of the journey map: who owns each touchpoint, how many met it, what they felt."""

import math
from collections.abc import Sequence

from dashboards.answers.journey import Journey
from dashboards.figures import Figure
from dashboards.figures.journey_told import is_faint, strongest_feeling, told
from dashboards.texts import Texts
from dashboards.theme import Theme, bare_axis

WIDEST_CIRCLE = 40.0


def lanes_of(journey: Journey) -> list[str]:
    """Owners in the order in which the journey meets them."""
    return list(dict.fromkeys(place.department for place in journey.touchpoints))


def lane_line(journey: Journey, lanes: Sequence[str], theme: Theme) -> Figure:
    """Return the line from owner to owner."""
    stops = [
        (at, lanes.index(place.department)) for at, place in enumerate(journey.places) if place.is_touchpoint
    ]
    return {
        "type": "scatter",
        "yaxis": "y3",
        "x": [at for at, _ in stops],
        "y": [lane for _, lane in stops],
        "mode": "lines",
        "line": {"color": theme.quiet, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def circles(
    journey: Journey, names: Sequence[str], lanes: Sequence[str], theme: Theme, texts: Texts
) -> Figure:
    """Return the circles: size is people, colour what they felt."""
    stops = [(at, place) for at, place in enumerate(journey.places) if place.is_touchpoint]
    crowd = max((place.people for _, place in stops), default=1)
    most = strongest_feeling(journey)
    colours = [theme.tone(place.feeling.mean, most) for _, place in stops]
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


def lane_axis(lanes: Sequence[str], domain: tuple[float, float], theme: Theme, texts: Texts) -> Figure:
    """Return the axis of owners."""
    return bare_axis(
        domain=list(domain),
        range=[len(lanes) - 0.4, -0.6],
        tickvals=list(range(len(lanes))),
        ticktext=[texts.name("department", lane) for lane in lanes],
        tickfont={"size": 12, "color": theme.text},
        showgrid=True,
        gridcolor=theme.line,
    )
