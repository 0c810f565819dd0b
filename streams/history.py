"""What the journal knows of a person, and what of it stands. Pure."""

from collections.abc import Iterable, Sequence

from streams.commitments import of_history
from streams.rows import JournalRow
from streams.value import Value

NEVER_MS = -(2**62)
"""Before any touchpoint."""
FOR_EVER_MS = 2**62
"""After any touchpoint."""
HISTORIES_AT_ONCE = 2_000
"""People whose whole past is in memory together: after an outage, or where partitions have just come, a batch
asks for that of thousands."""


class Known(Value, frozen=True):
    """What the journal knows of a person: every row of the touchpoints, and the ids of events taken back."""

    rows: Sequence[JournalRow]
    withdrawn: frozenset[str]


def reread_events(known: Known) -> frozenset[str]:
    """Return the events of which there is a reading after the first."""
    return frozenset(row.event_id for row in known.rows if row.revision > 0)


def together(names: Iterable[Known]) -> Known:
    """Return the joined log of several names."""
    logs = list(names)
    rows = [row for log in logs for row in log.rows]
    return Known(rows, frozenset().union(*(log.withdrawn for log in logs)))


def distinct(known: Known) -> Known:
    """Return what is known, each row once: ClickHouse may not have dropped the equal ones yet."""
    return Known(list({row.key: row for row in known.rows}.values()), known.withdrawn)


def in_order(rows: Iterable[JournalRow]) -> list[JournalRow]:
    """Return rows in the order of time (t, id)."""
    return sorted(rows, key=lambda row: (row.occurred_at, row.touchpoint_id))


def standing(known: Known) -> list[JournalRow]:
    """Return the row that stands for each touchpoint, in the order of time.

    Of several contents of an event the one with the least hash stands, with its moments; of several readings
    the highest revision; arrival plays no part. What was withdrawn does not stand.
    """
    best: dict[str, JournalRow] = {}
    least: dict[tuple[str, str], int] = {}
    for row in known.rows:
        rival = best.get(row.touchpoint_id)
        if rival is None or _rank(row) < _rank(rival):
            best[row.touchpoint_id] = row
        if not row.moment_number:
            event = row.person_id, row.touchpoint_id
            least[event] = min(row.content_hash, least.get(event, row.content_hash))
    return in_order(
        row
        for row in best.values()
        if row.event_id not in known.withdrawn
        and row.content_hash == least.get((row.person_id, row.event_id), row.content_hash)
    )


def _rank(row: JournalRow) -> tuple[int, int, str]:
    """Return what decides which row of a touchpoint stands; the name, where two names of a person had it."""
    return row.content_hash, -row.revision, row.person_id


def lived(known: Known, at_ms: int) -> list[JournalRow]:
    """Return what stands until a time, and the commitments missed by then, in the order of time."""
    rows = [row for row in standing(known) if row.occurred_at <= at_ms]
    absences, _ = of_history(rows, at_ms)
    return in_order([*rows, *absences])
