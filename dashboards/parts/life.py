"""The words and tables of one life."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.answers.life import Life
from dashboards.figures.spark import spark
from dashboards.parts.card import card
from dashboards.parts.table import TONED, Column, column, number, written
from dashboards.questions.told import KnownRow
from dashboards.texts import Texts
from dashboards.theme import Theme
from schemas.emotions import Need, needs_of
from schemas.instants import moment_of
from streams.rows import JournalRow

WORTH_SAYING = 0.05
"""Points that are not 0.0 when written."""
Name = Callable[[str], str]


def who(
    known: KnownRow, contact: Sequence[str], life: Life, theme: Theme, texts: Texts, name: Name
) -> list[Component]:
    """Return who it is, and how it goes, in a sentence and four numbers."""
    level = texts.name("level", life.reading.level)
    title = texts(f"life.title_{life.trend}", level=level)
    told = [*contact, *([texts.name("segment", known.segment)] if known.segment else [])]
    last = life.experiences[-1]
    sentence = texts(
        "life.sentence",
        index=texts.number(life.reading.index, 1),
        felt=texts.number(len(life.experiences)),
        last=name(last.row.type),
        ago=texts.lasting((life.at - last.at).total_seconds()),
    )
    if abs(life.faded_since_last) >= WORTH_SAYING:
        sentence += " " + texts("life.faded", faded=texts.signed(life.faded_since_last))
    return [
        html.Div(
            [
                html.Div([*(f"{one} · " for one in told), html.Code(known.person_id)], className="pseudonym"),
                html.H1(title),
                html.P(sentence),
            ],
            className="headline",
        ),
        html.Div(_cards(life, theme, texts, name), className="cards"),
    ]


def _cards(life: Life, theme: Theme, texts: Texts, name: Name) -> list[Component]:
    reading, change = life.reading, life.recent_change
    heaviest = life.by_weight
    best = next((one for one in heaviest if one.contribution > 0), None)
    worst = next((one for one in heaviest if one.contribution < 0), None)
    recent = [point.bond for point in life.recent]
    shown = [
        card(
            texts("life.bond"),
            texts.number(reading.index, 1),
            texts("life.bond_change", change=texts.arrow(change)),
            change,
            spark(recent, theme.better if change >= 0 else theme.worse),
        ),
        card(
            texts("life.evidence"),
            texts.percent(reading.evidence),
            texts("life.evidence_told", felt=texts.number(len(life.experiences))),
        ),
    ]
    for key, one in (("life.best", best), ("life.worst", worst)):
        if one is None:
            shown.append(card(texts(key), texts("cards.none")))
            continue
        without = "" if one.without is None else texts("life.without", index=texts.number(one.without, 1))
        told = " · ".join(filter(None, (texts.arrow(one.contribution), without)))
        shown.append(card(texts(key), name(one.row.type), told, one.contribution))
    return shown


def experience_columns(texts: Texts) -> list[Column]:
    """Return the columns of the table of experiences."""
    return [
        column("name", texts("life.touchpoint"), flex=1.6, minWidth=120),
        written("at", texts("life.when"), flex=1, minWidth=118),
        number("impact", texts("life.impact"), cellClassRules=TONED),
        number("weight", texts("life.weight")),
        number("without", texts("life.without_it")),
        number("put_right", texts("life.put_right"), texts("life.put_right_told")),
    ]


def experience_rows(life: Life, texts: Texts, name: Name) -> list[dict[str, Any]]:
    """Return experiences, the most intense first."""
    ordered = sorted(life.experiences, key=lambda one: (-abs(one.impact), one.row.touchpoint_id))
    return [
        {
            "id": one.row.touchpoint_id,
            "name": f"◆ {name(one.row.type)}" if one.row.moment_of_truth else name(one.row.type),
            "at": one.at.isoformat(),
            "at_text": texts.day(one.at.astimezone(texts.zone).date()),
            "impact": one.impact,
            "impact_text": texts.arrow(one.impact),
            "weight": one.contribution,
            "weight_text": texts.signed(one.contribution),
            "without": one.without,
            "without_text": "" if one.without is None else texts.number(one.without, 1),
            "put_right": one.put_right,
            "put_right_text": "" if one.put_right is None else texts.number(one.put_right, 1),
        }
        for one in ordered
    ]


def story(rows: Sequence[JournalRow], texts: Texts, name: Name, most: int = 60) -> list[Component]:
    """Return words, outcomes and acts of recovery, the newest first."""
    told = [row for row in reversed(rows) if row.text or row.outcome or row.recovery][:most]
    if not told:
        return [html.P(texts("life.no_story"), className="quiet")]
    return [html.Ol([_event(row, texts, name) for row in told], className="story")]


def _event(row: JournalRow, texts: Texts, name: Name) -> Component:
    marks = []
    if row.outcome:
        marks.append(texts.name("outcome", row.outcome))
    if row.recovery:
        needs = ", ".join(texts.name("need", need) for need in Need if need in needs_of(row.needs_met_mask))
        marks.append(texts("life.recovery", needs=needs) if needs else texts("life.recovery_none"))
    bad = row.is_felt and row.valence < -0.15
    good = row.is_felt and row.valence > 0.15
    sign, tone = ("▼", "worse") if bad else ("▲", "better") if good else ("■", "quiet")
    quote = [html.Blockquote(texts.quoted(row.text), lang=row.language or None)] if row.text else []
    return html.Li(
        [
            html.Span(sign, className=f"sign {tone}", **{"aria-hidden": "true"}),
            html.Div(
                [
                    html.Div([html.Strong(name(row.type)), f" · {texts.moment(moment_of(row.occurred_at))}"]),
                    *quote,
                    *([html.Div(" · ".join(marks), className="quote-foot")] if marks else []),
                ]
            ),
        ]
    )
