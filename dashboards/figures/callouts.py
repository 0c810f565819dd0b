"""What is named on the journey map: strongest gain, biggest loss, end, and the journey compared with."""

from collections.abc import Sequence

from dashboards.answers.journey import Journey, Place
from dashboards.figures import Figure
from dashboards.texts import Texts
from dashboards.theme import Theme


def callouts(
    journey: Journey,
    names: Sequence[str],
    theme: Theme,
    texts: Texts,
    compared: tuple[str, Journey] | None,
) -> list[Figure]:
    """Return the annotations of the curve."""
    named = []
    for place, key, colour, above in (
        (journey.strongest, "figure.peak", theme.better_text, True),
        (journey.biggest_loss, "figure.biggest_loss", theme.worse_text, False),
    ):
        if place is not None:
            at = journey.places.index(place)
            words = f"<b>{texts(key)}</b><br>{names[at]} {texts.signed(place.impact.mean)}"
            named.append(_callout(at, _edge(place, above), words, colour, theme, above))
    end = f"<b>{texts('figure.end')}</b> {texts.number(journey.end.mean, 1)}"
    last = journey.places[-1]
    above = compared is None or compared[1].end.mean <= journey.end.mean
    if compared is None:
        return [*named, _side(last.after.mean, end, theme.text, "middle")]
    words = f"{compared[0]}<br>{texts.number(compared[1].end.mean, 1)}"
    sides = ("bottom", "top") if above else ("top", "bottom")
    ends = (last.after.mean, end, theme.text), (compared[1].end.mean, words, theme.quiet)
    return [*named, *(_side(*told, side) for told, side in zip(ends, sides, strict=True))]


def _edge(place: Place, above: bool) -> float:
    return place.after.mean + (1 if above else -1) * (place.after.margin or 0.0)


def _callout(x: float, y: float, words: str, colour: str, theme: Theme, above: bool) -> Figure:
    return {
        "xref": "x",
        "yref": "y",
        "x": x,
        "y": y,
        "text": words,
        "ax": 0,
        "ay": -30 if above else 30,
        "arrowwidth": 1.2,
        "arrowhead": 0,
        "arrowcolor": colour,
        "font": {"size": 12, "color": colour},
        "bgcolor": theme.ground,
        "opacity": 0.95,
        "borderpad": 2,
    }


def _side(y: float, words: str, colour: str, anchor: str) -> Figure:
    return {
        "xref": "paper",
        "yref": "y",
        "x": 1,
        "xshift": 6,
        "y": y,
        "xanchor": "left",
        "align": "left",
        "yanchor": anchor,
        "text": words,
        "showarrow": False,
        "font": {"size": 12, "color": colour},
    }
