"""One life: the bond over time."""

from collections.abc import Callable, Sequence
from html import escape

from dashboards.answers.life import Experience, Life
from dashboards.answers.movement import LevelsRow
from dashboards.figures import Figure
from dashboards.figures.numbers import headed, numbers
from dashboards.figures.time_axis import time_axis
from dashboards.texts import Texts
from dashboards.theme import Theme, layout, points_axis
from schemas.instants import millis_of

HEIGHT = 400
MOST_NAMED = 5
Name = Callable[[str], str]


def draw(life: Life, levels: LevelsRow, name: Name, theme: Theme, texts: Texts) -> Figure:
    """Draw the index over time: it jumps at touchpoints and fades between them."""
    low = min(point.bond for point in life.curve)
    high = max(point.bond for point in life.curve)
    room = max(6.0, (high - low) * 0.22)
    spread = [low - room * (0.35 if low >= 0 else 1.0), high + room]
    return {
        "data": [
            {
                "type": "scatter",
                "x": [millis_of(point.at) for point in life.curve],
                "y": [point.bond for point in life.curve],
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
            texts,
            HEIGHT,
            margin={"l": 44, "r": 76, "t": 12, "b": 30},
            hovermode="closest",
            xaxis=time_axis(life.curve[0].at, life.at, theme, texts),
            yaxis=points_axis(theme, range=spread, tickvals=_tens(spread)),
            shapes=[_level_line(floor, theme) for _, floor in _floors(levels, spread)],
            annotations=[
                *(_level_name(one, floor, theme, texts) for one, floor in _floors(levels, spread)),
                *_named(life, name, theme, texts),
                _now(life, theme, texts),
            ],
            meta=_numbers(life, name, texts),
        ),
    }


def _tens(spread: Sequence[float]) -> list[int]:
    """Return ticks within the span of the index, a few whatever the spread."""
    step = next(one for one in (5, 10, 20, 50) if spread[1] - spread[0] <= 8 * one or one == 50)
    return [one for one in range(-100, 101, step) if spread[0] < one < spread[1]]


def _numbers(life: Life, name: Name, texts: Texts) -> Figure:
    return numbers(
        headed(texts, "at", "touchpoint", "department", "before", "after", "impact", "weight"),
        [
            (
                texts.machine(one.at),
                name(one.row.type),
                texts.name("department", one.row.department),
                one.before,
                one.after,
                one.impact,
                one.contribution,
            )
            for one in life.experiences
        ],
    )


def _jumps(life: Life, name: Name, theme: Theme, texts: Texts) -> Figure:
    most = max((abs(one.impact) for one in life.experiences), default=1.0) or 1.0
    return {
        "type": "scatter",
        "x": [one.row.occurred_at for one in life.experiences],
        "y": [one.after for one in life.experiences],
        "mode": "markers",
        "marker": {
            "size": [7 + 9 * abs(one.impact) / most for one in life.experiences],
            "symbol": [
                "diamond"
                if one.row.moment_of_truth
                else "triangle-up"
                if one.impact >= 0
                else "triangle-down"
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
    said = escape(shortened(one.row.text, 70), quote=False)
    words = f"<br><i>{texts.quoted(said)}</i>" if said else ""
    return (
        texts(
            "life.hover",
            name=name(one.row.type),
            at=texts.moment(one.at),
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
        at = one.row.occurred_at
        if all(abs(at - other.row.occurred_at) > span * 0.11 for other in chosen):
            chosen.append(one)
        if len(chosen) == MOST_NAMED:
            break
    return [
        {
            "x": one.row.occurred_at,
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
