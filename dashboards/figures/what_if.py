"""How the bonds of everybody are spread, now and in what is imagined."""

from collections.abc import Sequence

from dashboards.answers.what_if import Compared
from dashboards.figures import Figure
from dashboards.figures.key import LINE, SQUARE, key
from dashboards.figures.numbers import headed, numbers
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout

HEIGHT = 400
TENS = range(-100, 100, 10)


def distribution(compared: Compared, theme: Theme, texts: Texts) -> Figure:
    """Draw the share of customers by tens of the index: bars as they stand, a line as they would."""
    better = compared.change.mean >= 0
    colour = theme.better if better else theme.worse
    few = compared.people < FEW_PEOPLE
    return {
        "data": [
            {
                "type": "bar",
                "x": [ten + 5 for ten in TENS],
                "y": _shares(compared.tens_now, compared.people),
                "marker": {"color": theme.line, "line": {"color": theme.quiet, "width": 1}},
                "hovertext": _told(compared.tens_now, compared.people, texts("what_if.now"), texts),
                "hoverinfo": "text",
            },
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [ten + 5 for ten in TENS],
                "y": _shares(compared.tens_would, compared.people),
                "line": {"color": colour, "width": 2.4, "shape": "hvh", "dash": "dot" if few else "solid"},
                "marker": {
                    "size": 5,
                    "color": theme.ground if few else colour,
                    "line": {"color": colour, "width": 1.4},
                },
                "hovertext": _told(compared.tens_would, compared.people, texts("what_if.would"), texts),
                "hoverinfo": "text",
            },
        ],
        "layout": layout(
            theme,
            texts,
            HEIGHT,
            bargap=0.08,
            margin={"l": 40, "r": 8, "t": 30, "b": 32},
            xaxis=bare_axis(
                range=[-100, 100],
                tickvals=list(TENS[2::2]),
                ticktext=[texts.number(value) for value in TENS[2::2]],
                tickfont={"size": 11, "color": theme.quiet},
            ),
            yaxis=bare_axis(
                showgrid=True,
                gridcolor=theme.line,
                rangemode="tozero",
                nticks=5,
                tickformat=".0%",
                tickfont={"size": 11, "color": theme.quiet},
            ),
            annotations=[
                key(
                    [(SQUARE, theme.quiet, texts("what_if.now")), (LINE, colour, texts("what_if.would"))],
                    theme,
                )
            ],
            meta=numbers(
                headed(texts, "bond_from", "bond_to", "people_now", "people_would"),
                [
                    (ten, ten + 10, now, would)
                    for ten, now, would in zip(TENS, compared.tens_now, compared.tens_would, strict=True)
                ],
            ),
        ),
    }


def _shares(tens: Sequence[int], people: int) -> list[float]:
    return [count / people for count in tens]


def _told(tens: Sequence[int], people: int, which: str, texts: Texts) -> list[str]:
    return [
        texts(
            "what_if.hover",
            which=which,
            low=texts.number(low),
            high=texts.number(low + 10),
            people=texts.number(count),
            share=texts.percent(count / people, 1),
        )
        for low, count in zip(TENS, tens, strict=True)
    ]
