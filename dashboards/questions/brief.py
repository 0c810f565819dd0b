"""What the agent brief asks: as little as it needs, for somebody is waiting on the line."""

from datetime import datetime

from dashboards.answers.brief import Known, Voice, brief_of
from dashboards.context import Context
from dashboards.questions.told import known_of, life_until
from dashboards.texts import Texts
from schemas.brief import Brief
from streams.bond.parameters import VERSIONS


def brief(context: Context, person: str, texts: Texts, at: datetime | None = None) -> Brief:
    """Return the brief of whose name a pseudonym is, as of a time, else of the newest touchpoint journaled.

    Raises StoreError, StoreEmptyError if nothing was felt by then.
    """
    known = known_of(context.store, person)
    life = life_until(context.store, known, at or known.at, most_without=0)
    voice = Voice(context.type_name(texts), lambda key: texts(f"brief.avoid_{key}"), texts.language)
    return brief_of(Known(*known[:4]), life, VERSIONS[known.model_version], voice)
