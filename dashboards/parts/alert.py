# mypy: disable-error-code="untyped-decorator"
"""One alert: its cause, what to do, who brought it how far, and the buttons to bring it further."""

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.access.rights import Right
from dashboards.context import Context, View
from dashboards.figures.spark import spark
from dashboards.parts.commanding import Given, forget, give
from dashboards.parts.find import address_of
from dashboards.parts.form import acts, button, field
from dashboards.parts.needs import needs_told
from dashboards.questions.alerts import AlertRow, AlertsQuestions, TraceRow
from dashboards.state import filters_of
from dashboards.texts import Texts
from schemas.commands import Command
from schemas.names import ALERT_ACKNOWLEDGE, ALERT_ASSIGN, ALERT_CLOSE

ACTS = {"alert-acknowledge": ALERT_ACKNOWLEDGE, "alert-assign": ALERT_ASSIGN, "alert-close": ALERT_CLOSE}
"""The command of each button."""


def rule_name(alert: AlertRow, texts: Texts) -> str:
    """Return what people call the rule of an alert."""
    return texts.name("rule", alert.rule, alert.title)


def told(alert: AlertRow, curve: Sequence[float], trace: Sequence[TraceRow], view: View) -> Component:
    """Return the cause, the act and the trace of an alert."""
    return html.Div(
        [_cause(alert, curve, view), _act(alert, view.texts), _trace(trace, view.texts)], className="alert"
    )


def _part(title: str, *content: Component | None) -> Component:
    return html.Div([html.H3(title), *content])


def _cause(alert: AlertRow, curve: Sequence[float], view: View) -> Component:
    texts = view.texts
    colour = view.theme.better if alert.movement > 0 else view.theme.worse
    return _part(
        texts("alerts.cause"),
        html.P(
            texts(
                "alerts.moved",
                start=texts.number(alert.index_from, 1),
                end=texts.number(alert.index_to, 1),
                at=texts.moment(alert.raised_at),
            )
        ),
        html.Img(src=spark(curve, colour), alt=texts("alerts.curve_told"), className="curve"),
        dcc.Link(texts("alerts.life"), href=address_of(alert.person_id)),
    )


def _act(alert: AlertRow, texts: Texts) -> Component:
    needs = needs_told(alert.needs_unmet, texts)
    lines = [
        act_of(alert, texts),
        texts("brief.needs", needs=needs) if needs else "",
        texts(
            "brief.by",
            department=texts.name("department", alert.department),
            at=texts.moment(alert.act_by_at),
        ),
        "" if alert.worth is None else texts("brief.worth", points=texts.signed(alert.worth)),
    ]
    return _part(texts("alerts.act"), *(html.P(line) for line in lines if line))


def act_of(alert: AlertRow, texts: Texts) -> str:
    """Return what to do, in a few words."""
    return texts(f"alerts.occasion_{alert.occasion}")


def _trace(trace: Sequence[TraceRow], texts: Texts) -> Component:
    return _part(
        texts("alerts.trace"), html.Ol([html.Li(_step(row, texts)) for row in trace], className="trace")
    )


def _step(row: TraceRow, texts: Texts) -> list[Any]:
    what = texts(f"alerts.state_{row.state}")
    if row.assigned_to:
        what += f" → {row.assigned_to}"
    by = f"{row.by} · " if row.by else ""
    note = [html.P(texts.quoted(row.note))] if row.note else []
    return [html.Strong(what), html.Div(f"{by}{texts.moment(row.at)}", className="hint"), *note]


def buttons(context: Context, texts: Texts) -> Component:
    """Return what brings an alert further, for those who may."""
    viewer = context.viewer()
    if not viewer.may(Right.ACT):
        return html.P(texts("alerts.not_allowed"), className="hint")

    acknowledge, assign, close = (button(id, texts(id.replace("alert-", "alerts.do_"))) for id in ACTS)
    note = field("alert-note", texts("alerts.note"))
    to = field("alert-to", texts("alerts.to"), viewer.name)
    return acts("alert-told", note, acknowledge, close, to, assign)


def register(app: Dash, context: Context) -> None:
    """Send the command of whichever button was pressed, by whoever may."""
    forget(app, "alert-told", "alert-note")

    @app.callback(
        Output("alert-told", "children"),
        Output("alert-note", "value"),
        *[Input(button, "n_clicks") for button in ACTS],
        State("alert-to", "value"),
        State("alert-note", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def act(*given: Any) -> Any:
        *clicks, to, note, search = given
        texts = context.texts()
        if not context.viewer().may(Right.ACT):
            return [texts("alerts.not_allowed"), no_update]
        if not any(clicks) or ctx.triggered_id not in ACTS:
            return [no_update, no_update]
        return _send(context, ACTS[ctx.triggered_id], search or "", to or "", note or "").outputs


def _send(context: Context, type: str, search: str, to: str, note: str) -> Given:
    """Send a command about the chosen alert and return what to tell."""
    data = {"note": note.strip() or None, "to": to.strip() if type == ALERT_ASSIGN else None}

    def command() -> Command:
        now = context.clock()
        alert = AlertsQuestions(context, filters_of(search), now).chosen
        return Command.of(type, alert.alert_id, by=context.viewer().name, time=now, **data)

    return give(context, command, nothing="alerts.choose")
