"""The middle of the journey map: gains and losses with whiskers and signed numbers."""

from collections.abc import Sequence

from dashboards.answers.journey import Journey
from dashboards.figures import Figure
from dashboards.figures.hatching import hatched
from dashboards.figures.journey_told import is_faint, told
from dashboards.texts import Texts
from dashboards.theme import Theme


def bars(journey: Journey, names: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    """Return the bars; hatched where few people stand behind, or many types."""
    colours = [
        theme.quiet if not place.is_met else theme.better if place.impact.mean >= 0 else theme.worse
        for place in journey.places
    ]
    are_hatched = [is_faint(place) or not place.is_touchpoint for place in journey.places]
    return {
        "type": "bar",
        "yaxis": "y2",
        "x": list(range(len(journey.places))),
        "y": [place.impact.mean for place in journey.places],
        "marker": hatched(are_hatched, colours, colours, theme),
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


def bar_labels(journey: Journey, theme: Theme, texts: Texts) -> list[Figure]:
    """Return the numbers above and below them."""
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
