"""What the page on the health of the data asks."""

from datetime import datetime
from functools import cached_property

from dashboards.answers.data_health import (
    HeldRow,
    LanguageRow,
    PartitionRow,
    RejectedRow,
    SourceRow,
    Whole,
    whole_of,
)
from dashboards.context import Context
from dashboards.store import Row, StoreEmptyError


class HealthQuestions:
    """Everything about what came in, ever; raises StoreEmptyError where there is nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @cached_property
    def whole(self) -> Whole:
        """All partitions together."""
        return whole_of(self.partitions())

    @property
    def newest(self) -> datetime:
        """When the last event was received."""
        return max(row.last_received_at for row in self.sources())

    def sources(self) -> tuple[SourceRow, ...]:
        """The publishers, the quietest first."""
        return _some(self._context.store.rows("data_health.sources", SourceRow))

    def rejected(self) -> tuple[RejectedRow, ...]:
        """What could not be read."""
        return _some(self._context.store.rows("data_health.rejected", RejectedRow))

    def held(self) -> tuple[HeldRow, ...]:
        """What waits."""
        return _some(self._context.store.rows("data_health.held", HeldRow))

    def languages(self) -> tuple[LanguageRow, ...]:
        """In which languages customers spoke."""
        return _some(self._context.store.rows("data_health.languages", LanguageRow))

    def partitions(self) -> tuple[PartitionRow, ...]:
        """What became of the events of each partition."""
        return _some(self._context.store.rows("data_health.partitions", PartitionRow))


def _some(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    if not rows:
        raise StoreEmptyError("nothing")
    return rows
