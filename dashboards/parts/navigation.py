"""The way from page to page."""

from collections.abc import Sequence

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboards.state import KEPT
from dashboards.texts import Texts

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Names of groups of pages; paths and names of the pages in each."""


def way(content: object, path: str, look: str) -> Component:
    """Return a link to a page that takes the filters along."""
    return dcc.Link(content, id={"way": path, "look": look}, href=path, className=look)


def navigation(texts: Texts, groups: Groups, filtered: Sequence[str]) -> list[Component]:
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
                        *(way(page, path, "nav-link") for path, page in links),
                    ],
                    className="nav-part",
                )
                for name, links in groups
            ],
            id="navigation",
            **{
                "aria-label": texts("frame.pages"),
                "data-kept": " ".join(KEPT),
                "data-filtered": " ".join(filtered),
            },
        ),
    ]


def register(app: Dash) -> None:
    """Mark the page shown, keep filters on the way to others, open the menu: all in the browser."""
    ways = {"way": ALL, "look": ALL}
    app.clientside_callback(
        ClientsideFunction("vincle", "ways"),
        Output(ways, "href"),
        Input("url", "search"),
        Input("url", "pathname"),
        State(ways, "id"),
    )
    app.clientside_callback(
        ClientsideFunction("vincle", "arrived"), Output("page", "data-path"), Input("url", "pathname")
    )
    app.clientside_callback(
        ClientsideFunction("vincle", "menu"),
        Output("menu", "aria-expanded"),
        Input("menu", "n_clicks"),
        Input("url", "pathname"),
    )
