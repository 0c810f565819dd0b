"""A number worth a card, and rows of them."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component


def card(
    label: str,
    value: str,
    told: str = "",
    good: float = 0.0,
    picture: str = "",
    link: str = "",
    chosen: str = "",
) -> Component:
    """Return a card; `good` says by its sign whether what is told is good news. `link` makes it a link.

    `chosen` is the word for the one that is, for those who do not see its frame.
    """
    tone = "better" if good > 0 else "worse" if good < 0 else "even"
    image: list[Any] = [html.Img(src=picture, alt="", className="spark")] if picture else []
    words = html.Div(
        [
            html.Div(label, className="card-label"),
            html.Div(value, className="card-value"),
            html.Div(told, className=f"card-told {tone}"),
        ]
    )
    if link:
        said = [html.Span(chosen, className="unseen")] if chosen else []
        look = "card is-link is-chosen" if chosen else "card is-link"
        return dcc.Link([words, *said, *image], href=link, className=look)
    return html.Div([words, *image], className="card")
