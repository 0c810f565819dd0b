# mypy: disable-error-code="untyped-decorator"
"""The way to have a customer erased, for those who may: they type the pseudonym's first signs to mean it."""

from typing import Any

from dash import Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from dashboards.access.rights import Right
from dashboards.context import Context
from dashboards.parts.commanding import Given, forget, give
from dashboards.parts.form import acts, button, field
from dashboards.questions.customer import CustomerQuestions
from dashboards.state import customer_of
from dashboards.texts import Texts
from schemas.commands import Command
from schemas.names import CUSTOMER_ANONYMISE, CUSTOMER_ERASE

ERASES = {"erasure-erase": CUSTOMER_ERASE, "erasure-anonymise": CUSTOMER_ANONYMISE}
"""The command of each button."""
MEANT_SIGNS = 6
"""So many signs of the pseudonym are typed."""


def erasure(context: Context, texts: Texts) -> list[Component]:
    """Return the folded form, if whoever asks may have customers erased."""
    if not context.viewer().may(Right.ERASE):
        return []
    meant = field("erasure-meant", texts("erasure.meant", n=texts.number(MEANT_SIGNS)))
    buttons = [button(id, texts(id.replace("-", "."))) for id in ERASES]
    return [
        html.Details(
            [
                html.Summary(texts("erasure.title")),
                html.P(texts("erasure.hint")),
                acts("erasure-told", meant, *buttons),
            ],
            className="recipe section is-wide",
        )
    ]


def register(app: Dash, context: Context) -> None:
    """Send the command of whichever button was pressed, by whoever may."""
    forget(app, "erasure-told", "erasure-meant")

    @app.callback(
        Output("erasure-told", "children"),
        Output("erasure-meant", "value"),
        *[Input(button, "n_clicks") for button in ERASES],
        State("erasure-meant", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def act(*given: Any) -> Any:
        *clicks, meant, search = given
        if not context.viewer().may(Right.ERASE):
            return [context.texts()("erasure.not_allowed"), no_update]
        if not any(clicks) or ctx.triggered_id not in ERASES:
            return [no_update, no_update]
        return _send(context, ERASES[ctx.triggered_id], search or "", (meant or "").strip()).outputs


def _send(context: Context, type: str, search: str, meant: str) -> Given:
    """Send a command about the customer of the page and return what to tell; a worker then obeys."""

    def command() -> Command | str:
        now = context.clock()
        person_id = CustomerQuestions(context, customer_of(search), now).known.person_id
        if len(meant) < MEANT_SIGNS or not person_id.startswith(meant):
            return "erasure.not_meant"
        return Command.of(type, person_id, by=context.viewer().name, time=now)

    return give(context, command, nothing="life.unknown", sent="erasure.sent")
