"""One life: the bond over time, the five emotions, and what sums to the index today."""

from collections.abc import Callable, Sequence

from dashboards.answers.life import Experience, Life
from dashboards.answers.movement import LevelsRow
from dashboards.figures import Figure
from dashboards.figures.time_axis import time_axis
from dashboards.texts import Texts
from dashboards.theme import Theme, bare_axis, layout
from schemas.emotions import Emotion
from schemas.instants import millis_of

CURVE_HEIGHT, EMOTIONS_HEIGHT, SUM_HEIGHT = 400, 420, 430
MOST_NAMED = 5
MOST_BARS = 12
Name = Callable[[str], str]


def curve(life: Life, levels: LevelsRow, name: Name, theme: Theme, texts: Texts) -> Figure:
    """Draw the index over time: it jumps at touchpoints and fades between them."""
    low = min(point.index for point in life.curve)
    high = max(point.index for point in life.curve)
    room = max(6.0, (high - low) * 0.22)
    spread = [max(-104.0, low - room), min(104.0, high + room)]
    return {
        "data": [
            {
                "type": "scatter",
                "x": [millis_of(point.at) for point in life.curve],
                "y": [point.index for point in life.curve],
                "mode": "lines",
                "line": {"color": theme.text, "width": 2},
                "fill": "tozeroy",
                "fillcolor": theme.band,
                "hoverinfo": "skip",
            },
            _jumps(life, name, theme, texts),
        ],
        "layout": layout(
            theme,
            CURVE_HEIGHT,
            margin={"l": 44, "r": 76, "t": 12, "b": 30},
            hovermode="closest",
            xaxis=time_axis(life.curve[0].at, life.at, theme, texts),
            yaxis=bare_axis(
                range=spread,
                showgrid=True,
                gridcolor=theme.line,
                zeroline=True,
                zerolinecolor=theme.quiet,
                nticks=7,
                tickfont={"size": 11, "color": theme.quiet},
            ),
            shapes=[_level_line(floor, theme) for _, floor in _floors(levels, spread)],
            annotations=[
                *(_level_name(one, floor, theme, texts) for one, floor in _floors(levels, spread)),
                *_named(life, name, theme, texts),
                _now(life, theme, texts),
            ],
            separators=texts.plotly_separators,
        ),
    }


def _jumps(life: Life, name: Name, theme: Theme, texts: Texts) -> Figure:
    most = max((abs(one.impact) for one in life.experiences), default=1.0) or 1.0
    return {
        "type": "scatter",
        "x": [millis_of(one.row.occurred_at) for one in life.experiences],
        "y": [one.after for one in life.experiences],
        "mode": "markers",
        "marker": {
            "size": [7 + 9 * abs(one.impact) / most for one in life.experiences],
            "symbol": [
                "diamond" if one.row.moment_of_truth else "triangle-up" if one.impact >= 0 else "triangle-down"
                for one in life.experiences
            ],
            "color": [theme.better if one.impact >= 0 else theme.worse for one in life.experiences],
            "line": {"color": theme.ground, "width": 1},
        },
        "hovertext": [experience_told(one, name, texts) for one in life.experiences],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def experience_told(one: Experience, name: Name, texts: Texts) -> str:
    """Return what the pointer tells of an experience."""
    words = f"<br><i>“{shortened(one.row.text, 70)}”</i>" if one.row.text else ""
    return (
        texts(
            "life.hover",
            name=name(one.row.type),
            at=texts.moment(one.row.occurred_at),
            department=texts.name("department", one.row.department),
            before=texts.number(one.before, 1),
            after=texts.number(one.after, 1),
            impact=texts.signed(one.impact),
            weight=texts.signed(one.contribution),
        )
        + words
    )


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _floors(levels: LevelsRow, spread: Sequence[float]) -> list[tuple[str, float]]:
    floors = [("loyal", levels.loyal_from), ("warm", levels.warm_from), ("lukewarm", levels.lukewarm_from)]
    return [(one, floor) for one, floor in floors if spread[0] < floor < spread[1]]


def _level_line(floor: float, theme: Theme) -> Figure:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": floor,
        "y1": floor,
        "line": {"color": theme.quiet, "width": 1, "dash": "dash"},
        "layer": "below",
    }


def _level_name(level: str, floor: float, theme: Theme, texts: Texts) -> Figure:
    return {
        "xref": "paper",
        "x": 1,
        "xanchor": "left",
        "xshift": 6,
        "y": floor,
        "yanchor": "bottom",
        "yshift": -3,
        "text": f"{texts.name('level', level)} ↑",
        "showarrow": False,
        "font": {"size": 11, "color": theme.quiet},
    }


def _named(life: Life, name: Name, theme: Theme, texts: Texts) -> list[Figure]:
    """Name the strongest moments, those that stand too close to a stronger one left out."""
    span = max(1, millis_of(life.at) - millis_of(life.curve[0].at))
    chosen: list[Experience] = []
    for one in sorted(life.experiences, key=lambda one: -abs(one.impact)):
        at = millis_of(one.row.occurred_at)
        if all(abs(at - millis_of(other.row.occurred_at)) > span * 0.11 for other in chosen):
            chosen.append(one)
        if len(chosen) == MOST_NAMED:
            break
    return [
        {
            "x": millis_of(one.row.occurred_at),
            "y": one.after,
            "text": f"{name(one.row.type)} <b>{texts.signed(one.impact)}</b>",
            "ax": 0,
            "ay": -26 if one.impact >= 0 else 26,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": theme.better_text if one.impact >= 0 else theme.worse_text,
            "font": {"size": 12, "color": theme.better_text if one.impact >= 0 else theme.worse_text},
            "bgcolor": theme.ground,
            "opacity": 0.95,
        }
        for one in chosen
    ]


def _now(life: Life, theme: Theme, texts: Texts) -> Figure:
    return {
        "x": millis_of(life.at),
        "y": life.reading.index,
        "xanchor": "left",
        "xshift": 8,
        "text": f"<b>{texts.number(life.reading.index, 1)}</b>",
        "showarrow": False,
        "font": {"size": 13, "color": theme.text},
        "bgcolor": theme.ground,
    }


def emotions(life: Life, theme: Theme, texts: Texts) -> Figure:
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
            EMOTIONS_HEIGHT,
            margin={"l": 122, "r": 72, "t": 4, "b": 30},
            xaxis=time_axis(life.curve[0].at, life.at, theme, texts, anchor="y5"),
            annotations=notes,
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
        "fillcolor": _pale(colour),
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


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},.45)"


def contributions(life: Life, name: Name, theme: Theme, texts: Texts) -> Figure:
    """Draw what each touchpoint still weighs, the heaviest first, as steps from 0 to the index."""
    heavy = life.by_weight[:MOST_BARS]
    rest = life.by_weight[MOST_BARS:]
    amounts = [one.contribution for one in heavy]
    labels = [f"{name(one.row.type)}, {texts.short_day(one.row.occurred_at.astimezone(texts.zone).date())}" for one in heavy]
    if rest:
        amounts.append(sum(one.contribution for one in rest))
        labels.append(texts("life.rest", n=texts.number(len(rest))))
    bases = [sum(amounts[:at]) for at in range(len(amounts))]
    places = list(range(len(amounts) + 1))
    index = life.reading.index
    colours = [theme.better if one >= 0 else theme.worse for one in amounts]
    ends = [base + amount for base, amount in zip(bases, amounts, strict=True)]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": places,
                "x": [*amounts, index],
                "base": [*bases, 0],
                "marker": {"color": [*colours, theme.text]},
                "hovertext": [*(f"<b>{label}</b><br>{texts.signed(one, 2)}" for label, one in zip(labels, amounts, strict=True)), texts.number(index, 2)],
                "hoverinfo": "text",
                "textposition": "none",
            }
        ],
        "layout": layout(
            theme,
            SUM_HEIGHT,
            bargap=0.3,
            margin={"l": 178, "r": 44, "t": 4, "b": 4},
            xaxis=bare_axis(showticklabels=False, zeroline=True, zerolinecolor=theme.quiet, range=_reach([0.0, *ends])),
            yaxis=bare_axis(
                range=[len(places) - 0.4, -0.6],
                tickvals=places,
                ticktext=[shortened(label, 28) for label in labels] + [f"<b>{texts('life.index')}</b>"],
                tickfont={"size": 12, "color": theme.text},
                ticklabelstandoff=6,
            ),
            shapes=_links(ends, theme),
            annotations=[
                _amount(place, max(base, base + amount), texts.signed(amount), theme)
                for place, (base, amount) in enumerate(zip(bases, amounts, strict=True))
            ]
            + [_amount(places[-1], max(0.0, index), f"<b>{texts.number(index, 1)}</b>", theme)],
        ),
    }


def _reach(ends: Sequence[float]) -> list[float]:
    low, high = min(ends), max(ends)
    room = max(1.0, (high - low) * 0.14)
    return [low - room * 0.3, high + room]


def _links(ends: Sequence[float], theme: Theme) -> list[Figure]:
    return [
        {
            "type": "line",
            "x0": end,
            "x1": end,
            "y0": place - 0.35,
            "y1": place + 1.35,
            "line": {"color": theme.quiet, "width": 1, "dash": "dot"},
        }
        for place, end in enumerate(ends)
    ]


def _amount(place: int, x: float, text: str, theme: Theme) -> Figure:
    return {
        "x": x,
        "y": place,
        "xanchor": "left",
        "xshift": 4,
        "text": text,
        "showarrow": False,
        "font": {"size": 11, "color": theme.text},
    }
