# mypy: disable-error-code="untyped-decorator"
"""A customer: search and lists to start from; one life in curve, sum, experiences, emotions and words."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards.context import Context, View
from dashboards.figures import contributions, felt
from dashboards.figures import life as curve
from dashboards.pages import Page
from dashboards.parts.life import experience_rows, experiences_grid, listing, story, who
from dashboards.parts.section import Section, graph
from dashboards.questions.customer import LISTS, CustomerQuestions, found, listed
from dashboards.state import CustomerView, customer_of, search_of
from dashboards.store import StoreError
from dashboards.texts import Texts

UNKNOWN = "life.unknown"
WHO, CURVE, SUM = Section("who", UNKNOWN), Section("life", UNKNOWN), Section("sum", UNKNOWN)
EXPERIENCES, FELT, STORY = (
    Section("experiences", UNKNOWN),
    Section("felt", UNKNOWN),
    Section("story", UNKNOWN),
)
STARTS = {name: Section(f"list-{name.replace('_', '-')}") for name in LISTS}


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page: without a customer the lists, with one the life."""

    def say(key: str) -> str:
        return texts(f"life.{key}")

    return html.Div(
        [
            _search(texts),
            *(
                section.layout(say(name), say(f"{name}_hint"), html.Div(id=f"{section.id}-body"))
                for name, section in STARTS.items()
            ),
            WHO.layout("", "", html.Div(id="who-body")),
            CURVE.layout(
                say("curve"),
                say("curve_hint"),
                graph("life-figure", curve.HEIGHT, say("curve"), 340),
                wide=True,
            ),
            SUM.layout(
                say("sum"), say("sum_hint"), graph("sum-figure", contributions.HEIGHT, say("sum"), 420)
            ),
            EXPERIENCES.layout(
                say("experiences"), say("experiences_hint"), experiences_grid("experiences-grid", texts)
            ),
            FELT.layout(say("felt"), say("felt_hint"), graph("felt-figure", felt.HEIGHT, say("felt"), 420)),
            STORY.layout(
                say("story"), say("story_hint"), html.Div(id="story-body", tabIndex=0, className="story-body")
            ),
        ],
        id="customer",
        className=_shape(search),
    )


def _search(texts: Texts) -> Component:
    return html.Div(
        [
            html.H1(texts("life.search")),
            html.Label(texts("life.placeholder"), htmlFor="customer-search"),
            html.Div(
                [
                    dcc.Input(
                        id="customer-search",
                        type="text",
                        autoComplete="off",
                        debounce=True,
                        n_submit=0,
                    ),
                    html.Button(texts("life.find"), id="customer-find", type="button", className="button"),
                    dcc.Link(texts("life.lists"), href="/customer", className="to-lists"),
                ],
                className="search-row",
            ),
            html.Div(id="customer-found", className="found", role="status"),
        ],
        className="search",
        role="search",
    )


def _shape(search: str) -> str:
    return "customer has-person" if customer_of(search).id else "customer is-start"


def register(app: Dash, context: Context) -> None:
    """Fill lists and life, and find people."""
    _find(app, context)

    @app.callback(Output("customer", "className"), Input("url", "search"))
    def shape(search: str | None) -> str:
        return _shape(search or "")

    for name, section in STARTS.items():
        section.register(app, context, [Output(f"{section.id}-body", "children")], _start(context, name))

    def life(build: Callable[[CustomerQuestions, View], Any]) -> Callable[[View], Sequence[Any]]:
        def answer(view: View) -> Sequence[Any]:
            state = customer_of(view.search)
            if not state.id:
                raise PreventUpdate
            return [build(CustomerQuestions(context, state, view.at), view)]

        return answer

    def name_in(view: View) -> Callable[[str], str]:
        catalogue = context.catalogue()
        return lambda key: view.texts.name("type", key, catalogue[key].title if key in catalogue else None)

    def fill(
        section: Section, output: Output, build: Callable[[CustomerQuestions, View], Any], wide: bool = False
    ) -> None:
        section.register(app, context, [output], life(build), wide)

    fill(
        WHO,
        Output("who-body", "children"),
        lambda ask, view: who(ask.bond, ask.life, view.theme, view.texts, name_in(view)),
    )
    fill(
        CURVE,
        Output("life-figure", "figure"),
        lambda ask, view: curve.draw(ask.life, context.levels(), name_in(view), view.theme, view.texts),
        wide=True,
    )
    fill(
        SUM,
        Output("sum-figure", "figure"),
        lambda ask, view: contributions.draw(ask.life, name_in(view), view.theme, view.texts),
    )
    fill(
        EXPERIENCES,
        Output("experiences-grid", "rowData"),
        lambda ask, view: experience_rows(ask.life, view.texts, name_in(view)),
    )
    fill(
        FELT,
        Output("felt-figure", "figure"),
        lambda ask, view: felt.draw(ask.life, view.theme, view.texts),
    )
    fill(
        STORY,
        Output("story-body", "children"),
        lambda ask, view: story(ask.life.rows, view.texts, name_in(view)),
    )


def _start(context: Context, name: str) -> Callable[[View], Sequence[Any]]:
    def answer(view: View) -> Sequence[Any]:
        if customer_of(view.search).id:
            raise PreventUpdate
        return [listing(listed(context, name, view.at), view.texts, is_change=name == "falling")]

    return answer


def _find(app: Dash, context: Context) -> None:
    """Go to the one who is found, or show who may be meant; what was typed never stands in the address."""

    @app.callback(
        Output("navigate", "search", allow_duplicate=True),
        Output("customer-found", "children"),
        Input("customer-find", "n_clicks"),
        Input("customer-search", "n_submit"),
        State("customer-search", "value"),
        prevent_initial_call=True,
    )
    def find(_: int | None, __: int | None, text: str | None) -> list[Any]:
        texts = context.texts()
        if not (text or "").strip():
            return [no_update, None]
        try:
            people = found(context, text or "")
        except StoreError:
            return [no_update, texts("life.find_later")]
        if not people:
            return [no_update, texts("life.find_nobody")]
        if len(people) == 1:
            return [search_of(CustomerView(people[0])), None]
        links = [dcc.Link(html.Code(one), href=f"/customer{search_of(CustomerView(one))}") for one in people]
        return [no_update, html.Div([texts("life.find_several"), *links], className="several")]


PAGE = Page("customer", "/customer", 1, layout, register)
