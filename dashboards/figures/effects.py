"""What bends the curve: the effect of good and of bad contacts of each type, with intervals."""

from collections.abc import Sequence

from dashboards.answers.moments import BAD, GOOD, Followed, Moment
from dashboards.figures import Figure
from dashboards.figures.numbers import headed, numbers, with_margin
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout, points_axis

ROW_HEIGHT = 40
MOST_ROWS = 14
OFFSET = {GOOD: -0.17, BAD: 0.17}
"""Places of the two ways within a row."""


def height_of(rows: int) -> int:
    """Return the height of a figure with room for so many rows."""
    return 60 + ROW_HEIGHT * rows


def draw(
    moments: Sequence[Moment],
    names: Sequence[str],
    days: int,
    theme: Theme,
    texts: Texts,
    words: str = "moments",
    rows: int = MOST_ROWS,
) -> Figure:
    """Draw one row a type: ▲ after a good contact, ▼ after a bad one; hollow where people are few.

    `words` begins the keys of what good, bad and the axis are called; at most so many `rows` are shown.
    """
    shown = list(zip(moments, names, strict=True))[:rows]
    rows = len(shown)
    ways = [(at, name, way) for at, (moment, name) in enumerate(shown) for way in moment.ways.values()]
    ends = [one.effect.mean + sign * (one.effect.margin or 0.0) for _, _, one in ways for sign in (-1, 1)]
    room = (max(ends) - min(ends)) * 0.06
    return {
        "data": [
            _points([one for one in ways if one[2].tone == tone], tone, words, days, theme, texts)
            for tone in (GOOD, BAD)
        ],
        "layout": layout(
            theme,
            texts,
            height_of(rows),
            margin={"l": 190, "r": 16, "t": 8, "b": 40},
            xaxis=points_axis(
                theme,
                range=[min(0, *ends) - room, max(0, *ends) + room],
                zerolinewidth=1.4,
                title={
                    "text": texts(f"{words}.axis", days=texts.number(days)),
                    "font": {"size": 12, "color": theme.quiet},
                    "standoff": 8,
                },
            ),
            yaxis=bare_axis(
                range=[rows - 0.5, -0.5],
                tickvals=list(range(len(shown))),
                ticktext=[marked(moment, name) for moment, name in shown],
                tickfont={"size": 12, "color": theme.text},
                ticklabelstandoff=8,
            ),
            shapes=_stripes(len(shown), theme),
            meta=numbers(
                headed(texts, "about", "way", "people", "impact", "effect", "margin", "found"),
                [
                    (
                        name,
                        texts(f"{words}.{way.tone}"),
                        way.people,
                        way.impact,
                        *with_margin(way.effect),
                        int(way.found),
                    )
                    for _, name, way in ways
                ],
            ),
        ),
    }


def marked(moment: Moment, name: str) -> str:
    """Return the name with ◆ if it is declared a moment of truth, ★ if it was found to be one."""
    return f"{'◆' if moment.declared else ''}{'★' if moment.found else ''} {name}".strip()


def _points(
    ways: Sequence[tuple[int, str, Followed]], tone: str, words: str, days: int, theme: Theme, texts: Texts
) -> Figure:
    colour = theme.better if tone == GOOD else theme.worse
    few = [way.people < FEW_PEOPLE for *_, way in ways]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [way.effect.mean for *_, way in ways],
        "y": [at + OFFSET[tone] for at, *_ in ways],
        "marker": {
            "symbol": "triangle-up" if tone == GOOD else "triangle-down",
            "size": 12,
            "color": [theme.ground if one else colour for one in few],
            "line": {"color": colour, "width": 1.6},
        },
        "error_x": {
            "type": "data",
            "array": [way.effect.margin or 0.0 for *_, way in ways],
            "color": colour,
            "thickness": 1.6,
            "width": 0,
        },
        "hovertext": [_told(name, way, words, days, texts) for _, name, way in ways],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _told(name: str, way: Followed, words: str, days: int, texts: Texts) -> str:
    told = texts(
        "moments.hover",
        name=name,
        way=texts(f"{words}.{way.tone}"),
        people=texts.number(way.people),
        impact=texts.signed(way.impact),
        effect=texts.signed(way.effect.mean),
        margin=texts.number(way.effect.margin or 0.0, 1),
        days=texts.number(days),
    )
    notes = [texts("moments.found")] if way.found else [texts("moments.not_found")]
    if way.people < FEW_PEOPLE:
        notes.append(texts("figure.few"))
    return "<br>".join([told, *notes])


def _stripes(rows: int, theme: Theme) -> list[Figure]:
    return [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": at - 0.5,
            "y1": at + 0.5,
            "line": {"width": 0},
            "fillcolor": theme.shade,
            "layer": "below",
        }
        for at in range(0, rows, 2)
    ]
