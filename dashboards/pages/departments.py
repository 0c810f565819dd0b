"""Departments: what each gave and took, where hand-overs lose bond, how failures are put right."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import Dash, Output, html
from dash.development.base_component import Component

from dashboards.answers.departments import Balance, HandoverRow, RecoveryRow, worst_handover
from dashboards.context import Context, View
from dashboards.figures import department_tiles as tiles
from dashboards.figures import departments as figures
from dashboards.pages import Page
from dashboards.parts import filters
from dashboards.parts.card import card
from dashboards.parts.section import Section, drawn, drawn_in
from dashboards.parts.shown import Shown
from dashboards.parts.table import (
    Column,
    column,
    filled,
    number,
    rows_of,
)
from dashboards.parts.top import Said, Top
from dashboards.questions.departments import WEEKS, DepartmentsQuestions
from dashboards.state import filters_of
from dashboards.store import StoreEmptyError
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE
from schemas.emotions import Need

FILTERS = ("period", "sector", "segment", "department", "language")
GRID, BALANCE_WIDTH, WEEKS_WIDTH, USUAL_ROWS = "put-right-grid", 480, 560, 8
TOP, BALANCE, TREND = Top("departments"), Section("balance"), Section("weeks")
HANDED, PUT_RIGHT = (
    Section("handed", "departments.no_handovers"),
    Section("put-right", "departments.no_failures"),
)


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; its sections wait for their answers."""

    shown = Shown(texts, PAGE.key)
    return html.Div(
        [
            filters.filter_bar(context, texts, search, *FILTERS),
            TOP.layout(),
            shown.figure(
                BALANCE,
                figures.height_of(USUAL_ROWS),
                "departments.recipe_balance",
                "departments.balance",
                least_width=BALANCE_WIDTH,
            ),
            shown.figure(
                TREND,
                figures.height_of(USUAL_ROWS),
                "recipe.average_contact",
                "departments.weeks",
                least_width=WEEKS_WIDTH,
            ),
            shown.figure(
                HANDED,
                tiles.HEIGHT,
                "departments.recipe_handed",
                "departments.handovers",
                least_width=560,
                wide=True,
            ),
            shown.table(PUT_RIGHT, _columns(texts), "recipe.failures", "departments.recovery"),
        ],
        className="page-grid departments",
    )


def register(app: Dash, context: Context) -> None:
    """Fill the sections."""

    def asking(
        build: Callable[[DepartmentsQuestions, View], Sequence[Any]],
    ) -> Callable[[View], Sequence[Any]]:
        return lambda view: build(DepartmentsQuestions(context, filters_of(view.search), view.at), view)

    TOP.register(app, context, asking(_top))
    BALANCE.register(app, context, drawn_in("balance-figure"), asking(_balance))
    TREND.register(
        app, context, drawn_in("weeks-figure"), asking(lambda ask, view: _weeks(ask, view, context))
    )
    HANDED.register(app, context, [Output("handed-figure", "figure")], asking(_handed), wide=True)
    put_right = asking(lambda ask, view: filled(_put_right(ask.recovery(), view.texts)))
    PUT_RIGHT.register(app, context, rows_of(GRID), put_right, wide=True)


def _top(ask: DepartmentsQuestions, view: View) -> Sequence[Any]:
    texts, balances = view.texts, ask.balances
    takes, gives = balances[0], balances[-1]
    handed = worst_handover(ask.handovers)

    def name(department: str) -> str:
        return texts.name("department", department)

    key = "both" if takes.net.mean < 0 < gives.net.mean else "gives" if gives.net.mean > 0 else "takes"
    is_alone = len(balances) == 1
    ends = {"gives": name(gives.department), "takes": name(takes.department)}
    title = texts(f"departments.title_{key}{'_alone' if is_alone else ''}", **ends)
    sentence = texts(
        "departments.sentence",
        people=texts.number(ask.people),
        takes=ends["takes"],
        net=texts.signed(takes.net.mean, 2),
        margin=texts.number(takes.net.margin or 0.0, 2),
    )
    if handed:
        sentence += " " + texts("departments.sentence_handed", **_ends(handed, texts))
    cards = _sides(gives, texts) if is_alone else _ends_of(gives, takes, texts)
    return Said(
        title, sentence, [*cards, _handed_card(handed, texts), _slowest(ask.recovery(), texts)]
    ).outputs


def _ends_of(gives: Balance, takes: Balance, texts: Texts) -> list[Component]:
    """Return the departments at both ends."""
    return [
        card(
            texts(f"departments.{label}"),
            texts.name("department", one.department),
            texts("cards.feeling", feeling=texts.arrow(one.feeling.mean), people=texts.number(one.people)),
            one.feeling.mean,
        )
        for label, one in (("gives_most", gives), ("takes_most", takes))
    ]


def _sides(one: Balance, texts: Texts) -> list[Component]:
    """Return both sides of the only department."""
    told = texts("departments.met", people=texts.number(one.people))
    return [
        card(texts("departments.gave"), texts.signed(one.gained, 2), told),
        card(texts("departments.took"), texts.signed(one.lost, 2), told),
    ]


def _ends(row: HandoverRow, texts: Texts) -> dict[str, str]:
    return {
        "before": texts.name("department", row.from_department),
        "after": texts.name("department", row.to_department),
        "points": texts.signed(row.change.mean),
    }


def _handed_card(row: HandoverRow | None, texts: Texts) -> Component:
    label = texts("departments.handed_most")
    if row is None:
        return card(label, texts("cards.none"))
    told = texts("cards.feeling", feeling=texts.arrow(row.change.mean), people=texts.number(row.people))
    ends = _ends(row, texts)
    return card(label, f"{ends['before']} → {ends['after']}", told, -1)


def _slowest(rows: Sequence[RecoveryRow], texts: Texts) -> Component:
    """Return the department whose failures wait longest for the first act."""
    waited = [row for row in rows if row.hours_to_act is not None]
    slowest = max(waited, key=lambda row: row.hours_to_act or 0.0, default=None)
    label = texts("departments.slowest")
    if slowest is None:
        return card(label, texts("cards.none"))
    return card(
        label,
        texts.name("department", slowest.department),
        texts("departments.slowest_told", hours=_lasting(slowest.hours_to_act, texts)),
        -1,
    )


def _balance(ask: DepartmentsQuestions, view: View) -> list[Any]:
    return drawn(figures.balance(ask.balances, view.theme, view.texts), BALANCE_WIDTH)


def _weeks(ask: DepartmentsQuestions, view: View, context: Context) -> list[Any]:
    rows = ask.weeks()
    order = [one.department for one in ask.balances]
    last = view.at.astimezone(context.zone).date()
    shown = [*order, *sorted({row.department for row in rows} - set(order))]
    return drawn(tiles.weeks(rows, shown, last, WEEKS, view.theme, view.texts), WEEKS_WIDTH)


def _handed(ask: DepartmentsQuestions, view: View) -> list[Any]:
    if not ask.handovers:
        raise StoreEmptyError("no hand-overs")
    among = {one for row in ask.handovers for one in (row.from_department, row.to_department)}
    order = [one.department for one in ask.balances if one.department in among]
    shown = [*order, *sorted(among - set(order))]
    return [tiles.handovers(ask.handovers, shown, view.theme, view.texts)]


def _columns(texts: Texts) -> list[Column]:
    def told(key: str) -> tuple[str, str]:
        return texts(f"departments.{key}"), texts(f"departments.{key}_told")

    return [
        column("name", texts("filters.department"), flex=1.4, minWidth=110),
        number("failures", *told("failures"), flex=0.9),
        number("recovered", *told("recovered"), flex=1.5, minWidth=132),
        number("lost", *told("lost"), flex=1.5, minWidth=124),
        number("act", *told("first_act"), flex=0.9),
        number("recover", *told("until_back"), flex=0.9),
        number("needs", *told("needs"), flex=1.1, minWidth=100),
    ]


def _put_right(rows: Sequence[RecoveryRow], texts: Texts) -> list[dict[str, Any]]:
    if not rows:
        raise StoreEmptyError("no failures")
    return [_row(row, texts) for row in rows]


def _row(row: RecoveryRow, texts: Texts) -> dict[str, Any]:
    few = "≈ " if row.people < FEW_PEOPLE else ""
    recovered, lost = row.recovered_share, row.lost_share
    needs = f"{texts.between(row.needs_met.mean, row.needs_met.margin)} / {len(Need)}"
    return {
        "id": row.department,
        "name": texts.name("department", row.department),
        "failures": row.failures,
        "failures_text": few + texts.number(row.failures),
        "recovered": recovered.share,
        "recovered_text": texts.share(*recovered),
        "lost": lost.share,
        "lost_text": texts.share(*lost),
        "act": row.hours_to_act,
        "act_text": _lasting(row.hours_to_act, texts),
        "recover": row.hours_to_recover,
        "recover_text": _lasting(row.hours_to_recover, texts),
        "needs": row.needs_met.mean,
        "needs_text": needs,
    }


def _lasting(hours: float | None, texts: Texts) -> str:
    return "–" if hours is None else texts.lasting(3600 * hours)


PAGE = Page("departments", "/departments", 2, "where", layout, register)
