"""The way from page to page."""

from collections.abc import Sequence

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboards.texts import Texts

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Names of groups of pages; paths and names of the pages in each."""


def navigation(texts: Texts, groups: Groups) -> list[Component]:
    """Return a row of links; where it is narrow, a button that opens them by groups."""
    return [
        html.Button(
            texts("frame.menu"),
            id="menu",
            className="menu",
            type="button",
            **{"aria-expanded": "false", "aria-controls": "navigation"},
        ),
        html.Nav(
            [
                html.Div(
                    [
                        html.Div(name, className="nav-group"),
                        *(dcc.Link(page, href=path, className="nav-link") for path, page in links),
                    ],
                    className="nav-part",
                )
                for name, links in groups
            ],
            id="navigation",
            **{"aria-label": texts("frame.pages")},
        ),
    ]


def register(app: Dash) -> None:
    """Mark the page that is shown, and open and close the menu: both happen in the browser."""
    app.clientside_callback(
        ClientsideFunction("vincle", "arrived"), Output("page", "data-path"), Input("url", "pathname")
    )
    app.clientside_callback(
        ClientsideFunction("vincle", "menu"),
        Output("menu", "aria-expanded"),
        Input("menu", "n_clicks"),
        Input("url", "pathname"),
    )
