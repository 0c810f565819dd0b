# mypy: disable-error-code="untyped-decorator"
"""Find a customer by any name known of them; what is typed never stands in the address."""

from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.context import Context
from dashboards.parts.form import button
from dashboards.questions.customers import found
from dashboards.state import CustomerView, search_of
from dashboards.store import StoreError
from dashboards.texts import Texts


def address_of(person: str) -> str:
    """Return where a customer's life is shown."""
    return f"/customer{search_of(CustomerView(person))}"


def find_box(texts: Texts) -> Component:
    """Return the field to search in."""
    return html.Div(
        [
            html.Label(texts("find.label"), htmlFor="customer-search"),
            html.Div(
                [
                    dcc.Input(
                        id="customer-search", type="text", autoComplete="off", debounce=True, n_submit=0
                    ),
                    button("customer-find", texts("find.button")),
                ],
                className="search-row",
            ),
            html.Div(id="customer-found", className="found", role="status"),
        ],
        className="search",
        role="search",
        **{"aria-label": texts("find.label")},
    )


def register_find(app: Dash, context: Context) -> None:
    """Go to the one who is found, or show who may be meant."""

    @app.callback(
        Output("navigate", "href"),
        Output("customer-found", "children"),
        Input("customer-find", "n_clicks"),
        Input("customer-search", "n_submit"),
        State("customer-search", "value"),
        prevent_initial_call=True,
    )
    def find(_: int | None, __: int | None, text: str | None) -> list[Any]:
        texts = context.texts()
        if not (text or "").strip():
            return [no_update, None]
        try:
            people = found(context, text or "")
        except StoreError:
            return [no_update, texts("find.later")]
        if not people:
            return [no_update, texts("find.nobody")]
        if len(people) == 1:
            return [address_of(people[0]), None]
        links = [dcc.Link(html.Code(one), href=address_of(one)) for one in people]
        return [no_update, html.Div([texts("find.several"), *links], className="several")]
