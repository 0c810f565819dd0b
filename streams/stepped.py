"""A folded touchpoint: the row that is derived from it, and what the rules of alerts see. Pure."""

from collections.abc import Iterable, Sequence

from schemas.names import NO_LANGUAGE
from streams.alerts.lived import Lived
from streams.rows import JournalRow, StepRow
from streams.value import Value

UNMOVED = (0.0, 0.0, 0.0, 0.0, 0.0)
UNREAD = (None, None, None)
MOST_PLACES = 0xFFFF


class Stepped(Value, frozen=True):
    """A row on its way to a step."""

    row: JournalRow
    moved: Sequence[float]
    """Local impact on each of the five emotions."""
    read: tuple[float | None, float | None, float | None]
    """Index before and after, and evidence after."""
    stands: bool = True


def step_rows(stepped: Iterable[Stepped], person_id: str, model_version: str, revision: int) -> list[StepRow]:
    """Return the rows of the table of steps, of touchpoints in order: those of one time come together."""
    rows, at_ms, place = list[StepRow](), None, 0
    for one in stepped:
        place = min(place + 1, MOST_PLACES) if one.row.occurred_at == at_ms else 0
        at_ms = one.row.occurred_at
        rows.append(_step_row(one, place, person_id, model_version, revision))
    return rows


def _step_row(stepped: Stepped, place: int, person_id: str, model_version: str, revision: int) -> StepRow:
    row = stepped.row
    surprise, relief, gratitude, familiarity, belonging = stepped.moved
    before, after, evidence = stepped.read
    return StepRow(
        row.person_id,
        person_id,
        row.touchpoint_id,
        row.kind,
        row.type,
        row.occurred_at,
        place,
        row.department,
        row.stage,
        row.channel,
        row.sector,
        row.episode_id,
        row.case_id,
        row.valence,
        surprise,
        relief,
        gratitude,
        familiarity,
        belonging,
        row.outcome,
        row.moment_of_truth,
        row.recovery and sum(stepped.moved) > 0.0,
        row.needs_met_mask,
        before,
        after,
        evidence,
        row.first_received_at,
        model_version,
        revision,
        not stepped.stands,
    )


def lived_of(stepped: Stepped) -> Lived:
    """Return a step as the rules of alerts see it: only what was felt has an index."""
    row = stepped.row
    before, after, _ = stepped.read if row.is_felt else UNREAD
    return Lived(
        row.touchpoint_id,
        row.occurred_at,
        row.episode_id,
        row.case_id,
        row.department,
        row.outcome,
        row.moment_of_truth,
        "" if row.language == NO_LANGUAGE else row.language,
        row.needs_asked_mask,
        sum(stepped.moved),
        before,
        after,
        row.event_id,
    )
