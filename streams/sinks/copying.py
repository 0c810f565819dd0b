"""Renews the copy of what customers felt (felt_lives), from which what-ifs read everybody at once.

Nothing waits for it and nothing is wrong without it: whose row is older than the bond is derived from the
journal whenever it is asked (v_felt). It costs the hot path nothing but a share of the machine, now and then.
"""

import asyncio
import logging
import time
from collections.abc import Iterator, Set
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc
from clickhouse_connect.driver.client import Client

from schemas.names import Table, View
from streams.outages import is_outage
from streams.sinks.door import Door
from streams.sinks.journal import INSERT_SETTINGS

MOST_FELT = 25_000
"""Touchpoints that are copied in one go, or one life: memory stays the same however long lives are."""
REST = 4.0
"""After each piece nothing is copied for so many times as long as it took. Where a million touchpoints came
at once it was copied all the time, and the stream had what was left of the machine."""
STALE = f"""
SELECT person_id, revision, felt FROM {Table.BONDS} FINAL
WHERE felt > 0 AND (person_id, revision) NOT IN (SELECT person_id, revision FROM {Table.FELT_LIVES} FINAL)
ORDER BY person_id
"""
DERIVED = f"SELECT * FROM {View.FELT_DERIVED}(first = {{first:String}}, until = {{until:String}})"

logger = logging.getLogger(__name__)


def renew(client: Client, door: Door, most_felt: int = MOST_FELT) -> Iterator[int]:
    """Renew the rows that are older than the bonds; yield after each insert how many were renewed."""
    # Revisions are read before the lives: a life may know more than its revision tells, but never less.
    stale = client.query_arrow(STALE, use_strings=True)
    for piece, until in _pieces(stale, most_felt):
        bounds = {"first": str(piece["person_id"][0]), "until": until}
        # What was read of a customer before an erasure must not be written after it.
        with door.within() as erased:
            lives = client.query_arrow(DERIVED, bounds, use_strings=True)
            if rows := _marked(lives, piece, erased):
                client.insert_arrow(Table.FELT_LIVES, rows, settings=INSERT_SETTINGS)
        if rows:
            yield len(rows)


def _pieces(stale: pa.Table, most_felt: int) -> Iterator[tuple[pa.Table, str]]:
    """Yield pieces of so many touchpoints, or of one person, each with the first name of the next."""
    start = 0
    while start < len(stale):
        next_ones = stale.slice(start, most_felt)  # of each was felt something
        count = max(1, pc.sum(pc.less_equal(pc.cumulative_sum(next_ones["felt"]), most_felt)).as_py())
        end = start + count
        until = str(stale["person_id"][end]) if end < len(stale) else ""
        yield stale.slice(start, count), until
        start = end


def _marked(lives: pa.Table, stale: pa.Table, erased: Set[str]) -> pa.Table:
    """Return lives with the revisions known before they were read; without who came since, or was erased."""
    gone = pc.is_in(stale["person_id"], value_set=pa.array(sorted(erased), pa.string()))
    stale = stale.filter(pc.invert(gone))
    place = pc.index_in(lives["person_id"], stale["person_id"])
    known = lives.filter(pc.is_valid(place))
    return known.append_column("revision", stale["revision"].take(place.drop_null()))


class Copier:
    """Renews the copy off the event loop, by a client of its own."""

    def __init__(self, client: Client, door: Door) -> None:
        self._client, self._door = client, door
        self._thread = ThreadPoolExecutor(1, "copy")

    async def renew(self) -> None:
        """Return when the copy is renewed; an outage is left to the next time."""
        pieces, count = renew(self._client, self._door), 0
        try:
            began = time.monotonic()
            while renewed := await self._next(pieces):
                count += renewed
                await asyncio.sleep(REST * (time.monotonic() - began))
                began = time.monotonic()
        except Exception as error:
            if not is_outage(error):
                raise
            logger.warning("renewing the copy of what was felt failed, leaving it for later: %s", error)
        else:
            logger.info("renewed the copy of what %d customers felt", count)

    async def _next(self, pieces: Iterator[int]) -> int:
        """Return how many were renewed in the next piece; 0 if there is none."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, next, pieces, 0)
