"""One life: the five emotions over time."""

from collections.abc import Sequence

from dashboards.answers.life import Life
from dashboards.figures import Figure
from dashboards.figures.numbers import headed, numbers
from dashboards.figures.time_axis import time_axis
from dashboards.texts import Texts
from dashboards.theme import Theme, bare_axis, layout, see_through
from schemas.emotions import Emotion
from schemas.instants import millis_of

HEIGHT = 420


def draw(life: Life, theme: Theme, texts: Texts) -> Figure:
    """Draw the five emotions over time, one above the other: blue above nothing, orange below."""
    data: list[Figure] = []
    axes: Figure = {}
    notes: list[Figure] = []
    most = max(10.0, *(abs(one) for point in life.curve for one in point.emotions))
    x = [millis_of(point.at) for point in life.curve]
    for row, emotion in enumerate(Emotion):
        suffix = "" if row == 0 else str(row + 1)
        values = [point.emotions[row] for point in life.curve]
        top = 1 - row / len(Emotion)
        data += [
            _area(x, [max(one, 0.0) for one in values], suffix, theme.better),
            _area(x, [min(one, 0.0) for one in values], suffix, theme.worse),
            _stroke(x, values, suffix, theme),
        ]
        axes[f"yaxis{suffix}"] = bare_axis(
            domain=[top - 1 / len(Emotion) + 0.03, top - 0.01],
            range=[-most * 1.1, most * 1.1],
            showticklabels=False,
            zeroline=True,
            zerolinecolor=theme.line,
        )
        last = values[-1]
        ink = theme.better_text if last > 0 else theme.worse_text if last < 0 else theme.quiet
        notes += [
            _beside(texts.name("feeling", emotion), "left", -118, suffix, theme.text),
            _beside(f"<b>{texts.arrow(last)}</b>", "left", 8, suffix, ink, x=1.0),
        ]
    return {
        "data": data,
        "layout": layout(
            theme,
            texts,
            HEIGHT,
            margin={"l": 122, "r": 72, "t": 4, "b": 30},
            xaxis=time_axis(life.curve[0].at, life.at, theme, texts, anchor="y5"),
            annotations=notes,
            meta=numbers(
                [*headed(texts, "at"), *(texts.name("feeling", emotion) for emotion in Emotion)],
                [(texts.machine(point.at), *point.emotions) for point in life.curve],
            ),
            **axes,
        ),
    }


def _area(x: Sequence[int], y: Sequence[float], suffix: str, colour: str) -> Figure:
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "yaxis": f"y{suffix}",
        "mode": "lines",
        "line": {"width": 0},
        "fill": "tozeroy",
        "fillcolor": see_through(colour, 0.45),
        "hoverinfo": "skip",
    }


def _stroke(x: Sequence[int], y: Sequence[float], suffix: str, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "yaxis": f"y{suffix}",
        "mode": "lines",
        "line": {"width": 1.6, "color": theme.text},
        "hoverinfo": "skip",
    }


def _beside(text: str, anchor: str, shift: int, suffix: str, colour: str, x: float = 0.0) -> Figure:
    return {
        "xref": "paper",
        "yref": f"y{suffix}",
        "x": x,
        "xanchor": anchor,
        "xshift": shift,
        "y": 0,
        "text": text,
        "showarrow": False,
        "font": {"size": 12, "color": colour},
    }
