"""What a customer lived through, as known at a time: read as it was told, judged by the laws of the stream.

Pages, the brief and `vincle explain` read one customer here, so that they have one number, and have it soon.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dashboards.access.guard import GuardedStore
from dashboards.answers.life import MOST_WITHOUT, Life, life_of
from dashboards.store import StoreEmptyError
from schemas.instants import LATEST, millis_of
from streams.bond.parameters import VERSIONS
from streams.history import Known, lived
from streams.rows import JournalRow


class KnownRow(NamedTuple):
    """What is known of a customer beside the life, and the time of the newest touchpoint journaled."""

    person_id: str
    segment: str
    language: str
    model_version: str
    at: datetime


class ToldRow(NamedTuple):
    """A row of the journal, as far as a life needs it."""

    person_id: str
    touchpoint_id: str
    content_hash: int
    revision: int
    kind: str
    type: str
    occurred_at: int
    department: str
    stage: str
    episode_id: str
    case_id: str
    valence: float
    arousal: float
    importance: float
    confidence: float
    promise: float
    profile_surprise: float
    profile_relief: float
    profile_gratitude: float
    profile_familiarity: float
    profile_belonging: float
    recovery: bool
    needs_met_mask: int
    needs_asked_mask: int
    outcome: str
    moment_of_truth: bool
    moment_number: int
    commitment_id: str
    due_at: int
    felt_if_missed: Sequence[float]
    keeps_id: str
    language: str
    text: str

    def journaled(self) -> JournalRow:
        """Return the row; what was not asked for is empty."""
        return JournalRow(**self._asdict(), **_NOT_ASKED)


_NUMBERS = frozenset({"known_at", "first_received_at", "kafka_partition", "kafka_offset"})
_NOT_ASKED: dict[str, Any] = {
    field: 0 if field in _NUMBERS else b"" if field == "payload" else ""
    for field in JournalRow.__struct_fields__
    if field not in ToldRow._fields
}


def known_of(store: GuardedStore, person: str) -> KnownRow:
    """Return who has a name, by its pseudonym; raises StoreError, StoreEmptyError if it is nobody's."""
    return store.row("customer.known", KnownRow, person=person)


def lived_by(store: GuardedStore, person: str, at: datetime, known_by: datetime = LATEST) -> list[JournalRow]:
    """Return what a customer lived through until a time, as known by another, in the order of time.

    `person` is the pseudonym of any of their names. Missed commitments are among it. Raises StoreError.
    """
    told = store.rows("customer.told", ToldRow, person=person, known_by=known_by)
    return lived(Known([row.journaled() for row in told], frozenset()), millis_of(at))


def life_until(store: GuardedStore, known: KnownRow, at: datetime, most_without: int = MOST_WITHOUT) -> Life:
    """Return a customer's life until a time; raises StoreError, StoreEmptyError if nothing was felt."""
    rows = lived_by(store, known.person_id, at)
    if known.model_version not in VERSIONS or not any(row.is_felt for row in rows):
        raise StoreEmptyError("nothing was felt")
    return life_of(rows, at, VERSIONS[known.model_version], most_without)
