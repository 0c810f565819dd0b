"""What the page on the health of the data asks."""

from datetime import datetime
from functools import cached_property
from typing import TypeVar

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
from dashboards.store import StoreEmptyError

Some = TypeVar("Some")


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
        """When the last event was received, whatever became of it."""
        ask = self._context.store.rows
        received = [row.last_received_at for row in ask("data_health.sources", SourceRow)]
        received += [row.last_received_at for row in ask("data_health.rejected", RejectedRow)]
        return max(_some((*received, *(row.since for row in ask("data_health.held", HeldRow)))))

    def quiet(self) -> tuple[int, int]:
        """How many publishers have fallen quiet, of how many."""
        rows = self._context.store.rows("data_health.sources", SourceRow)
        return sum(row.is_quiet for row in rows), len(rows)

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


def _some(rows: tuple[Some, ...]) -> tuple[Some, ...]:
    if not rows:
        raise StoreEmptyError("nothing")
    return rows
