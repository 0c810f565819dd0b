"""All customers: lists that matter, and a way to find anybody."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dash import Dash, Output, html
from dash.development.base_component import Component

from dashboards.context import Context, View
from dashboards.pages import Page
from dashboards.parts import filters
from dashboards.parts.card import card
from dashboards.parts.export import export_button
from dashboards.parts.find import address_of, find_box, register_find
from dashboards.parts.recipe import recipe
from dashboards.parts.section import Section
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
from dashboards.parts.top import Said, Top
from dashboards.questions.customers import MOST_LISTED, CustomersQuestions, ListedRow
from dashboards.state import LISTS, Filters, filters_of, search_of
from dashboards.texts import Texts

FILTERS = ("period", "sector", "segment", "department", "language")
GRID, MOST_ROWS = "customers-grid", 15
TOP, LISTED = Top("customers"), Section("listed", titled=False)
GOOD = {"at_risk": -1.0, "falling": -1.0, "won_back": 1.0, "loyal": 1.0, "everybody": 0.0}
"""Is it good news to be in a list?"""


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; its sections wait for their answers."""
    return html.Div(
        [
            html.Div(
                [filters.filter_bar(context, texts, search, *FILTERS), find_box(texts)], className="above"
            ),
            TOP.layout(),
            LISTED.layout(
                texts("customers.name"),
                "",
                grid(GRID, _columns(texts), "person"),
                recipe(texts, "recipe.lists", "customers.listed"),
                wide=True,
                aside=export_button(GRID, texts),
            ),
        ],
        className="page-grid customers",
    )


def register(app: Dash, context: Context) -> None:
    """Fill the lists, find people, save a list."""

    def asking(
        build: Callable[[CustomersQuestions, Filters, Texts], Sequence[Any]],
    ) -> Callable[[View], Sequence[Any]]:
        def answer(view: View) -> Sequence[Any]:
            chosen = filters_of(view.search)
            return build(CustomersQuestions(context, chosen, view.at), chosen, view.texts)

        return answer

    TOP.register(app, context, asking(_top))
    LISTED.register(
        app,
        context,
        [Output("listed-title", "children"), Output("listed-hint", "children"), *rows_of(GRID)],
        asking(_listed),
        wide=True,
    )
    register_find(app, context)


def _top(ask: CustomersQuestions, chosen: Filters, texts: Texts) -> Sequence[Any]:
    counts = ask.counts
    title = texts(
        "customers.title", at_risk=texts.number(counts.at_risk), won_back=texts.number(counts.won_back)
    )
    sentence = texts(
        "customers.sentence",
        everybody=texts.number(counts.everybody),
        share=texts.percent(counts.at_risk / counts.everybody, 1),
        falling=texts.number(counts.falling),
    )
    cards = [
        card(
            texts(f"customers.{name}"),
            texts.number(getattr(counts, name)),
            texts("customers.share", share=texts.percent(getattr(counts, name) / counts.everybody, 1))
            if name != "everybody"
            else "",
            GOOD[name] if getattr(counts, name) else 0.0,
            link=f"/customers{search_of(replace(chosen, listing=name))}",
            chosen=texts("cards.chosen") if name == chosen.listing else "",
        )
        for name in LISTS
    ]
    return Said(title, sentence, cards).outputs


def _columns(texts: Texts) -> list[Column]:
    return [
        link("name", texts("customers.customer"), flex=1.4, minWidth=112),
        number("bond", texts("customers.bond"), texts("customers.bond_told")),
        number("change", texts("customers.change"), texts("customers.change_told"), cellClassRules=TONED),
        number("lowest", texts("customers.lowest"), texts("customers.lowest_told")),
        number("evidence", texts("customers.evidence"), texts("customers.evidence_told")),
        written("last", texts("customers.last"), flex=1, minWidth=108, type="rightAligned"),
        column("segment", texts("filters.segment"), flex=1, minWidth=92),
        column("language", texts("filters.language"), flex=1, minWidth=92),
        column("level", texts("customers.level"), flex=1, minWidth=92),
    ]


def _listed(ask: CustomersQuestions, chosen: Filters, texts: Texts) -> Sequence[Any]:
    name, rows = chosen.listing, ask.listed()
    hint = texts(f"customers.{name}_hint")
    if len(rows) == MOST_LISTED:
        hint += " " + texts("customers.most", n=texts.number(MOST_LISTED))
    elif not rows:
        hint += " " + texts("customers.nobody")
    return [texts(f"customers.{name}"), hint, *filled([_row(row, texts) for row in rows], MOST_ROWS)]


def _row(row: ListedRow, texts: Texts) -> dict[str, Any]:
    return {
        "person": row.person_id,
        "name": row.person_id[:10],
        "name_href": address_of(row.person_id),
        "segment": texts.name("segment", row.segment) if row.segment else "",
        "language": texts.name("language", row.language) if row.language else "",
        "level": texts.name("level", row.level),
        "bond": row.bond_index,
        "bond_text": texts.number(row.bond_index, 1),
        "change": row.change,
        "change_text": "" if row.change is None else texts.arrow(row.change),
        "lowest": row.lowest,
        "lowest_text": "" if row.lowest is None else texts.number(row.lowest, 1),
        "evidence": row.evidence,
        "evidence_text": texts.percent(row.evidence),
        "last": row.last_felt_at.isoformat(),
        "last_text": texts.day(row.last_felt_at.astimezone(texts.zone).date()),
    }


PAGE = Page("customers", "/customers", 5, "who", layout, register)
