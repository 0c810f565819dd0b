"""What the agent brief asks: as little as it needs, for somebody is waiting on the line."""

from datetime import datetime
from typing import NamedTuple

from dashboards.answers.brief import CommitmentRow, Known, Voice, brief_of
from dashboards.answers.life import LifeRow, life_of
from dashboards.context import Context
from dashboards.store import StoreEmptyError
from dashboards.texts import Texts
from schemas.brief import Brief
from streams.bond.parameters import VERSIONS


class KnownRow(NamedTuple):
    """What is known of a customer beside the life, and the time of the newest touchpoint journaled."""

    person_id: str
    segment: str
    language: str
    model_version: str
    at: datetime


def brief(context: Context, person: str, texts: Texts, at: datetime | None = None) -> Brief:
    """Return the brief of whose name a pseudonym is, as of a time, else of the newest touchpoint journaled.

    Raises StoreEmptyError if nothing was felt by then.
    """
    known = context.store.row("brief.known", KnownRow, person=person)
    until = at or known.at
    rows = context.store.rows("customer.touchpoints", LifeRow, person=known.person_id, to=until)
    if known.model_version not in VERSIONS or not any(row.kind == "felt" for row in rows):
        raise StoreEmptyError("nothing was felt")
    commitments = context.store.rows("brief.commitments", CommitmentRow, person=known.person_id, to=until)
    parameters = VERSIONS[known.model_version]
    life = life_of(rows, until, parameters, most_without=0)
    voice = Voice(context.type_name(texts), lambda key: texts(f"brief.avoid_{key}"), texts.language)
    return brief_of(Known(*known[:4]), life, commitments, parameters, voice)
