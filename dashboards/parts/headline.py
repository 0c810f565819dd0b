"""The first question, is it good: a sentence, four numbers, the share of good and bad contacts."""

from collections.abc import Callable, Sequence

from dash import html
from dash.development.base_component import Component

from dashboards.answers.comparison import Difference
from dashboards.answers.headline import headline_of
from dashboards.answers.journey import Place, TouchpointRow
from dashboards.context import View
from dashboards.figures.spark import spark
from dashboards.parts.card import card
from dashboards.parts.top import Said
from dashboards.questions.journey_map import Compared, JourneyQuestions
from dashboards.state import COHORT, GROUPS
from dashboards.texts import Texts

Names = Callable[[JourneyQuestions, Sequence[str], Texts], list[str]]


def headline(ask: JourneyQuestions, view: View, names: Names) -> Said:
    """Return the sentence, what it rests on, and four numbers."""
    journey, texts = ask.journey, view.texts
    said = headline_of(journey, ask.compared.journey if ask.compared else None)
    loss, strongest = (_name(ask, place, names, texts) for place in (said.loss, said.strongest))
    title = texts(
        f"headline.{said.trend}", cause=texts(f"headline.{said.cause}", loss=loss, strongest=strongest)
    )
    sentences = [
        texts(
            "headline.end",
            index=texts.between(journey.end.mean, journey.end.margin),
            people=texts.number(journey.people),
            within=texts.arrow(journey.change.mean),
        )
    ]
    if said.difference and ask.compared:
        place = _name(ask, said.difference.place, names, texts)
        sentences.append(_differs(said.difference, _quoted(ask.compared, texts), place, texts))
    if said.loss:
        sentences.append(
            texts(
                "headline.loss",
                loss=loss,
                points=texts.number(-said.loss.impact.mean, 1),
                share=texts.percent(said.loss.people / journey.people),
                feeling=texts.number(-said.loss.feeling.mean, 1),
            )
        )
    return Said(title, " ".join(sentences), _cards(ask, view, names))


def compared_name(compared: Compared, texts: Texts) -> str:
    """Return what people call the journey compared with."""
    if compared.kind == COHORT:
        return f"{texts('filters.cohort')} {compared.value}"
    if compared.kind in GROUPS:
        return texts.name(compared.kind, compared.value)
    return texts(f"journey_map.{compared.kind}")


def _quoted(compared: Compared, texts: Texts) -> str:
    """Return the same in the middle of a sentence: a name is quoted, a time is not."""
    name = compared_name(compared, texts)
    is_named = compared.kind == COHORT or compared.kind in GROUPS
    return texts.quoted(name) if is_named else name


def _differs(difference: Difference, other: str, place: str, texts: Texts) -> str:
    end = difference.end
    margin = "" if end.margin is None else f" ± {texts.number(end.margin, 1)}"
    told = {"change": texts.arrow(end.mean) + margin, "other": other}
    if not end.is_clear:
        return texts("headline.alike", **told)
    if not place:
        return texts("headline.differs", **told)
    return texts("headline.differs_at", **told, place=place, points=texts.signed(difference.points))


def _name(ask: JourneyQuestions, place: Place | None, names: Names, texts: Texts) -> str:
    return names(ask, [place.key], texts)[0] if place else ""


def _cards(ask: JourneyQuestions, view: View, names: Names) -> list[Component]:
    journey, texts, theme = ask.journey, view.texts, view.theme
    course, risk = ask.course(), ask.at_risk()
    wanted = [place for place in (journey.biggest_loss, journey.strongest) if place]
    parts = ask.parts([place.key for place in wanted])
    risk_change = course.at_risk[-1] - course.at_risk[0]
    shown = [
        card(
            texts("cards.index"),
            texts.number(journey.end.mean, 1),
            texts("cards.index_change", change=texts.arrow(journey.change.mean)),
            journey.change.mean,
            spark(course.indexes, theme.better if journey.change.mean >= 0 else theme.worse),
        ),
        card(
            texts("cards.at_risk"),
            f"{texts.number(risk.at_risk)} · {texts.percent(risk.at_risk / max(1, risk.customers))}",
            texts("cards.at_risk_change", change=texts.arrow(risk_change, 0)),
            -risk_change,
            spark(course.at_risk, theme.worse if risk_change > 0 else theme.better),
        ),
    ]
    for place, key, colour in (
        (journey.biggest_loss, "cards.loss", theme.worse),
        (journey.strongest, "cards.strongest", theme.better),
    ):
        if place:
            told = texts(
                "cards.feeling", feeling=texts.arrow(place.feeling.mean), people=texts.number(place.people)
            )
            shown.append(
                card(
                    texts(key),
                    _name(ask, place, names, texts),
                    told,
                    place.feeling.mean,
                    spark(parts[place.key], colour),
                )
            )
        else:
            shown.append(card(texts(key), texts("cards.none")))
    return shown


def contacts_bar(rows: Sequence[TouchpointRow], people: int, texts: Texts) -> list[Component]:
    """Return the share of good, neutral and bad contacts as one bar with its numbers."""
    contacts = sum(row.contacts for row in rows)
    good, bad = sum(row.good for row in rows) / contacts, sum(row.bad for row in rows) / contacts
    shares = (("good", "▲", good), ("neutral", "■", 1 - good - bad), ("bad", "▼", bad))
    return [
        html.Div(
            [
                html.Span(style={"width": f"{100 * share:.2f}%"}, className=f"part {key}")
                for key, _, share in shares
            ],
            className="contacts-bar",
            **{"aria-hidden": "true"},
        ),
        html.Div(
            [
                html.Span(
                    f"{sign} {texts(f'contacts.{key}')} {texts.percent(share)}", className=f"contacts-{key}"
                )
                for key, sign, share in shares
            ],
            className="contacts-key",
        ),
        html.Div(
            texts("contacts.of", contacts=texts.number(contacts), people=texts.number(people)),
            className="contacts-of",
        ),
    ]
