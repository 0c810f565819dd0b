"""Moments of truth: declared ones and found ones, and what followed when they went well or badly."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from dashboards.answers.moments import BAD, GOOD, Moment
from dashboards.context import Context, View
from dashboards.figures import effects
from dashboards.pages import Page
from dashboards.parts import aftermath, filters
from dashboards.parts.card import card
from dashboards.parts.section import Section, drawn, drawn_in
from dashboards.parts.shown import Shown
from dashboards.parts.table import filled, rows_of
from dashboards.parts.top import Said, Top
from dashboards.questions.moments import MomentsQuestions
from dashboards.state import filters_of
from dashboards.texts import Texts

FILTERS = ("period", "followed", "sector", "segment", "department", "language")
GRID, MOST_ROWS, LEAST_WIDTH = "after-grid", 16, 560
TOP = Top("moments", "moments.too_few")
EFFECTS, AFTER = Section("effects", "moments.too_few"), Section("after", "moments.too_few")
Build = Callable[[MomentsQuestions, Callable[[str], str], View], Sequence[Any]]


def layout(context: Context, texts: Texts, search: str) -> Component:
    """Return the page; its sections wait for their answers."""
    shown = Shown(texts, PAGE.key)
    how = ("moments.recipe", "moments.followed")
    height = effects.height_of(effects.MOST_ROWS)
    return html.Div(
        [
            filters.filter_bar(context, texts, search, *FILTERS),
            TOP.layout(),
            shown.figure(EFFECTS, height, *how, least_width=LEAST_WIDTH, wide=True),
            shown.table(AFTER, aftermath.columns(texts, texts("first.touchpoint")), *how),
        ],
        className="page-grid moments",
    )


def register(app: Dash, context: Context) -> None:
    """Fill the sections."""

    def asking(build: Build) -> Callable[[View], Sequence[Any]]:
        def answer(view: View) -> Sequence[Any]:
            ask = MomentsQuestions(context, filters_of(view.search), view.at)
            return build(ask, context.type_name(view.texts), view)

        return answer

    TOP.register(app, context, asking(_top))
    EFFECTS.register(app, context, drawn_in("effects-figure"), asking(_effects), wide=True)
    AFTER.register(
        app,
        context,
        rows_of(GRID),
        asking(lambda ask, name, view: filled(aftermath.rows(ask.moments, name, view.texts), MOST_ROWS)),
        wide=True,
    )


def _top(ask: MomentsQuestions, name: Callable[[str], str], view: View) -> Sequence[Any]:
    moments, texts = ask.moments, view.texts
    found = [one for one in moments if one.found]
    new = [one for one in found if not one.declared]
    title = texts("moments.title", strongest=name(found[0].type)) if found else texts("moments.title_nothing")
    sentence = texts(
        "moments.sentence",
        found=texts.number(len(found)),
        types=texts.number(len(moments)),
        new=texts.number(len(new)),
        until=texts.day(ask.window.end.astimezone(texts.zone).date()),
        days=texts.number(ask.days),
    )
    cards = [
        card(
            texts("moments.found_card"),
            texts.number(len(found)),
            texts("moments.found_told", new=texts.number(len(new))),
        ),
        _extreme(moments, GOOD, name, texts),
        _extreme(moments, BAD, name, texts),
        _leaving(moments, name, texts),
    ]
    return Said(title, sentence, cards).outputs


def _extreme(moments: Sequence[Moment], tone: str, name: Callable[[str], str], texts: Texts) -> Component:
    sign = 1 if tone == GOOD else -1
    ways = [(one, one.ways[tone]) for one in moments if tone in one.ways and one.ways[tone].found]
    best = max(ways, key=lambda pair: sign * pair[1].effect.mean, default=None)
    label = texts(f"moments.{tone}_card")
    if best is None or sign * best[1].effect.mean <= 0:
        return card(label, texts("cards.none"))
    told = f"{texts.arrow(best[1].effect.mean)} ± {texts.number(best[1].effect.margin or 0.0, 1)}"
    return card(
        label,
        name(best[0].type),
        texts("moments.card_told", effect=told, people=texts.number(best[1].people)),
        sign,
    )


def _leaving(moments: Sequence[Moment], name: Callable[[str], str], texts: Texts) -> Component:
    """Return the bad contact after which clearly more left than of the rest, if there is one."""
    ways = [(one, one.ways[BAD]) for one in moments if BAD in one.ways]
    clear = [(one, way) for one, way in ways if way.shares["left"].low > one.rest["left"].share]
    worst = max(clear, key=lambda pair: pair[1].shares["left"].share, default=None)
    label = texts("moments.left_card")
    if worst is None:
        return card(label, texts("cards.none"))
    told = texts(
        "moments.left_told",
        left=texts.percent(worst[1].shares["left"].share, 1),
        rest=texts.percent(worst[0].rest["left"].share, 1),
    )
    return card(label, name(worst[0].type), told, -1)


def _effects(ask: MomentsQuestions, name: Callable[[str], str], view: View) -> Sequence[Any]:
    names = [name(one.type) for one in ask.moments]
    return drawn(effects.draw(ask.moments, names, ask.days, view.theme, view.texts), LEAST_WIDTH)


PAGE = Page("moments", "/moments", 1, "where", layout, register)
