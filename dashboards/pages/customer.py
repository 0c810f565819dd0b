# mypy: disable-error-code="untyped-decorator"
"""A customer: one life in curve, sum, experiences, emotions and words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
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
from dashboards.parts.find import find_box
from dashboards.parts.joined import joined
from dashboards.parts.life import Name, experience_columns, experience_rows, story, who
from dashboards.parts.past import as_of, past_box, register_past
from dashboards.parts.recipe import recipe
from dashboards.parts.section import Section, Way
from dashboards.parts.shown import Shown
from dashboards.parts.table import filled, rows_of
from dashboards.questions.brief import brief
from dashboards.questions.customer import CustomerQuestions
from dashboards.state import customer_of, search_of
from dashboards.texts import Texts


def _elsewhere(search: str, texts: Texts) -> list[Way]:
    """Return the ways to the newest day of the customer, and to other customers."""
    state = customer_of(search)
    now = [(texts("life.now"), search_of(replace(state, until="")))] if state.until else []
    return [*now, (texts("life.to_customers"), "/customers")]


def _of_life(id: str, bare: bool = False) -> Section:
    return Section(id, "life.unknown", bare=bare, ways_out=_elsewhere)


WHO, BRIEF, CURVE, SUM = _of_life("who", bare=True), _of_life("brief"), _of_life("curve"), _of_life("sum")
EXPERIENCES, FELT, STORY = _of_life("experiences"), _of_life("felt"), _of_life("story")


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; without a customer it shows the way to find one."""

    shown = Shown(texts, "life")
    how = ("recipe.life", "customer.told")
    return html.Div(
        [
            html.Div([past_box(context, texts, search), find_box(texts)], className="above"),
            html.Div(
                [
                    html.P(texts("life.nobody_chosen")),
                    dcc.Link(texts("life.to_customers"), href="/customers"),
                ],
                className="nobody",
            ),
            WHO.layout("", "", html.Div(id="who-body"), wide=True),
            BRIEF.layout(
                texts("brief.title"),
                texts("brief.hint"),
                html.Div(id="brief-body"),
                recipe(texts, "brief.recipe"),
                wide=True,
            ),
            shown.figure(CURVE, curve.HEIGHT, *how, least_width=640, wide=True),
            shown.figure(SUM, contributions.HEIGHT, *how, least_width=420),
            shown.table(EXPERIENCES, experience_columns(texts), *how, wide=False),
            shown.figure(FELT, felt.HEIGHT, "life.recipe_felt", "customer.told", least_width=420),
            STORY.layout(
                texts("life.story"),
                texts("life.story_hint"),
                html.Div(id="story-body", tabIndex=0, className="story-body"),
                recipe(texts, "life.recipe_story", "customer.told"),
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

    def fill(
        section: Section,
        outputs: Sequence[Output],
        build: Callable[[CustomerQuestions, View, Name], Sequence[Any]],
        wide: bool = False,
    ) -> None:
        def answer(view: View) -> Sequence[Any]:
            state = customer_of(view.search)
            if not state.id:
                raise PreventUpdate
            ask = CustomerQuestions(context, state, view.at)
            return build(ask, view, context.type_name(view.texts))

        section.register(app, context, outputs, answer, wide)

    def told(section: Section, build: Callable[[CustomerQuestions, View, Name], Any], **more: bool) -> None:
        outputs = [Output(f"{section.id}-body", "children")]
        fill(section, outputs, lambda *asked: [build(*asked)], **more)

    def figure(section: Section, build: Callable[[CustomerQuestions, View, Name], Any], **more: bool) -> None:
        outputs = [Output(f"{section.id}-figure", "figure")]
        fill(section, outputs, lambda *asked: [build(*asked)], **more)

    told(WHO, _who, wide=True)
    told(
        BRIEF,
        lambda ask, view, name: briefed(
            brief(context, customer_of(view.search).id, view.texts, ask.at), view.texts, name
        ),
        wide=True,
    )
    told(STORY, lambda ask, view, name: story(ask.life.rows, view.texts, name))
    figure(
        CURVE,
        lambda ask, view, name: curve.draw(ask.life, context.levels(), name, view.theme, view.texts),
        wide=True,
    )
    figure(SUM, lambda ask, view, name: contributions.draw(ask.life, name, view.theme, view.texts))
    figure(FELT, lambda ask, view, name: felt.draw(ask.life, view.theme, view.texts))
    fill(
        EXPERIENCES,
        rows_of("experiences-grid"),
        lambda ask, view, name: filled(experience_rows(ask.life, view.texts, name)),
    )


def _who(ask: CustomerQuestions, view: View, name: Name) -> list[Component]:
    return [
        *as_of(ask, view.texts),
        *joined(ask.names, ask.known.person_id, view.texts),
        *who(ask.known, ask.contact, ask.life, view.theme, view.texts, name),
    ]


PAGE = Page("customer", "/customer", 1, "", layout, register, filtered=False)
