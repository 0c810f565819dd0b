"""Data health: is everything there that was told, how fresh is it, and what to put right."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import Dash, Output, html
from dash.development.base_component import Component

from dashboards.context import Context, View
from dashboards.pages import Page
from dashboards.parts import filters
from dashboards.parts import health_tables as tables
from dashboards.parts.card import card
from dashboards.parts.section import Section, nowhere
from dashboards.parts.shown import Shown
from dashboards.parts.table import Column, fitted
from dashboards.parts.top import Said, Top
from dashboards.questions.data_health import HealthQuestions
from dashboards.state import filters_of
from dashboards.store import StoreEmptyError
from dashboards.texts import Texts

FILTERS = ("period", "source", "language")
TOP = Top("data_health", "data_health.nothing", timeless=True)
SOURCES, PARTITIONS, REJECTED, HELD, LANGUAGES = (
    Section(id, f"data_health.{empty}", timeless=True, ways_out=nowhere)
    for id, empty in (
        ("sources", "no_source"),
        ("partitions", "nothing"),
        ("rejected", "no_rejected"),
        ("held", "no_held"),
        ("languages", "no_words"),
    )
)


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; its sections wait for their answers."""

    shown = Shown(texts, PAGE.key)

    def table(section: Section, columns: list[Column], **more: Any) -> Component:
        how = (f"{PAGE.key}.recipe_{section.id}", f"{PAGE.key}.{section.id}")
        return shown.table(section, columns, *how, **more)

    return html.Div(
        [
            filters.filter_bar(context, texts, search, *FILTERS),
            TOP.layout(),
            table(PARTITIONS, tables.partition_columns(texts)),
            table(SOURCES, tables.source_columns(texts)),
            table(REJECTED, tables.rejected_columns(texts), below=html.Div(id="replay")),
            table(HELD, tables.held_columns(texts), wide=False),
            table(LANGUAGES, tables.language_columns(texts), wide=False),
        ],
        className="page-grid data-health",
    )


def register(app: Dash, context: Context) -> None:
    """Fill the tables."""

    def fill(
        section: Section,
        rows_of: Callable[[HealthQuestions, View], list[dict[str, Any]]],
        *outputs: Output,
        more: Callable[[HealthQuestions, View], list[Any]] = lambda ask, view: [],
        wide: bool = True,
    ) -> None:
        id = f"{section.id}-grid"

        def build(view: View) -> list[Any]:
            ask = HealthQuestions(context, filters_of(view.search))
            rows = rows_of(ask, view)
            if not rows:
                raise StoreEmptyError(section.id)
            return [rows, fitted(len(rows)), *more(ask, view)]

        section.register(app, context, [Output(id, "rowData"), Output(id, "style"), *outputs], build, wide)

    TOP.register(app, context, lambda view: _top(context, view))
    fill(PARTITIONS, lambda ask, view: [tables.partition_row(row, view.texts) for row in ask.partitions()])
    fill(SOURCES, lambda ask, view: [tables.source_row(row, view.texts) for row in ask.sources()])
    fill(
        REJECTED,
        lambda ask, view: [tables.rejected_row(row, view.texts) for row in ask.rejected()],
        Output("replay", "children"),
        more=lambda ask, view: [tables.replay_of(ask.rejected(), view.texts)],
    )
    fill(HELD, lambda ask, view: [tables.held_row(row, view.texts) for row in ask.held()], wide=False)
    fill(LANGUAGES, _languages, wide=False)


def _languages(ask: HealthQuestions, view: View) -> list[dict[str, Any]]:
    rows, chosen = tables.language_rows(ask.languages(), view.texts), filters_of(view.search).language
    return [row for row in rows if chosen in ("", row["id"])]


def _top(context: Context, view: View) -> Sequence[Any]:
    ask = HealthQuestions(context, filters_of(view.search))
    texts, whole, apart = view.texts, ask.whole, ask.apart
    state = "lost" if whole.missing else "wrong" if apart.rejected else "waiting" if apart.held else "well"
    missing = {"missing": whole.missing}
    return Said(
        texts(f"data_health.title_{state}", **_numbers(apart._asdict() | missing, texts)),
        texts("data_health.sentence", **_numbers(whole._asdict(), texts)),
        _cards(ask, view, (context.clock() - ask.newest).total_seconds()),
    ).outputs


def _numbers(amounts: Mapping[str, int], texts: Texts) -> dict[str, str]:
    return {name: texts.number(amount) for name, amount in amounts.items()}


def _cards(ask: HealthQuestions, view: View, behind: float) -> list[Component]:
    texts, whole, apart, (quiet, publishers) = view.texts, ask.whole, ask.apart, ask.quiet()
    return [
        card(texts("data_health.behind"), texts.lasting(behind), texts.moment(ask.newest)),
        card(
            texts("data_health.missing"),
            texts.number(whole.missing),
            texts("data_health.missing_card"),
            -whole.missing,
        ),
        card(
            texts("data_health.apart"),
            texts.number(sum(apart)),
            texts("data_health.apart_card", **_numbers(apart._asdict(), texts)),
            -apart.rejected,
        ),
        card(
            texts("data_health.quiet"),
            texts.number(quiet),
            texts("data_health.quiet_card", n=texts.number(publishers)),
            -quiet,
        ),
    ]


PAGE = Page("data_health", "/data-health", 9, "what", layout, register)
