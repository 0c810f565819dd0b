"""Where a batch goes out: its rows to ClickHouse, then what it has to tell to Kafka, of nobody who is erased.

Both are tried again until they work. Each attempt leaves out who is erased by then, and an erasure waits
until it has ended.
"""

from collections.abc import AsyncIterator, Callable, Sequence, Set
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from typing import Protocol

from schemas.names import Table
from streams.crashpoints import Point, Reached, never
from streams.erasing import RowsOf, announced_of
from streams.identity import Circles
from streams.lane import Lane
from streams.outcome import Batch, Touched
from streams.sinks.journal import Journal
from streams.touched import touched_by

WRITTEN = {
    Table.REJECTED: Point.REJECTED_WRITTEN,
    Table.JOURNAL: Point.FACTS_WRITTEN,
    Table.STEPS: Point.STEPS_WRITTEN,
    Table.BONDS: Point.BONDS_WRITTEN,
}


class Announcer(Protocol):
    """Publishes what a batch brought; returns when Kafka has it."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def share_links(self, batch: Batch) -> None: ...
    async def announce(self, batch: Batch, touched: Sequence[Touched]) -> None: ...


class Links(Protocol):
    """Keeps the circles of all workers the same."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def catch_up(self) -> None: ...


class Outlet:
    """Writes and announces; the `journal` is written in this `lane` alone.

    `person_of` gives the pseudonym of a customer.
    """

    def __init__(
        self,
        lane: Lane,
        journal: Journal,
        announcer: Announcer,
        links: Links,
        circles: Circles,
        person_of: Callable[[str], str],
        reached: Reached = never,
    ) -> None:
        self._lane, self._journal, self._announcer = lane, journal, announcer
        self._links, self._circles = links, circles
        self._person_of, self._reached = person_of, reached

    async def open(self) -> None:
        """Connect."""
        await self._lane.wait_for("connecting to Kafka", self._announcer.start)

    async def close(self) -> None:
        """Disconnect, and begin nothing more."""
        await self._announcer.stop()
        self._lane.close()

    async def write(self, rows_of: RowsOf) -> None:
        """Return when rows are in ClickHouse, facts before what is derived from them."""
        await self._lane.do("writing", partial(self._journal.insert, rows_of, self._after_table))

    async def announce(self, batch: Batch) -> None:
        """Return when Kafka has all that a batch has to tell; its rows must be written."""
        await self._lane.wait_for("announcing", partial(self._announce, batch))

    async def _announce(self, batch: Batch) -> None:
        """Announce a batch, once; `streams.joining` says why in this order.

        Pairs are of pseudonyms, and shared whoever is erased. The rest tells customers' ids.
        """
        await self._announcer.share_links(batch)
        self._reached(Point.LINKS_SHARED)
        await self._links.catch_up()
        async with self._within() as erased:
            left = announced_of(batch, erased, self._person_of)
            await self._announcer.announce(left, touched_by(left, self._circles))

    @asynccontextmanager
    async def _within(self) -> AsyncIterator[Set[str]]:
        """Give the names of whom nothing may be announced until this ends; may wait, so it is asked aside."""
        with ExitStack() as held:
            yield await self._lane.do("reading erasures", lambda: held.enter_context(self._journal.within()))

    def _after_table(self, table: Table) -> None:
        if table in WRITTEN:
            self._reached(WRITTEN[table])
