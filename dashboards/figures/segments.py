"""For whom: the journey of each segment against that of everybody."""

from collections.abc import Sequence

from dashboards.answers.journey import Journey
from dashboards.figures import Figure
from dashboards.figures.numbers import headed, numbers, with_margin
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout

HEIGHT = 314
LABEL_ROOM = 0.075
"""Share of the figure kept free beside each curve for its number."""


def draw(
    everybody: Journey, each: Sequence[tuple[str, Journey]], theme: Theme, texts: Texts, chosen: str = ""
) -> Figure:
    """Draw each segment's journey over that of everybody (grey); `chosen` is the one filtered by."""
    whole, curves = _curve_of(everybody), [_curve_of(journey) for _, journey in each]
    low, high = min(map(min, [*curves, whole])), max(map(max, [*curves, whole]))
    room = max(1.0, (high - low) * 0.12)
    figure: Figure = {"data": [], "layout": {}}
    axes: Figure = {}
    notes: list[Figure] = []
    for at, ((name, journey), curve) in enumerate(zip(each, curves, strict=True)):
        suffix = "" if at == 0 else str(at + 1)
        domain = [at / len(each) + 0.02, (at + 1) / len(each) - LABEL_ROOM]
        better = curve[-1] >= whole[-1]
        figure["data"] += [
            _line(whole, suffix, theme.quiet, 1.2),
            _line(curve, suffix, theme.better if better else theme.worse, 2.4)
            | {"line": _stroke(journey, theme.better if better else theme.worse)}
            | {"hoverinfo": "text", "hovertext": _told(name, journey, texts)},
        ]
        axes |= _axes(suffix, domain, [low - room, high + room], len(curve), theme, first=at == 0)
        notes += _titles(name, journey, sum(domain) / 2, theme, texts, chosen)
        notes.append(_end(curve, better, suffix, theme, texts))
    margin = {"l": 30, "r": 4, "t": 40, "b": 6}
    figure["layout"] = layout(
        theme, texts, HEIGHT, margin=margin, annotations=notes, meta=_numbers(each, texts), **axes
    )
    return figure


def _numbers(each: Sequence[tuple[str, Journey]], texts: Texts) -> Figure:
    return numbers(
        headed(texts, "segment", "people", "start", "margin", "end", "margin"),
        [
            (
                texts.name("segment", name),
                journey.people,
                *with_margin(journey.start),
                *with_margin(journey.end),
            )
            for name, journey in each
        ],
    )


def _curve_of(journey: Journey) -> list[float]:
    return [journey.start.mean, *(place.after.mean for place in journey.places)]


def _stroke(journey: Journey, colour: str) -> Figure:
    return {"color": colour, "width": 2.4, "dash": "solid" if journey.people >= FEW_PEOPLE else "dot"}


def _told(name: str, journey: Journey, texts: Texts) -> str:
    return texts(
        "figure.hover_segment",
        segment=texts.name("segment", name),
        people=texts.number(journey.people),
        start=texts.between(journey.start.mean, journey.start.margin),
        end=texts.between(journey.end.mean, journey.end.margin),
    )


def _line(values: Sequence[float], suffix: str, colour: str, width: float) -> Figure:
    return {
        "type": "scatter",
        "x": list(range(len(values))),
        "y": list(values),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "mode": "lines",
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _axes(
    suffix: str, domain: Sequence[float], spread: Sequence[float], points: int, theme: Theme, first: bool
) -> Figure:
    return {
        f"xaxis{suffix}": bare_axis(
            domain=list(domain), range=[0, points - 1], showticklabels=False, anchor=f"y{suffix}"
        ),
        f"yaxis{suffix}": bare_axis(
            range=list(spread),
            anchor=f"x{suffix}",
            showgrid=True,
            gridcolor=theme.line,
            nticks=5,
            showticklabels=first,
            tickfont={"size": 11, "color": theme.quiet},
        ),
    }


def _titles(name: str, journey: Journey, x: float, theme: Theme, texts: Texts, chosen: str) -> list[Figure]:
    title = texts.name("segment", name)
    place = {
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "xanchor": "center",
        "y": 1.0,
        "yanchor": "bottom",
        "showarrow": False,
    }
    return [
        {
            **place,
            "text": f"<b>{'▸ ' if name == chosen else ''}{title}</b>",
            "yshift": 14,
            "font": {"size": 12, "color": theme.text},
        },
        {**place, "text": texts.number(journey.people), "font": {"size": 11, "color": theme.quiet}},
    ]


def _end(curve: Sequence[float], better: bool, suffix: str, theme: Theme, texts: Texts) -> Figure:
    return {
        "xref": f"x{suffix}",
        "yref": f"y{suffix}",
        "x": len(curve) - 1,
        "y": curve[-1],
        "xanchor": "left",
        "xshift": 3,
        "text": f"<b>{texts.number(curve[-1], 1)}</b> {'▲' if better else '▼'}",
        "showarrow": False,
        "font": {"size": 12, "color": theme.better_text if better else theme.worse_text},
    }
