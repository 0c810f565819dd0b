# mypy: disable-error-code="untyped-decorator"
"""A customer: one life in curve, sum, experiences, emotions and words."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboards.context import Context, View
from dashboards.figures import contributions, felt
from dashboards.figures import life as curve
from dashboards.pages import Page
from dashboards.parts import erasure
from dashboards.parts.brief import briefed
from dashboards.parts.export import export_button
from dashboards.parts.find import find_box
from dashboards.parts.joined import joined
from dashboards.parts.life import experience_rows, experiences_grid, story, who
from dashboards.parts.past import as_of, past_box, register_past
from dashboards.parts.recipe import recipe
from dashboards.parts.section import Section, graph
from dashboards.questions.brief import brief
from dashboards.questions.customer import CustomerQuestions
from dashboards.state import customer_of
from dashboards.texts import Texts

UNKNOWN = "life.unknown"
WHO, CURVE, SUM = Section("who", UNKNOWN, bare=True), Section("life", UNKNOWN), Section("sum", UNKNOWN)
BRIEF = Section("brief", UNKNOWN)
EXPERIENCES, FELT, STORY = (
    Section("experiences", UNKNOWN),
    Section("felt", UNKNOWN),
    Section("story", UNKNOWN),
)


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; without a customer it shows the way to find one."""

    def say(key: str) -> str:
        return texts(f"life.{key}")

    return html.Div(
        [
            html.Div([past_box(context, texts, search), find_box(texts)], className="above"),
            html.Div(
                [html.P(say("nobody_chosen")), dcc.Link(say("to_customers"), href="/customers")],
                className="nobody",
            ),
            WHO.layout("", "", html.Div(id="who-body"), wide=True),
            BRIEF.layout(texts("brief.title"), texts("brief.hint"), html.Div(id="brief-body"), wide=True),
            CURVE.layout(
                say("curve"),
                say("curve_hint"),
                graph("life-figure", curve.HEIGHT, say("curve"), 640),
                wide=True,
                aside=export_button("life-figure", texts),
            ),
            SUM.layout(
                say("sum"),
                say("sum_hint"),
                graph("sum-figure", contributions.HEIGHT, say("sum"), 420),
                recipe(texts, "recipe.life"),
                aside=export_button("sum-figure", texts),
            ),
            EXPERIENCES.layout(
                say("experiences"),
                say("experiences_hint"),
                experiences_grid("experiences-grid", texts),
                aside=export_button("experiences-grid", texts),
            ),
            FELT.layout(
                say("felt"),
                say("felt_hint"),
                graph("felt-figure", felt.HEIGHT, say("felt"), 420),
                aside=export_button("felt-figure", texts),
            ),
            STORY.layout(
                say("story"), say("story_hint"), html.Div(id="story-body", tabIndex=0, className="story-body")
            ),
            *erasure.erasure(context, texts),
        ],
        id="customer",
        className=_shape(search),
    )


def _shape(search: str) -> str:
    return "page-grid customer has-person" if customer_of(search).id else "page-grid customer"


def register(app: Dash, context: Context) -> None:
    """Fill the life until the day chosen, and have it erased."""
    erasure.register(app, context)
    register_past(app)

    @app.callback(Output("customer", "className"), Input("url", "search"))
    def shape(search: str | None) -> str:
        return _shape(search or "")

    def life(build: Callable[[CustomerQuestions, View], Any]) -> Callable[[View], Sequence[Any]]:
        def answer(view: View) -> Sequence[Any]:
            state = customer_of(view.search)
            if not state.id:
                raise PreventUpdate
            return [build(CustomerQuestions(context, state, view.at), view)]

        return answer

    def fill(
        section: Section, output: Output, build: Callable[[CustomerQuestions, View], Any], wide: bool = False
    ) -> None:
        section.register(app, context, [output], life(build), wide)

    fill(
        WHO,
        Output("who-body", "children"),
        lambda ask, view: [
            *as_of(ask, view.texts),
            *joined(ask.names, ask.known.person_id, view.texts),
            *who(ask.known, ask.contact, ask.life, view.theme, view.texts, context.type_name(view.texts)),
        ],
        wide=True,
    )
    fill(
        BRIEF,
        Output("brief-body", "children"),
        lambda ask, view: briefed(
            brief(context, customer_of(view.search).id, view.texts, ask.at),
            view.texts,
            context.type_name(view.texts),
        ),
        wide=True,
    )
    fill(
        CURVE,
        Output("life-figure", "figure"),
        lambda ask, view: curve.draw(
            ask.life, context.levels(), context.type_name(view.texts), view.theme, view.texts
        ),
        wide=True,
    )
    fill(
        SUM,
        Output("sum-figure", "figure"),
        lambda ask, view: contributions.draw(ask.life, context.type_name(view.texts), view.theme, view.texts),
    )
    fill(
        EXPERIENCES,
        Output("experiences-grid", "rowData"),
        lambda ask, view: experience_rows(ask.life, view.texts, context.type_name(view.texts)),
    )
    fill(
        FELT,
        Output("felt-figure", "figure"),
        lambda ask, view: felt.draw(ask.life, view.theme, view.texts),
    )
    fill(
        STORY,
        Output("story-body", "children"),
        lambda ask, view: story(ask.life.rows, view.texts, context.type_name(view.texts)),
    )


PAGE = Page("customer", "/customer", 1, "", layout, register)
