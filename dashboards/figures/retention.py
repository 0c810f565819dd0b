"""Who stays: what became of the people of each level."""

from collections.abc import Sequence

from dashboards.answers.movement import Retention
from dashboards.figures import Figure
from dashboards.figures.key import SQUARE, key
from dashboards.figures.numbers import headed, numbers
from dashboards.figures.share_bars import share_bars
from dashboards.texts import Texts
from dashboards.theme import Theme, bare_axis, layout

HEIGHT, LEFT = 430, 92
LEAST_ROWS = 4
"""Room for so many, so that one bar is no wall."""
WIDE_ENOUGH = 0.06
"""A part this wide carries its number."""


def draw(rows: Sequence[Retention], theme: Theme, texts: Texts) -> Figure:
    """Draw those who bought or renewed, stayed, left; who left is written with its interval."""
    parts = (
        ("renewed", [row.renewed.share for row in rows], theme.better),
        ("stayed", [row.kept.share - row.renewed.share for row in rows], theme.scale[4]),
        ("left", [row.left.share for row in rows], theme.worse),
    )
    return {
        "data": [
            *(_part(rows, name, shares, colour, theme, texts) for name, shares, colour in parts),
            _whiskers(rows, theme.ground, 4),
            _whiskers(rows, theme.text, 1.4),
        ],
        "layout": layout(
            theme,
            texts,
            HEIGHT,
            barmode="stack",
            bargap=0.5,
            margin={"l": LEFT, "r": 128, "t": 52, "b": 4},
            xaxis=bare_axis(range=[0, 1], showticklabels=False),
            yaxis=bare_axis(
                range=[max(len(rows), LEAST_ROWS) - 0.5, -0.5],
                ticklabelstandoff=8,
                tickvals=list(range(len(rows))),
                ticktext=[_named(row, texts) for row in rows],
                tickfont={"size": 12, "color": theme.text},
            ),
            annotations=[
                key([(SQUARE, colour, texts(f"figure.{name}")) for name, _, colour in parts], theme)
                | {"xshift": -LEFT, "yshift": 30},
                _note(
                    texts("figure.left"), 1.0, theme.worse_text, yref="paper", y=1, yanchor="bottom", yshift=8
                ),
                *(
                    _note(_who_left(row, texts), 1.0, theme.worse_text, y=place)
                    for place, row in enumerate(rows)
                ),
            ],
            meta=numbers(
                headed(texts, "level", "people", "renewed", "low", "high", "left", "low", "high"),
                [(texts.name("level", row.level), row.people, *row.renewed, *row.left) for row in rows],
            ),
        ),
    }


def _part(
    rows: Sequence[Retention], name: str, shares: Sequence[float], colour: str, theme: Theme, texts: Texts
) -> Figure:
    """Return the bars of a part; numbers make room for the whiskers."""
    told = [_told(row, texts) for row in rows]
    people = [row.people for row in rows]
    bars = share_bars(shares, people, told, colour, theme, texts, WIDE_ENOUGH)
    return bars | {"insidetextanchor": {"renewed": "start", "stayed": "end"}.get(name, "middle")}


def _whiskers(rows: Sequence[Retention], colour: str, thickness: float) -> Figure:
    """Return the intervals of who bought or renewed, over the bars where those end."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.renewed.share for row in rows],
        "y": list(range(len(rows))),
        "marker": {"size": 0.1, "color": colour},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [row.renewed.high - row.renewed.share for row in rows],
            "arrayminus": [row.renewed.share - row.renewed.low for row in rows],
            "color": colour,
            "thickness": thickness,
            "width": 2 + thickness,
        },
        "hoverinfo": "skip",
    }


def _named(row: Retention, texts: Texts) -> str:
    return f"{texts.name('level', row.level)}<br>{_small(texts.number(row.people))}"


def _who_left(row: Retention, texts: Texts) -> str:
    low, high = texts.number(100 * row.left.low, 1), texts.number(100 * row.left.high, 1)
    return f"<b>{texts.percent(row.left.share, 1)}</b> {_small(f'{low}–{high}')}"


def _small(text: str) -> str:
    return f"<span style='font-size:11px'>{text}</span>"


def _note(text: str, x: float, colour: str, **more: object) -> Figure:
    note = {"xref": "paper", "x": x, "xanchor": "left", "xshift": 8, "text": text, "showarrow": False}
    return {**note, "font": {"size": 12, "color": colour}, **more}


def _told(row: Retention, texts: Texts) -> str:
    return texts(
        "figure.hover_retention",
        level=texts.name("level", row.level),
        people=texts.number(row.people),
        renewed=texts.percent(row.renewed.share, 1),
        left=texts.percent(row.left.share, 1),
        low=texts.percent(row.left.low, 1),
        high=texts.percent(row.left.high, 1),
    )
