# mypy: disable-error-code="untyped-decorator"
"""The journey map: is it good, where, what first, which feeling, who moves, for whom, when."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboards.context import Context, View
from dashboards.figures import journey_map as map_figure
from dashboards.figures import levels, retention, segments, tiles
from dashboards.pages import Page
from dashboards.parts import filters
from dashboards.parts.first import first_columns, first_rows, worth
from dashboards.parts.headline import compared_name, contacts_bar, headline
from dashboards.parts.recipe import recipe
from dashboards.parts.section import Section
from dashboards.parts.shown import Shown
from dashboards.parts.table import filled, rows_of
from dashboards.parts.top import Top
from dashboards.parts.words import spoken
from dashboards.questions.journey_map import JourneyQuestions
from dashboards.state import filters_of, search_of
from dashboards.store import StoreEmptyError
from dashboards.texts import Texts

FILTERS = ("period", "sector", "segment", "department", "language", "compare")
TOP = Top("journey-map")
MAP, FIRST, EMOTIONS = Section("map"), Section("first"), Section("emotions")
FLOWS, RETENTION, SEGMENTS = (
    Section("flows"),
    Section("retention"),
    Section("segments", "journey_map.no_segments"),
)
CALENDAR, WORDS = Section("calendar"), Section("words", "words.none")


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; its sections wait for their answers."""
    shown, contacts = Shown(texts, PAGE.key), html.Div(id="contacts", className="contacts")

    def figure(section: Section, height: int, least_width: int, *queries: str) -> Component:
        how = (f"{PAGE.key}.recipe_{section.id}", *(f"{PAGE.key}.{query}" for query in queries))
        return shown.figure(section, height, *how, least_width=least_width)

    return html.Div(
        [
            filters.filter_bar(context, texts, search, *FILTERS),
            TOP.layout(),
            shown.figure(
                MAP,
                map_figure.HEIGHT,
                "journey_map.recipe_map",
                "journey_map.runs",
                "journey_map.carried",
                least_width=map_figure.LEAST_WIDTH,
                wide=True,
                beside=contacts,
            ),
            shown.table(
                FIRST,
                first_columns(texts),
                "journey_map.recipe_first",
                "journey_map.touchpoints",
                "journey_map.leavers",
                key="type",
                wide=False,
                above=html.P(id="first-worth", className="told"),
            ),
            figure(RETENTION, retention.HEIGHT, 380, "retention"),
            figure(EMOTIONS, tiles.EMOTIONS_HEIGHT, 440, "emotions"),
            figure(FLOWS, levels.HEIGHT, 420, "courses"),
            figure(SEGMENTS, segments.HEIGHT, 420, "runs"),
            shown.figure(CALENDAR, tiles.CALENDAR_HEIGHT, "recipe.average_contact", "journey_map.days"),
            WORDS.layout(
                texts("journey_map.words"),
                texts("journey_map.words_hint"),
                html.Div(id="said"),
                recipe(texts, "journey_map.recipe_words", "journey_map.words"),
                wide=True,
            ),
        ],
        className="page-grid",
    )


def register(app: Dash, context: Context) -> None:
    """Fill the sections."""

    def asking(build: Callable[[JourneyQuestions, View], Sequence[Any]]) -> Callable[[View], Sequence[Any]]:
        return lambda view: build(JourneyQuestions(context, filters_of(view.search), view.at), view)

    def figure(section: Section, build: Callable[[JourneyQuestions, View], Any]) -> None:
        outputs = [Output(f"{section.id}-figure", "figure")]
        section.register(app, context, outputs, asking(lambda ask, view: [build(ask, view)]))

    TOP.register(app, context, asking(_top))
    MAP.register(
        app,
        context,
        [Output("map-figure", "figure"), Output("contacts", "children")],
        asking(_map(context)),
        wide=True,
    )
    first = [*rows_of("first-grid"), Output("first-worth", "children")]
    FIRST.register(app, context, first, asking(_first))
    figure(EMOTIONS, lambda ask, view: tiles.emotions(ask.emotions(), view.theme, view.texts))
    figure(FLOWS, _flows)
    figure(RETENTION, lambda ask, view: retention.draw(ask.retention(), view.theme, view.texts))
    figure(SEGMENTS, _segments)
    figure(
        CALENDAR, lambda ask, view: tiles.calendar(ask.days(), _today(context, view), view.theme, view.texts)
    )
    WORDS.register(app, context, [Output("said", "children")], asking(_words), wide=True)
    _follow_clicks(app)


def _names(ask: JourneyQuestions, keys: Sequence[str], texts: Texts) -> list[str]:
    titles = {one: row.title for one, row in ask.catalogue.items()}
    return [texts.name("type", key, titles.get(key)) for key in keys]


def _top(ask: JourneyQuestions, view: View) -> Sequence[Any]:
    return headline(ask, view, _names).outputs


def _map(context: Context) -> Callable[[JourneyQuestions, View], Sequence[Any]]:
    def draw(ask: JourneyQuestions, view: View) -> Sequence[Any]:
        journey, texts = ask.drawn, view.texts
        names = _names(ask, [place.key for place in journey.places], texts)
        other = (compared_name(ask.compared, texts), ask.compared.journey) if ask.compared else None
        figure = map_figure.draw(journey, names, context.levels(), view.theme, texts, other)
        return [figure, contacts_bar(ask.touchpoints, journey.people, texts)]

    return draw


def _first(ask: JourneyQuestions, view: View) -> Sequence[Any]:
    rows = [
        row
        for row in ask.touchpoints
        if not filters_of(view.search).department or row.department == filters_of(view.search).department
    ]
    names = _names(ask, [row.type for row in rows], view.texts)
    people, leavers = ask.journey.people, ask.leavers()
    worst = min(rows, key=lambda row: row.moved)
    told = worth(worst, names[rows.index(worst)], people, leavers, view.texts)
    return [*filled(first_rows(rows, names, people, leavers, view.texts)), told]


def _flows(ask: JourneyQuestions, view: View) -> Any:
    course, times = ask.course(), ask.seen_window.times(3)
    days = view.texts.days([one.astimezone(view.texts.zone).date() for one in times])
    return levels.flows(course, days, view.theme, view.texts)


def _segments(ask: JourneyQuestions, view: View) -> Any:
    whole, each = ask.segments()
    return segments.draw(whole, each[:6], view.theme, view.texts, filters_of(view.search).segment)


def _today(context: Context, view: View) -> Any:
    return view.at.astimezone(context.zone).date()


def _words(ask: JourneyQuestions, view: View) -> Sequence[Any]:
    rows = ask.words()
    if not rows and not filters_of(view.search).touchpoint:
        raise StoreEmptyError("nobody said anything")
    return [
        spoken(
            rows,
            _names(ask, [row.type for row in rows], view.texts),
            view,
            _names(ask, [filters_of(view.search).touchpoint], view.texts)[0],
        )
    ]


def _follow_clicks(app: Dash) -> None:
    """A click on a touchpoint in the table asks for its words and leads to them; clicked again, for all."""

    @app.callback(
        Output("navigate", "search", allow_duplicate=True),
        Input("first-grid", "cellClicked"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(clicked: dict[str, Any] | None, search: str | None) -> Any:
        if not clicked:
            return no_update
        state = filters_of(search or "")
        wanted = "" if clicked["rowId"] == state.touchpoint else clicked["rowId"]
        return search_of(replace(state, touchpoint=wanted))

    app.clientside_callback(
        ClientsideFunction("vincle", "lead"),
        Output("words", "title"),
        Input("first-grid", "cellClicked"),
        prevent_initial_call=True,
    )


PAGE = Page("journey_map", "/", 0, "where", layout, register)
