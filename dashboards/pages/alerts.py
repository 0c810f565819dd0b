"""Alerts: what calls for somebody to act, who does, and how far it is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dash import Dash, Output, html
from dash.development.base_component import Component

from dashboards.context import Context, View
from dashboards.figures.spark import spark
from dashboards.pages import Page
from dashboards.parts import alert, filters, rule
from dashboards.parts.card import card
from dashboards.parts.section import Section, nowhere
from dashboards.parts.shown import Shown
from dashboards.parts.table import (
    TONED,
    Column,
    column,
    filled,
    link,
    number,
    picture,
    rows_of,
    written,
)
from dashboards.parts.top import Said, Top
from dashboards.questions.alerts import AlertRow, AlertsQuestions, RuleRow
from dashboards.state import INBOX, Filters, filters_of, search_of
from dashboards.texts import Texts

FILTERS = ("period", "sector", "segment", "department", "language")
GRID, MOST_ROWS = "inbox-grid", 14
TOP, CHOSEN, LISTED = (
    Top("alerts"),
    Section("chosen", "alerts.choose", titled=False, ways_out=nowhere),
    Section("inbox", "alerts.none"),
)
RULES, RULES_GRID = Section("rules"), "rules-grid"
RULE = Section("rule", "alerts.choose_rule", titled=False, ways_out=nowhere)


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; its sections wait for their answers."""
    shown = Shown(texts, PAGE.key)
    return html.Div(
        [
            filters.filter_bar(context, texts, search, *FILTERS),
            TOP.layout(),
            CHOSEN.layout(
                texts("alerts.alert"),
                "",
                html.Div(id="chosen-body"),
                alert.buttons(context, texts),
                wide=True,
            ),
            shown.table(LISTED, _columns(texts), "alerts.recipe_inbox", "alerts.listed"),
            shown.table(RULES, _rule_columns(texts), "alerts.recipe_rules", "alerts.rules"),
            RULE.layout(
                texts("alerts.rule"), "", html.Div(id="rule-body"), rule.buttons(context, texts), wide=True
            ),
        ],
        className="page-grid alerts",
    )


def register(app: Dash, context: Context) -> None:
    """Fill the inbox and the chosen alert; bring it further; save the list."""

    def asking(build: Callable[[AlertsQuestions, View], Sequence[Any]]) -> Callable[[View], Sequence[Any]]:
        return lambda view: build(AlertsQuestions(context, filters_of(view.search), view.at), view)

    TOP.register(app, context, asking(_top))
    CHOSEN.register(
        app,
        context,
        [
            Output("chosen-title", "children"),
            Output("chosen-hint", "children"),
            Output("chosen-body", "children"),
        ],
        asking(_chosen),
        wide=True,
    )
    LISTED.register(app, context, rows_of(GRID), asking(_listed), wide=True)
    RULES.register(app, context, rows_of(RULES_GRID), asking(_rules), wide=True)
    chosen = [Output(f"rule-{part}", "children") for part in ("title", "hint", "body")]
    RULE.register(app, context, chosen, asking(_chosen_rule), wide=True)
    alert.register(app, context)
    rule.register(app, context)


def _top(ask: AlertsQuestions, view: View) -> Sequence[Any]:
    texts, counts, chosen = view.texts, ask.counts, filters_of(view.search)
    told = {name: texts.number(amount) for name, amount in counts._asdict().items()}
    title = texts("alerts.title" if counts.open else "alerts.title_none", **told)
    cards = [
        card(
            texts(f"alerts.{name}"),
            told[name],
            texts("alerts.late", late=told["late"]) if name == "open" and counts.late else "",
            -counts.late if name == "open" else 0.0,
            link=f"/alerts{search_of(replace(chosen, inbox=name))}",
            chosen=texts("cards.chosen") if name == chosen.inbox else "",
        )
        for name in INBOX
    ]
    return Said(title, texts("alerts.sentence", **told), cards).outputs


def _chosen(ask: AlertsQuestions, view: View) -> Sequence[Any]:
    chosen = ask.chosen
    (curve,) = ask.curves([chosen])
    about = " · ".join([chosen.person_id[:10], view.texts(f"alerts.state_{chosen.state}")])
    return [alert.rule_name(chosen, view.texts), about, alert.told(chosen, curve, ask.trace(), view)]


def _columns(texts: Texts) -> list[Column]:
    return [
        link("rule", texts("alerts.alert"), flex=2.4, minWidth=190),
        picture("curve", texts("alerts.curve"), width=124),
        number("movement", texts("alerts.movement"), texts("alerts.movement_told"), cellClassRules=TONED),
        column("act", texts("alerts.act"), flex=1.6, minWidth=150),
        column("owner", texts("filters.department"), flex=1, minWidth=104),
        written(
            "act_by",
            texts("alerts.act_by"),
            flex=1.2,
            minWidth=164,
            type="rightAligned",
            cellClassRules={"worse": "params.data.is_late"},
        ),
        column("assigned", texts("alerts.with"), flex=0.9, minWidth=92),
        column("customer", texts("customers.customer"), flex=1, minWidth=108),
        written("raised", texts("alerts.raised"), flex=1.2, minWidth=164, type="rightAligned"),
    ]


def _listed(ask: AlertsQuestions, view: View) -> Sequence[Any]:
    curves, chosen = ask.curves(ask.listed), filters_of(view.search)
    rows = [_row(one, curve, chosen, view) for one, curve in zip(ask.listed, curves, strict=True)]
    return filled(rows, MOST_ROWS)


def _row(row: AlertRow, curve: Sequence[float], chosen: Filters, view: View) -> dict[str, Any]:
    texts = view.texts
    colour = view.theme.better if row.movement > 0 else view.theme.worse
    return {
        "id": row.alert_id,
        "rule": alert.rule_name(row, texts),
        "rule_href": f"/alerts{search_of(replace(chosen, alert=row.alert_id))}",
        "curve": spark(curve, colour),
        "movement": row.movement,
        "movement_text": texts.arrow(row.movement),
        "act": alert.act_of(row, texts),
        "owner": texts.name("department", row.department),
        "act_by": row.act_by_at.isoformat(),
        "act_by_text": texts.moment(row.act_by_at),
        "is_late": not row.good and row.state != "done" and row.act_by_at < view.at,
        "assigned": row.assigned_to,
        "customer": row.person_id[:10],
        "raised": row.raised_at.isoformat(),
        "raised_text": texts.moment(row.raised_at),
    }


def _rule_columns(texts: Texts) -> list[Column]:
    return [
        link("name", texts("alerts.rule"), flex=2, minWidth=190),
        column("is_on", texts("alerts.is_on"), flex=1, minWidth=92),
        column("by", texts("alerts.switched_by"), flex=1, minWidth=110),
        column("owner", texts("filters.department"), flex=1.4, minWidth=130),
        number("alerts", texts("alerts.name")),
        number("people", texts("first.people")),
    ]


def _rules(ask: AlertsQuestions, view: View) -> Sequence[Any]:
    return filled([_rule(row, filters_of(view.search), view.texts) for row in ask.rules()])


def _chosen_rule(ask: AlertsQuestions, view: View) -> Sequence[Any]:
    chosen = ask.rule
    return [
        rule.name_of(chosen, view.texts),
        rule.about(chosen, view.texts),
        rule.switches(chosen, ask.switches(), view.texts),
    ]


def _rule(row: RuleRow, chosen: Filters, texts: Texts) -> dict[str, Any]:
    return {
        "id": row.rule,
        "name": rule.name_of(row, texts),
        "name_href": f"/alerts{search_of(replace(chosen, rule=row.rule))}",
        "is_on": texts("alerts.on" if row.is_on else "alerts.off"),
        "by": row.switched_by,
        "owner": texts.name("department", row.owner) if row.owner else texts("alerts.own"),
        "alerts": row.alerts,
        "alerts_text": texts.number(row.alerts),
        "people": row.people,
        "people_text": texts.number(row.people),
        "quiet": not row.is_on,
    }


PAGE = Page("alerts", "/alerts", 2, "what", layout, register)
