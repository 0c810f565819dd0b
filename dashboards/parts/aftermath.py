"""What followed good and bad contacts, against the rest, as a table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboards.answers.estimates import Share
from dashboards.answers.moments import BAD, GOOD, OUTCOMES, Followed, Moment
from dashboards.figures.effects import marked
from dashboards.parts.table import TONED, Column, column, number
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE

TONED_WHERE_CLEAR = {look: f"params.data.clear && {rule}" for look, rule in TONED.items()}


def columns(texts: Texts, what: str) -> list[Column]:
    """Return the columns of what followed; `what` heads the first."""
    return [
        column("name", what, flex=1.8, minWidth=140, sortable=False),
        column("way", texts("moments.way"), flex=1.1, minWidth=124, sortable=False),
        number("people", texts("first.people"), texts("moments.people_told")),
        number(
            "effect",
            texts("moments.effect"),
            texts("moments.effect_told"),
            minWidth=112,
            cellClassRules=TONED_WHERE_CLEAR,
        ),
        *(
            number(outcome, texts(f"moments.{outcome}"), texts("moments.share_told"), flex=1.4, minWidth=128)
            for outcome in OUTCOMES
        ),
    ]


def rows(
    moments: Sequence[Moment], name: Callable[[str], str], texts: Texts, words: str = "moments"
) -> list[dict[str, Any]]:
    """Return up to three rows a type: after good contacts, after bad ones, and the rest.

    `words` begins the keys of what good, bad and the rest are called.
    """
    told: list[dict[str, Any]] = []
    for moment in moments:
        shown = marked(moment, name(moment.type))
        for tone, sign in ((GOOD, "▲"), (BAD, "▼")):
            if tone in moment.ways:
                way = f"{sign} {texts(f'{words}.{tone}')}"
                told.append(_way(moment, moment.ways[tone], shown, way, texts))
        told.append(_rest(moment, shown, texts(f"{words}.rest"), texts))
    return told


def _way(moment: Moment, way: Followed, shown: str, words: str, texts: Texts) -> dict[str, Any]:
    few = "≈ " if way.people < FEW_PEOPLE else ""
    return {
        "id": f"{moment.type} {way.tone}",
        "name": shown,
        "way": words,
        "people": way.people,
        "people_text": texts.number(way.people),
        "effect": way.effect.mean,
        "clear": way.effect.is_clear,
        "effect_text": f"{few}{texts.signed(way.effect.mean)} ± {texts.number(way.effect.margin or 0.0, 1)}",
        **_shares(way.shares, texts),
    }


def _rest(moment: Moment, shown: str, words: str, texts: Texts) -> dict[str, Any]:
    return {
        "id": f"{moment.type} rest",
        "quiet": True,
        "name": shown,
        "way": words,
        "people": moment.rest_people,
        "people_text": texts.number(moment.rest_people),
        "effect": None,
        "effect_text": "",
        **_shares(moment.rest, texts),
    }


def _shares(shares: Mapping[str, Share], texts: Texts) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for outcome in OUTCOMES:
        share = shares[outcome]
        cells[outcome] = share.share
        cells[f"{outcome}_text"] = texts.share(share.share, share.low, share.high)
    return cells
