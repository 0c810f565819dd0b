# mypy: disable-error-code="untyped-decorator"
"""A past day: a life as it was at the end of it, in step with the address in both directions."""

from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.context import Context
from dashboards.questions.customer import CustomerQuestions
from dashboards.state import EARLIEST_DAY, customer_of, search_of
from dashboards.texts import Texts


def past_box(context: Context, texts: Texts, search: str) -> Component:
    """Return the field of the day; empty is today."""
    return html.Div(
        [
            html.Label(texts("life.until"), htmlFor="life-until"),
            dcc.Input(
                id="life-until",
                type="date",
                value=customer_of(search).until,
                max=context.clock().astimezone(context.zone).date().isoformat(),
            ),
        ],
        className="search past",
    )


def as_of(ask: CustomerQuestions, texts: Texts) -> list[Component]:
    """Return as of when a life is told, if that is not today."""
    told = texts("life.as_of", at=texts.moment(ask.at))
    return [html.P(told, className="past-day")] if ask.is_past else []


def register_past(app: Dash) -> None:
    """Keep address and field in step: whichever was changed sets the other."""

    @app.callback(Output("life-until", "value"), Input("url", "search"))
    def follow(search: str | None) -> str:
        return customer_of(search or "").until

    @app.callback(
        Output("navigate", "search", allow_duplicate=True),
        Input("life-until", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(day: str | None, search: str | None) -> Any:
        state = customer_of(search or "")
        wanted = replace(state, until=day or "")
        # Days before it have a year that is still being typed.
        is_typed = not day or day >= EARLIEST_DAY.isoformat()
        return search_of(wanted) if wanted != state and state.id and is_typed else no_update
