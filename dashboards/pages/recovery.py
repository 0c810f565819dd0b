"""Recovery: what became of failures, what the bond did, and whether putting right beats never failing."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import Dash, Output, html
from dash.development.base_component import Component

from dashboards.answers.moments import GOOD
from dashboards.answers.recovery import EVERYBODY, STATES, together
from dashboards.context import Context, View
from dashboards.figures import effects
from dashboards.figures import recovery as figures
from dashboards.pages import Page
from dashboards.parts import aftermath, filters
from dashboards.parts.card import card
from dashboards.parts.find import address_of
from dashboards.parts.needs import needs_told
from dashboards.parts.section import Section, drawn, drawn_in, nowhere
from dashboards.parts.shown import Shown
from dashboards.parts.table import (
    Column,
    column,
    filled,
    link,
    number,
    rows_of,
    written,
)
from dashboards.parts.top import Said, Top
from dashboards.questions.recovery import RecoveryQuestions, WaitingRow
from dashboards.state import filters_of
from dashboards.store import StoreEmptyError
from dashboards.texts import Texts

FILTERS = ("period", "followed", "sector", "segment", "department", "language")
NOTHING, TOO_FEW = "departments.no_failures", "recovery.too_few"
TOP, STATE, BONDS = Top("recovery", NOTHING), Section("states", NOTHING), Section("bonds", NOTHING)
PARADOX, AFTER, WAITING = (
    Section("paradox", TOO_FEW),
    Section("followed", TOO_FEW),
    Section("waiting", "recovery.nobody_waits", ways_out=nowhere),
)
AFTER_GRID, WAITING_GRID, MOST_SEGMENTS, LEAST_WIDTH = "followed-grid", "waiting-grid", 5, 560
GOOD_NEWS = {"recovered": 1.0, "open": -1.0, "lost": -1.0}
Name = Callable[[str], str]


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; its sections wait for their answers."""

    shown = Shown(texts, PAGE.key)
    compared = ("recovery.recipe", "recovery.followed")
    return html.Div(
        [
            filters.filter_bar(context, texts, search, *FILTERS),
            TOP.layout(),
            shown.figure(STATE, figures.HEIGHT, "recipe.failures", "recovery.states", least_width=480),
            shown.figure(BONDS, figures.HEIGHT, "recipe.failures", "recovery.bonds", least_width=420),
            shown.figure(
                PARADOX, effects.height_of(MOST_SEGMENTS), *compared, least_width=LEAST_WIDTH, wide=True
            ),
            shown.table(AFTER, aftermath.columns(texts, texts("filters.segment")), *compared),
            shown.table(WAITING, _columns(texts), "recipe.failures", "recovery.waiting"),
        ],
        className="page-grid recovery",
    )


def register(app: Dash, context: Context) -> None:
    """Fill the sections."""

    def fill(
        section: Section,
        outputs: Sequence[Output],
        build: Callable[[RecoveryQuestions, Name, View], Sequence[Any]],
        wide: bool,
    ) -> None:
        def answer(view: View) -> Sequence[Any]:
            ask = RecoveryQuestions(context, filters_of(view.search), view.at)
            return build(ask, context.type_name(view.texts), view)

        section.register(app, context, outputs, answer, wide)

    TOP.register(
        app,
        context,
        lambda view: _top(RecoveryQuestions(context, filters_of(view.search), view.at), view.texts),
    )
    fill(STATE, [Output("states-figure", "figure")], _states, wide=False)
    fill(BONDS, [Output("bonds-figure", "figure")], _bonds, wide=False)
    fill(PARADOX, drawn_in("paradox-figure"), _paradox, wide=True)
    fill(AFTER, rows_of(AFTER_GRID), _after, wide=True)
    fill(WAITING, rows_of(WAITING_GRID), _waiting, wide=True)


def _top(ask: RecoveryQuestions, texts: Texts) -> Sequence[Any]:
    whole = together(ask.states)
    title = texts("recovery.title", open=texts.number(whole.open), lost=texts.number(whole.lost))
    sentence = texts(
        "recovery.sentence",
        failures=texts.number(whole.failures),
        recovered=texts.share(*whole.share("recovered")),
    )
    cards = [
        card(
            texts(f"recovery.{state}"),
            texts.number(getattr(whole, state)),
            texts("recovery.share", share=texts.share(*whole.share(state))),
            GOOD_NEWS[state],
        )
        for state in STATES
    ]
    return Said(title, sentence, [*cards, _paradox_card(ask, texts)]).outputs


def _paradox_card(ask: RecoveryQuestions, texts: Texts) -> Component:
    """Return whether everybody's failures that were put right left a stronger bond than none."""
    label = texts("recovery.beats")
    everybody = next((one for one in ask.found if one.type == EVERYBODY), None)
    if everybody is None or GOOD not in everybody.ways:
        return card(label, texts("recovery.unknown"))
    way = everybody.ways[GOOD]
    answer = "yes" if way.effect.mean > 0 else "no"
    verdict = texts(f"recovery.{answer}") if way.found else texts("recovery.even")
    told = texts(
        "moments.card_told",
        effect=f"{texts.arrow(way.effect.mean)} ± {texts.number(way.effect.margin or 0.0, 1)}",
        people=texts.number(way.people),
    )
    return card(label, verdict, told, way.effect.mean if way.found else 0.0)


def _states(ask: RecoveryQuestions, name: Name, view: View) -> Sequence[Any]:
    return [figures.states(ask.states, [name(row.type) for row in ask.states], view.theme, view.texts)]


def _bonds(ask: RecoveryQuestions, name: Name, view: View) -> Sequence[Any]:
    return [figures.bonds(ask.bonds(), view.theme, view.texts)]


def _segment(segment: str, texts: Texts) -> str:
    return texts.name("segment", segment) if segment else texts("filters.all_segment")


def _paradox(ask: RecoveryQuestions, name: Name, view: View) -> Sequence[Any]:
    names = [_segment(one.type, view.texts) for one in ask.compared]
    figure = effects.draw(
        ask.compared, names, ask.days, view.theme, view.texts, words="recovery", rows=MOST_SEGMENTS
    )
    return drawn(figure, LEAST_WIDTH)


def _after(ask: RecoveryQuestions, name: Name, view: View) -> Sequence[Any]:
    rows = aftermath.rows(ask.compared, lambda one: _segment(one, view.texts), view.texts, words="recovery")
    return filled(rows)


def _columns(texts: Texts) -> list[Column]:
    return [
        link("customer", texts("customers.customer"), flex=1.2, minWidth=112),
        column("segment", texts("filters.segment"), flex=0.9, minWidth=92),
        column("name", texts("recovery.what"), flex=1.4, minWidth=128),
        column("owner", texts("first.owner"), flex=1, minWidth=96),
        written("since", texts("recovery.since"), flex=0.9, minWidth=92),
        number("depth", texts("recovery.depth"), texts("recovery.depth_told")),
        column("act", texts("recovery.act"), flex=0.9, minWidth=92),
        column("needs", texts("recovery.unmet"), flex=2.4, minWidth=200),
    ]


def _waiting(ask: RecoveryQuestions, name: Name, view: View) -> Sequence[Any]:
    rows = [_waits(row, name, view) for row in ask.waiting()]
    if not rows:
        raise StoreEmptyError("nobody waits")
    return filled(rows)


def _waits(row: WaitingRow, name: Name, view: View) -> dict[str, Any]:
    texts = view.texts
    waited = (view.at - row.failed_at).total_seconds()
    return {
        "id": f"{row.person_id} {row.episode_id}",
        "customer": row.person_id[:10],
        "customer_href": address_of(row.person_id),
        "segment": texts.name("segment", row.segment) if row.segment else "",
        "name": name(row.type),
        "owner": texts.name("department", row.department),
        "since": row.failed_at.isoformat(),
        "since_text": texts.lasting(waited),
        "depth": row.depth,
        "depth_text": texts.arrow(row.depth),
        "act": texts("recovery.acted" if row.first_act_at else "recovery.no_act"),
        "needs": needs_told(row.needs_unmet, texts),
    }


PAGE = Page("recovery", "/recovery", 3, "what", layout, register)
