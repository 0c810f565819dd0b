"""What became of failures, and what the bond did from before them until now."""

from collections.abc import Sequence

from dashboards.answers.recovery import STATES, BondsRow, StatesRow
from dashboards.figures import Figure
from dashboards.figures.key import SQUARE, key
from dashboards.figures.numbers import headed, numbers, with_margin
from dashboards.figures.share_bars import share_bars
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout, points_axis

HEIGHT = 430
MOST_ROWS = 10
APART = 0.05
"""Of the time from one point to the next, how far lines stand beside each other."""
WIDE_ENOUGH = 0.09
"""A part this wide carries its number."""


def _colour(state: str, theme: Theme) -> str:
    return {"recovered": theme.better, "open": theme.scale[2], "lost": theme.worse}[state]


def states(rows: Sequence[StatesRow], names: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    """Draw the share recovered, open and lost of each type that failed, the most frequent on top."""
    shown = rows[:MOST_ROWS]
    labels = [
        f"{name} <span style='font-size:11px'>{texts.number(row.failures)}</span>"
        for row, name in zip(shown, names, strict=False)
    ]
    return {
        "data": [_part(shown, names, state, theme, texts) for state in STATES],
        "layout": layout(
            theme,
            texts,
            HEIGHT,
            barmode="stack",
            bargap=0.34,
            margin={"l": 176, "r": 12, "t": 30, "b": 4},
            xaxis=bare_axis(range=[0, 1], showticklabels=False),
            yaxis=bare_axis(
                range=[max(len(shown), 5) - 0.5, -0.5],
                tickvals=list(range(len(shown))),
                ticktext=labels,
                tickfont={"size": 12, "color": theme.text},
                ticklabelstandoff=8,
            ),
            annotations=[
                key([(SQUARE, _colour(state, theme), texts(f"recovery.{state}")) for state in STATES], theme)
            ],
            meta=_numbers(rows, names, texts),
        ),
    }


def _numbers(rows: Sequence[StatesRow], names: Sequence[str], texts: Texts) -> Figure:
    shares = [
        heading for state in STATES for heading in (texts(f"recovery.{state}"), *headed(texts, "low", "high"))
    ]
    return numbers(
        [*headed(texts, "touchpoint", "failures", "people"), *shares],
        [
            (name, row.failures, row.people, *(cell for state in STATES for cell in row.share(state)))
            for row, name in zip(rows, names, strict=True)
        ],
    )


def _part(rows: Sequence[StatesRow], names: Sequence[str], state: str, theme: Theme, texts: Texts) -> Figure:
    colour = _colour(state, theme)
    told = [
        texts(
            "recovery.hover",
            name=name,
            failures=texts.number(row.failures),
            people=texts.number(row.people),
            state=texts(f"recovery.{state}"),
            share=texts.share(*row.share(state)),
        )
        for row, name in zip(rows, names, strict=False)
    ]
    people = [row.people for row in rows]
    return share_bars(
        [row.share(state).share for row in rows], people, told, colour, theme, texts, WIDE_ENOUGH
    )


def bonds(rows: Sequence[BondsRow], theme: Theme, texts: Texts) -> Figure:
    """Draw the mean bond before the failure, just after it and now, one line for each state."""
    known = {row.state: row for row in rows}
    lines = [known[state] for state in STATES if state in known]
    times = [texts(f"recovery.{time}") for time in ("before", "after", "now")]
    return {
        "data": [
            _course(row, (place - (len(lines) - 1) / 2) * APART, theme, texts)
            for place, row in enumerate(lines)
        ],
        "layout": layout(
            theme,
            texts,
            HEIGHT,
            margin={"l": 40, "r": 150, "t": 8, "b": 30},
            xaxis=bare_axis(
                range=[-0.15, 2.1],
                tickvals=[0, 1, 2],
                ticktext=times,
                tickfont={"size": 12, "color": theme.text},
            ),
            yaxis=points_axis(theme),
            annotations=_ends(lines, theme, texts),
            meta=numbers(
                headed(texts, "state", "people", "before", "margin", "after", "margin", "now", "margin"),
                [
                    (
                        texts(f"recovery.{row.state}"),
                        row.people,
                        *(cell for one in row.course for cell in with_margin(one)),
                    )
                    for row in lines
                ],
            ),
        ),
    }


def _course(row: BondsRow, aside: float, theme: Theme, texts: Texts) -> Figure:
    """Return the line of a state, a little aside so that whiskers of two do not lie on each other."""
    colour, few = _colour(row.state, theme), row.people < FEW_PEOPLE
    told = [
        texts(
            "recovery.hover_bond",
            state=texts(f"recovery.{row.state}"),
            people=texts.number(row.people),
            bond=texts.between(one.mean, one.margin),
        )
        for one in row.course
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [time + aside for time in range(3)],
        "y": [one.mean for one in row.course],
        "line": {"color": colour, "width": 2.4, "dash": "dot" if few else "solid"},
        "marker": {
            "size": 8,
            "color": theme.ground if few else colour,
            "line": {"color": colour, "width": 1.6},
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [min(one.margin or 0.0, 100 - one.mean) for one in row.course],
            "arrayminus": [min(one.margin or 0.0, 100 + one.mean) for one in row.course],
            "color": colour,
            "thickness": 1.3,
            "width": 4,
        },
        "hovertext": told,
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _ends(rows: Sequence[BondsRow], theme: Theme, texts: Texts) -> list[Figure]:
    """Name each line at its end, the higher above the lower where they come close."""
    ordered = sorted(rows, key=lambda row: -row.course[2].mean)
    return [
        {
            "x": 2 + APART,
            "y": row.course[2].mean,
            "xanchor": "left",
            "xshift": 12,
            "yshift": 9 * (len(ordered) - 1) / 2 - 9 * place if len(ordered) > 1 else 0,
            "text": f"<b>{texts.number(row.course[2].mean, 1)}</b> {texts(f'recovery.{row.state}')}",
            "showarrow": False,
            "font": {"size": 12, "color": theme.text},
        }
        for place, row in enumerate(ordered)
    ]
