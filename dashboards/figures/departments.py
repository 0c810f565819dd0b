"""What each department gave and took."""

from collections.abc import Sequence

from dashboards.answers.departments import Balance
from dashboards.figures import Figure
from dashboards.figures.hatching import hatched
from dashboards.figures.numbers import headed, numbers, with_margin
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout, points_axis

ROW_HEIGHT = 48
LEFT = 104


def height_of(rows: int) -> int:
    """Return the height of a figure with room for so many departments."""
    return 50 + ROW_HEIGHT * rows


def balance(rows: Sequence[Balance], theme: Theme, texts: Texts) -> Figure:
    """Draw gains and losses as bars from the middle, the net with its interval on them, written beside."""
    names = [texts.name("department", row.department) for row in rows]
    low = min(min(row.lost, row.net.mean - (row.net.margin or 0.0)) for row in rows)
    high = max(max(row.gained, row.net.mean + (row.net.margin or 0.0)) for row in rows)
    room = (high - low) * 0.04 or 1.0
    return {
        "data": [
            _bars([row.lost for row in rows], rows, theme.worse, theme, texts),
            _bars([row.gained for row in rows], rows, theme.better, theme, texts),
            {
                "type": "scatter",
                "mode": "markers",
                "x": [row.net.mean for row in rows],
                "y": list(range(len(rows))),
                "marker": {
                    "symbol": "diamond",
                    "size": 10,
                    "color": theme.text,
                    "line": {"color": theme.ground, "width": 1.5},
                },
                "error_x": {
                    "type": "data",
                    "array": [row.net.margin or 0.0 for row in rows],
                    "color": theme.text,
                    "thickness": 1.4,
                    "width": 4,
                },
                "hoverinfo": "skip",
            },
        ],
        "layout": layout(
            theme,
            texts,
            height_of(len(rows)),
            barmode="relative",
            bargap=0.42,
            margin={"l": LEFT, "r": 132, "t": 26, "b": 24},
            xaxis=points_axis(theme, range=[low - room, high + room], zerolinewidth=1.4),
            yaxis=bare_axis(
                range=[len(rows) - 0.5, -0.5],
                tickvals=list(range(len(rows))),
                ticktext=names,
                tickfont={"size": 12, "color": theme.text},
                ticklabelstandoff=8,
            ),
            annotations=[
                _note(texts("departments.net"), -0.5, theme.quiet, yanchor="bottom", yshift=4),
                *(_note(_net(row, texts), at, _ink(row.net.mean, theme)) for at, row in enumerate(rows)),
            ],
            meta=_numbers(rows, texts),
        ),
    }


def _numbers(rows: Sequence[Balance], texts: Texts) -> Figure:
    means = ("net", "margin", "feeling", "margin", "change")
    return numbers(
        headed(texts, "department", "people", "contacts", "gained", "lost", *means),
        [
            (
                texts.name("department", row.department),
                row.people,
                row.contacts,
                row.gained,
                row.lost,
                *with_margin(row.net),
                *with_margin(row.feeling),
                row.change,
            )
            for row in rows
        ],
    )


def _bars(
    values: Sequence[float], rows: Sequence[Balance], colour: str, theme: Theme, texts: Texts
) -> Figure:
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "x": list(values),
        "marker": hatched([row.people < FEW_PEOPLE for row in rows], colour, colour, theme),
        "hovertext": [_told(row, texts) for row in rows],
        "hoverinfo": "text",
    }


def _told(row: Balance, texts: Texts) -> str:
    told = texts(
        "departments.hover",
        department=texts.name("department", row.department),
        people=texts.number(row.people),
        contacts=texts.number(row.contacts),
        gained=texts.signed(row.gained, 2),
        lost=texts.signed(row.lost, 2),
        net=f"{texts.signed(row.net.mean, 2)} ± {texts.number(row.net.margin or 0.0, 2)}",
        feeling=f"{texts.signed(row.feeling.mean)} ± {texts.number(row.feeling.margin or 0.0, 1)}",
    )
    return told + (f"<br>{texts('figure.few')}" if row.people < FEW_PEOPLE else "")


def _net(row: Balance, texts: Texts) -> str:
    net = f"<b>{texts.arrow(row.net.mean, 2)}</b>"
    if row.change is None:
        return net
    return f"{net} <span style='font-size:11px'>({texts.signed(row.change, 2)})</span>"


def _ink(amount: float, theme: Theme) -> str:
    return theme.better_text if amount > 0 else theme.worse_text if amount < 0 else theme.quiet


def _note(text: str, y: float, colour: str, **more: object) -> Figure:
    note = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 10, "y": y, "text": text}
    return {**note, "showarrow": False, "font": {"size": 12, "color": colour}, **more}
