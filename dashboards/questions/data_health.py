"""What the page on the health of the data asks."""

from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from dashboards.answers.data_health import (
    Apart,
    HeldRow,
    LanguageRow,
    PartitionRow,
    RejectedRow,
    SourceRow,
    Whole,
    whole_of,
)
from dashboards.context import Context
from dashboards.state import EPOCH, Filters, Window
from dashboards.store import StoreEmptyError


class LastRow(NamedTuple):
    """When the last event was received; EPOCH if there was none."""

    received_at: datetime


class HealthQuestions:
    """Everything about what came in, by one choice of filters; a period ends with the last that came in."""

    def __init__(self, context: Context, filters: Filters) -> None:
        self._context, self._filters = context, filters

    @cached_property
    def newest(self) -> datetime:
        """When the last event was received, whatever became of it; StoreEmptyError if there was none."""
        newest = self._context.store.row("data_health.newest", LastRow).received_at
        if newest <= EPOCH:
            raise StoreEmptyError("nothing has come in")
        return newest

    @cached_property
    def window(self) -> Window:
        """When what is told was received."""
        return self._filters.window(self.newest)

    @cached_property
    def whole(self) -> Whole:
        """All partitions together, ever: an offset knows neither publisher nor period."""
        return whole_of(self.partitions())

    @property
    def apart(self) -> Apart:
        """What is in no figure."""
        return Apart(sum(row.events for row in self.rejected()), sum(row.events for row in self.held()))

    def quiet(self) -> tuple[int, int]:
        """How many publishers have fallen quiet, of how many."""
        rows = self.sources()
        return sum(row.is_quiet for row in rows), len(rows)

    def sources(self) -> tuple[SourceRow, ...]:
        """The publishers, those first that have fallen quiet, then those heard of longest ago."""
        rows = self._context.store.rows("data_health.sources", SourceRow, **self._chosen)
        return tuple(sorted(rows, key=lambda row: not row.is_quiet))

    def rejected(self) -> tuple[RejectedRow, ...]:
        """What could not be read."""
        return self._context.store.rows("data_health.rejected", RejectedRow, **self._chosen)

    def held(self) -> tuple[HeldRow, ...]:
        """What waits."""
        return self._context.store.rows("data_health.held", HeldRow, **self._chosen)

    def languages(self) -> tuple[LanguageRow, ...]:
        """In which languages customers spoke, all of them."""
        return self._context.store.rows("data_health.languages", LanguageRow, **self._chosen)

    def partitions(self) -> tuple[PartitionRow, ...]:
        """What became of the events of each partition."""
        return self._context.store.rows("data_health.partitions", PartitionRow)

    @property
    def _chosen(self) -> dict[str, object]:
        return {**self.window.parameters, "source": self._filters.source}
