"""One life: what sums to the index today."""

from collections.abc import Sequence
from datetime import date, datetime

from dashboards.answers.life import Life
from dashboards.figures import Figure
from dashboards.figures.life import Name, shortened
from dashboards.figures.numbers import headed, numbers
from dashboards.texts import Texts
from dashboards.theme import Theme, bare_axis, layout

HEIGHT = 430
MOST_BARS = 12
LABEL_LENGTH = 28


def draw(life: Life, name: Name, theme: Theme, texts: Texts) -> Figure:
    """Draw what each touchpoint still weighs, the heaviest first, as steps from 0 to the index."""
    heavy = life.by_weight[:MOST_BARS]
    rest = life.by_weight[MOST_BARS:]
    amounts = [one.contribution for one in heavy]
    days = texts.days([_day(one.at, texts) for one in heavy], until=_day(life.at, texts))
    names = [name(one.row.type) for one in heavy]
    labels = [f"{one}, {day}" for one, day in zip(names, days, strict=True)]
    ticks = [
        f"{shortened(one, LABEL_LENGTH - len(day) - 2)}, {day}" for one, day in zip(names, days, strict=True)
    ]
    if rest:
        amounts.append(sum(one.contribution for one in rest))
        labels.append(texts("life.rest", n=texts.number(len(rest))))
        ticks.append(labels[-1])
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
                "hovertext": [
                    *(
                        f"<b>{label}</b><br>{texts.signed(one, 2)}"
                        for label, one in zip(labels, amounts, strict=True)
                    ),
                    texts.number(index, 2),
                ],
                "hoverinfo": "text",
                "textposition": "none",
            }
        ],
        "layout": layout(
            theme,
            texts,
            HEIGHT,
            bargap=0.3,
            margin={"l": 178, "r": 44, "t": 4, "b": 4},
            xaxis=bare_axis(
                showticklabels=False, zeroline=True, zerolinecolor=theme.quiet, range=_reach([0.0, *ends])
            ),
            yaxis=bare_axis(
                range=[len(places) - 0.4, -0.6],
                tickvals=places,
                ticktext=[*ticks, f"<b>{texts('life.index')}</b>"],
                tickfont={"size": 12, "color": theme.text},
                ticklabelstandoff=6,
            ),
            shapes=_links(ends, theme),
            annotations=[
                _amount(place, max(base, base + amount), texts.signed(amount), theme)
                for place, (base, amount) in enumerate(zip(bases, amounts, strict=True))
            ]
            + [_amount(places[-1], max(0.0, index), f"<b>{texts.number(index, 1)}</b>", theme)],
            meta=numbers(
                headed(texts, "at", "touchpoint", "weight"),
                [(texts.machine(one.at), name(one.row.type), one.contribution) for one in life.by_weight],
            ),
        ),
    }


def _day(at: datetime, texts: Texts) -> date:
    return at.astimezone(texts.zone).date()


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
