# mypy: disable-error-code="untyped-decorator"
"""One rule of alerts: what it would have raised in the past, and the switch, for those who manage rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.access.rights import Right
from dashboards.answers.estimates import share_of
from dashboards.context import Context
from dashboards.parts.commanding import Given, forget, give
from dashboards.parts.export import export_button, register_table
from dashboards.parts.find import address_of
from dashboards.parts.form import acts, button, field
from dashboards.parts.recipe import recipe
from dashboards.parts.table import (
    TONED,
    Column,
    column,
    filled,
    grid,
    link,
    number,
    rows_of,
    written,
)
from dashboards.questions.alerts import AlertsQuestions, RuleRow, SwitchRow
from dashboards.state import EPOCH, filters_of
from dashboards.texts import Texts
from dashboards.trying import Trial, Tried
from schemas.commands import Command
from schemas.instants import moment_of
from schemas.names import RULE_SWITCH

GRID = "tried-grid"
MOST_LISTED = 300
"""Alerts of a trial that are listed, the newest first."""


def name_of(rule: RuleRow, texts: Texts) -> str:
    """Return what people call a rule."""
    return texts.name("rule", rule.rule, rule.title)


def switches(rule: RuleRow, rows: Sequence[SwitchRow], texts: Texts) -> Component:
    """Return who switched a rule, when, and why; its look says which way it can be switched now."""
    told = html.Ol([html.Li(_switched(row, texts)) for row in rows], className="trace")
    nobody = html.P(texts("alerts.never_switched"), className="hint")
    return html.Div(told if rows else nobody, className="is-on" if rule.is_on else "is-off")


def _switched(row: SwitchRow, texts: Texts) -> list[Any]:
    note = [html.P(texts.quoted(row.note))] if row.note else []
    what = html.Strong(texts("alerts.on" if row.is_on else "alerts.off"))
    why = [html.P(texts("alerts.refused", reason=row.refused), className="worse")] if row.refused else []
    return [what, html.Div(f"{row.by} · {texts.moment(row.at)}", className="hint"), *note, *why]


def buttons(context: Context, texts: Texts) -> Component:
    """Return what tries and switches a rule, for those who may, and where it is told."""
    if not context.viewer().may(Right.MANAGE):
        return html.P(texts("alerts.manage_not_allowed"), className="hint")
    ids = "rule-try", "rule-on", "rule-off"
    tries, on, off = (button(id, texts(id.replace("rule-", "alerts.do_"))) for id in ids)
    note = field("switch-note", texts("alerts.note"))
    return html.Div(
        [
            acts("rule-told", tries, note, on, off),
            dcc.Store(id="tried-shown"),
            html.P(id="tried-told", className="told", role="status"),
            html.Div(
                [
                    grid(GRID, _columns(texts), "id"),
                    recipe(texts, "alerts.recipe_tried"),
                    export_button(GRID, texts),
                ],
                id="tried-list",
                hidden=True,
            ),
        ]
    )


def _columns(texts: Texts) -> list[Column]:
    return [
        written("raised", texts("alerts.raised"), flex=1.2, minWidth=164),
        link("customer", texts("customers.customer"), flex=1, minWidth=108),
        number("movement", texts("alerts.movement"), texts("alerts.movement_told"), cellClassRules=TONED),
        column("owner", texts("filters.department"), flex=1, minWidth=104),
        column("left", texts("alerts.left_afterwards"), flex=1, minWidth=104),
    ]


def register(app: Dash, context: Context) -> None:
    """Try and switch the chosen rule, by whoever may; save what it would have raised."""
    register_table(app, GRID)
    forget(app, "rule-told", "switch-note")

    @app.callback(
        Output("rule-told", "children"),
        Output("switch-note", "value"),
        Input("rule-try", "n_clicks"),
        Input("rule-on", "n_clicks"),
        Input("rule-off", "n_clicks"),
        State("switch-note", "value"),
        State("url", "search"),
        State("pulse", "data"),
        prevent_initial_call=True,
    )
    def act(*given: Any) -> Any:
        *clicks, note, search, pulse = given
        context.viewer().require(Right.MANAGE)
        if not any(clicks) or not pulse:
            return [no_update, no_update]
        if ctx.triggered_id == "rule-try":
            return [_begin(context, search or "", pulse["at"]), no_update]
        return _switch(context, search or "", ctx.triggered_id == "rule-on", (note or "").strip()).outputs

    @app.callback(
        Output("tried-shown", "data"),
        Output("tried-told", "children"),
        Output("tried-list", "hidden"),
        *rows_of(GRID),
        Output("rule-try", "disabled"),
        Input("poll", "n_intervals"),
        Input("rule-told", "children"),
        Input("url", "search"),
        State("tried-shown", "data"),
    )
    def follow(_: int | None, __: Any, search: str | None, shown: list[Any] | None) -> list[Any]:
        if not context.viewer().may(Right.MANAGE):
            return [no_update] * 6
        tried, texts = context.trials.of(filters_of(search or "").rule), context.texts()
        wanted = _shown(tried) if tried else None
        if wanted == shown:
            return [no_update] * 6
        rows = _rows(tried.trial, texts) if tried and tried.trial else []
        return [
            wanted,
            _told(tried, texts) if tried else None,
            not rows,
            *filled(rows),
            bool(tried and tried.is_running),
        ]


def _begin(context: Context, search: str, at: str) -> str:
    state, texts = filters_of(search), context.texts()
    newest = datetime.fromisoformat(at) if at else context.clock()
    began = context.trials.begin(state.rule, max(EPOCH, state.window(newest).start))
    return texts("alerts.trying_began" if began else "alerts.trying_other")


def _switch(context: Context, search: str, on: bool, note: str) -> Given:
    """Send the switch of the chosen rule and return what to tell."""

    def switch() -> Command:
        now, by = context.clock(), context.viewer().name
        rule = AlertsQuestions(context, filters_of(search), now).rule
        return Command.of(RULE_SWITCH, rule.rule, by=by, time=now, on=on, note=note or None)

    return give(context, switch, nothing="alerts.choose_rule")


def _shown(tried: Tried) -> list[Any]:
    """Return what tells one look at a trial from another."""
    return [tried.rule, tried.since.isoformat(), tried.done, tried.of, tried.is_running]


def _told(tried: Tried, texts: Texts) -> str:
    if tried.problem:
        return texts("alerts.untried", rule=tried.rule)
    if tried.trial is None:
        return texts("alerts.trying", done=texts.number(tried.done), of=texts.number(tried.of))
    people, everybody = len(tried.trial.alerted), tried.trial.customers
    left, others = len(tried.trial.left_after), everybody - people
    return texts(
        "alerts.tried",
        since=texts("alerts.tried_since", at=texts.moment(tried.since))
        if tried.since > EPOCH
        else texts("alerts.tried_ever"),
        alerts=texts.number(len(tried.trial.alerts)),
        people=texts.number(people),
        everybody=texts.number(everybody),
        left=texts.number(left),
        share=texts.share(*share_of(left, people)),
        untold=texts.number(tried.trial.left_untold),
        others=texts.number(others),
        rest=texts.share(*share_of(tried.trial.left_untold, others)),
    )


def _rows(trial: Trial, texts: Texts) -> list[dict[str, Any]]:
    newest = sorted(trial.alerts, key=lambda one: (-one.raised_at, one.alert_id))[:MOST_LISTED]
    return [
        {
            "id": one.alert_id,
            "raised": moment_of(one.raised_at).isoformat(),
            "raised_text": texts.moment(moment_of(one.raised_at)),
            "customer": one.person_id[:10],
            "customer_href": address_of(one.person_id),
            "movement": one.index_to - one.index_from,
            "movement_text": texts.arrow(one.index_to - one.index_from),
            "owner": texts.name("department", one.department),
            "left": texts("alerts.left_yes") if one.person_id in trial.left_after else "",
        }
        for one in newest
    ]


def about(rule: RuleRow, texts: Texts) -> str:
    """Return how a rule is called in commands, and its state."""
    return f"{rule.rule} · {texts('alerts.on' if rule.is_on else 'alerts.off')}"
