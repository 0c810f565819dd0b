"""One customer as a worker remembers them: what is known folded into a few figures. Pure."""

from collections.abc import Sequence

from streams.alerts.watch import Watch
from streams.bond.seen import Seen, mark_of
from streams.bond.state import State
from streams.commitments import NONE_MADE, Commitments
from streams.rows import JournalRow
from streams.value import Value

NOTHING_SEEN = Seen()
REVISION_OFFSET_BITS, REVISION_ROW_BITS = 30, 10
"""A revision is the highest offset folded in, then the number of rows and of ids taken back, then that of
missed commitments: it grows with whatever is known, and with time. One row can take back a thousand."""


class Person(Value, frozen=True):
    """One customer as of the last batch that touched them."""

    state: State
    last_ms: int
    """Latest touchpoint of any kind, or missed commitment."""
    newest_ms: int
    """Latest touchpoint that is known, standing or not."""
    touchpoints: int
    """Standing ones of any kind, and missed commitments."""
    felt: int
    rows: int
    """Journal rows that were looked at, standing or not, and ids taken back."""
    last_offset: int
    """Highest Kafka offset that is in the state."""
    unfelt: Seen
    """Ids of what nobody felt; the state has met those of the felt."""
    watch: Watch
    """What the rules of alerts remember."""
    commitments: Commitments = NONE_MADE
    read_again: int = 0
    """Readings after the first that were looked at."""
    withdrawn: Seen = NOTHING_SEEN
    """Ids of events of theirs that were taken back, some of which may be still to come."""

    @property
    def revision(self) -> int:
        """Revision of the derived rows: higher whenever more is known."""
        offset = self.last_offset + 1 << REVISION_OFFSET_BITS
        return offset + (self.rows << REVISION_ROW_BITS) + self.commitments.missed

    def after(
        self,
        state: State,
        watch: Watch,
        stood: Sequence[JournalRow],
        seen: Sequence[JournalRow],
        commitments: Commitments,
    ) -> "Person":
        """Return the person after what stood, missed commitments with it, in order, of all that was seen."""
        newest_ms, last_offset, read_again = self.newest_ms, self.last_offset, self.read_again
        for row in seen:
            newest_ms, last_offset = max(newest_ms, row.occurred_at), max(last_offset, row.kafka_offset)
            read_again += row.revision > 0
        felt, unfelt = self.felt, b""
        for row in stood:
            if row.is_felt:
                felt += 1
            else:
                unfelt += mark_of(row.touchpoint_id)
        return Person(
            state,
            stood[-1].occurred_at if stood else self.last_ms,
            newest_ms,
            self.touchpoints + len(stood),
            felt,
            self.rows + len(seen),
            last_offset,
            self.unfelt.also(unfelt) if unfelt else self.unfelt,
            watch,
            commitments,
            read_again,
            self.withdrawn,
        )
