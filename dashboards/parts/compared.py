"""What a what-if comes to, in words, on cards, and by segment."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.answers.what_if import Compared
from dashboards.context import Context, View
from dashboards.parts import imagine
from dashboards.parts.card import card
from dashboards.parts.table import TONED, Column, column, number
from dashboards.state import imagined_of
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE

WORTH_SAYING = 0.05
"""Points that are not 0.0 when written."""


def headline(whole: Compared, view: View, context: Context) -> list[Component]:
    """Return what is imagined, what it comes to, and on what that rests."""
    texts, change = view.texts, whole.change
    key = "same" if abs(change.mean) < WORTH_SAYING else "better" if change.mean > 0 else "worse"
    what = imagine.told(imagined_of(view.search), texts, context.type_name(texts))
    sentence = texts(
        "what_if.sentence",
        now=texts.number(whole.now.mean, 1),
        would=texts.number(whole.would.mean, 1),
        people=texts.number(whole.people),
        at=texts.moment(view.at),
    )
    few = [html.P(texts("what_if.few"), className="hint")] if whole.people < FEW_PEOPLE else []
    return [
        html.Div(what, className="pseudonym"),
        html.H1(texts(f"what_if.title_{key}", points=texts.number(abs(change.mean), 1))),
        html.P(sentence),
        *few,
    ]


def cards(whole: Compared, texts: Texts) -> list[Component]:
    """Return the bond, who is concerned, and who crosses levels."""
    risk = whole.course.at_risk

    def share(people: int) -> str:
        return texts("what_if.of_all", share=texts.percent(people / whole.people, 1))

    return [
        card(
            texts("what_if.bond"),
            texts.number(whole.would.mean, 1),
            texts("what_if.bond_change", change=f"{texts.arrow(whole.change.mean)}{_margin(whole, texts)}"),
            whole.change.mean,
        ),
        card(texts("what_if.concerned"), texts.number(whole.concerned), share(whole.concerned)),
        card(
            texts("what_if.back"),
            texts.number(whole.back),
            texts("what_if.back_told", now=texts.number(risk[0]), would=texts.number(risk[1])),
            risk[0] - risk[1],
        ),
        card(
            texts("what_if.crossing"),
            f"▲ {texts.number(whole.risen)}",
            texts("what_if.fallen", people=texts.number(whole.fallen)),
            -whole.fallen,
        ),
    ]


def _margin(whole: Compared, texts: Texts) -> str:
    return "" if whole.change.margin is None else f" ± {texts.number(whole.change.margin, 1)}"


def segment_columns(texts: Texts) -> list[Column]:
    """Return the columns of the table of segments."""
    return [
        column("segment", texts("filters.segment"), flex=1.4, minWidth=104),
        number("people", texts("first.people")),
        number("now", texts("what_if.now"), minWidth=112),
        number("would", texts("what_if.would"), minWidth=112),
        number(
            "change",
            texts("what_if.change"),
            texts("what_if.change_told"),
            minWidth=124,
            cellClassRules=TONED,
        ),
        number("back", texts("what_if.back")),
        number("risen", texts("what_if.risen")),
        number("fallen", texts("what_if.fell")),
    ]


def segment_row(name: str, one: Compared, texts: Texts) -> dict[str, Any]:
    """Return a segment's row; few people look uncertain."""
    few = "≈ " if one.people < FEW_PEOPLE else ""
    counts = {key: getattr(one, key) for key in ("people", "back", "risen", "fallen")}
    return {
        "id": name,
        "segment": texts.name("segment", name) if name else "–",
        "now": one.now.mean,
        "now_text": texts.between(*one.now),
        "would": one.would.mean,
        "would_text": texts.between(*one.would),
        "change": one.change.mean,
        "change_text": f"{few}{texts.arrow(one.change.mean)}{_margin(one, texts)}",
        "quiet": one.people < FEW_PEOPLE,
        **counts,
        **{f"{key}_text": texts.number(count) for key, count in counts.items()},
    }
