# mypy: disable-error-code="untyped-decorator"
"""What if: everybody by other parameters, or had something bad never happened or been put right soon."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.answers.what_if import by_segment, compared
from dashboards.context import Context, View, view_of
from dashboards.figures import levels
from dashboards.figures import what_if as figures
from dashboards.pages import Page
from dashboards.parts import compared as told
from dashboards.parts import imagine
from dashboards.parts.section import Section, accompany, nowhere
from dashboards.parts.shown import Shown
from dashboards.parts.table import (
    Column,
    column,
    fitted,
    link,
    rows_of,
    written,
)
from dashboards.questions.what_if import pieces_of, saved
from dashboards.runs import Run, Runs
from dashboards.state import imagined_of
from dashboards.store import StoreAwayError, StoreSlowError
from dashboards.texts import Texts

ANSWER = Section("what-if-answer", bare=True)
SAVED = Section("what-if-saved", "what_if.none_saved", ways_out=nowhere)
SPREAD, MOVES, SEGMENTS = Section("what-if-spread"), Section("what-if-moves"), Section("what-if-segments")
PARTS = ((ANSWER, True), (SPREAD, False), (MOVES, False), (SEGMENTS, True))
"""The sections that a run fills, and whether each is wide."""
SEGMENTS_GRID, SAVED_GRID = "what-if-segments-grid", "what-if-saved-grid"
LOOK_MILLISECONDS = 500


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; its sections wait for the run."""

    shown, how = Shown(texts, PAGE.key), ("what_if.recipe", "what_if.compared")
    return html.Div(
        [
            dcc.Store(id="what-if-asked"),
            dcc.Interval(id="what-if-look", interval=LOOK_MILLISECONDS),
            imagine.controls(context, texts, search),
            html.Div(
                html.Progress(
                    id="what-if-bar", max=100, value="0", **{"aria-label": texts("what_if.progress")}
                ),
                id="what-if-progress",
                className="progress is-hidden",
                role="status",
            ),
            ANSWER.layout(
                "",
                "",
                html.Div(id="what-if-headline", className="headline"),
                html.Div(id="what-if-cards", className="cards"),
                wide=True,
            ),
            shown.figure(SPREAD, figures.HEIGHT, *how, least_width=420),
            shown.figure(MOVES, levels.HEIGHT, *how, least_width=420),
            shown.table(SEGMENTS, told.segment_columns(texts), *how),
            shown.table(
                SAVED,
                _saved_columns(texts),
                "what_if.recipe_saved",
                "what_if.saved",
                beside=imagine.saving(context, texts),
            ),
        ],
        className="page-grid what-if",
    )


def register(app: Dash, context: Context) -> None:
    """Begin a run for what is imagined, look how far it is, and show what it came to."""
    runs = Runs()

    @app.callback(
        Output("what-if-asked", "data"),
        Input("url", "search"),
        Input("pulse", "data"),
        State("what-if-asked", "data"),
    )
    def ask(search: str | None, pulse: dict[str, Any] | None, asked: dict[str, str] | None) -> Any:
        """What is asked stays as of its time while new touchpoints come in."""
        if not pulse or not pulse["at"] or (asked and asked["search"] == (search or "")):
            return no_update
        return {"search": search or "", "at": pulse["at"]}

    answers = [
        Output("what-if-spread-figure", "figure"),
        Output("what-if-moves-figure", "figure"),
        *rows_of(SEGMENTS_GRID),
    ]
    accompany(app, answers)

    @app.callback(
        *[Output(section.id, "className") for section, _ in PARTS],
        *[Output(f"{section.id}-note", "children") for section, _ in PARTS],
        Output("what-if-headline", "children"),
        Output("what-if-cards", "children"),
        *answers,
        Output("what-if-progress", "className"),
        Output("what-if-bar", "value"),
        Output("what-if-look", "disabled"),
        Input("what-if-asked", "data"),
        Input("what-if-look", "n_intervals"),
        Input("scheme", "data"),
    )
    def look(asked: dict[str, str] | None, _: int | None, scheme: str | None) -> list[Any]:
        if not asked or not scheme:
            return _shown("is-waiting", None, looks_on=True)
        view = view_of(asked["search"], asked["at"], scheme, context)
        if imagined_of(view.search).is_nothing:
            return _shown("is-empty", [*_note("what_if.choose", view.texts), imagine.examples(view.texts)])
        try:
            run = _run(runs, context, view, asked["at"])
        except StoreSlowError:
            return _shown("is-empty", _note("what_if.slow", view.texts))
        except StoreAwayError:
            return _shown("is-waiting", None, looks_on=True)
        if not run.is_answered:
            return _shown("is-waiting", None, share=run.answered / len(run.pieces), looks_on=True)
        if not run.rows:
            return _shown("is-empty", _note("state.no_hit", view.texts))
        return _answered(run, view, context)

    SAVED.register(app, context, rows_of(SAVED_GRID), lambda view: _saved(context, view.texts), wide=True)
    imagine.register(app, context)


def _run(runs: Runs, context: Context, view: View, at: str) -> Run:
    imagined = imagined_of(view.search)
    return runs.of((imagined, at), lambda: pieces_of(context, imagined, datetime.fromisoformat(at)))


def _shown(
    state: str, note: Sequence[Component] | None, share: float = 0.0, looks_on: bool = False
) -> list[Any]:
    """Return the outputs of a run without an answer."""
    others = "is-hidden" if state == "is-empty" else state
    shapes = [
        f"{section.shape(wide)} {state if section is ANSWER else others}".strip() for section, wide in PARTS
    ]
    notes = [note if section is ANSWER else None for section, _ in PARTS]
    progress = "progress" if state == "is-waiting" else "progress is-hidden"
    return [*shapes, *notes, *[no_update] * 6, progress, f"{100 * share:.0f}", not looks_on]


def _note(key: str, texts: Texts) -> list[Component]:
    return [html.H1(texts("what_if.name")), html.P(texts(key))]


def _answered(run: Run, view: View, context: Context) -> list[Any]:
    """Return the outputs of a run that has come to its end."""
    whole, texts = compared(run.rows), view.texts
    rows = [told.segment_row(name, one, texts) for name, one in by_segment(run.rows)]
    state = _shown("", None)
    state[2 * len(PARTS) : 2 * len(PARTS) + 6] = [
        told.headline(whole, view, context),
        told.cards(whole, texts),
        figures.distribution(whole, view.theme, texts),
        levels.flows(whole.course, [texts("what_if.now"), texts("what_if.would")], view.theme, texts),
        rows,
        fitted(len(rows)),
    ]
    return state


def _saved_columns(texts: Texts) -> list[Column]:
    return [
        link("name", texts("what_if.saved_name"), flex=1.4, minWidth=140),
        column("what", texts("what_if.saved_what"), flex=3, minWidth=220),
        column("by", texts("what_if.saved_by"), flex=1, minWidth=96),
        written("at", texts("what_if.saved_at"), flex=1, minWidth=150),
    ]


def _saved(context: Context, texts: Texts) -> Sequence[Any]:
    rows = [imagine.saved_row(row, texts) for row in saved(context)]
    return [rows, fitted(len(rows))]


PAGE = Page("what_if", imagine.PATH, 4, "what", layout, register, filtered=False)
