"""Under which other names a customer is known."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboards.questions.customer import NameRow
from dashboards.texts import Texts


def joined(names: Sequence[NameRow], person_id: str, texts: Texts) -> list[Component]:
    """Return the beginnings of the other pseudonyms of a person, and since when each link is known."""
    others = [row for row in names if row.name_id != person_id]
    if not others:
        return []
    told: list[Component | str] = [texts("life.names", n=texts.number(len(others)))]
    for row in others:
        since = f" ({texts.day(row.since_at.astimezone(texts.zone).date())})" if row.since_at else ""
        told += [" ", html.Code(row.name_id[:10]), since]
    return [html.Div(told, className="pseudonym")]
