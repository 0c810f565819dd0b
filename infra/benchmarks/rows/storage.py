"""Bytes on disk of all that is kept of events, beside the gzip of the raw events; and where they go."""

import itertools
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from clickhouse_connect.driver.client import Client

from infra.benchmarks.stage import accounted, published, stack, wait_for
from infra.benchmarks.suite import Figure, Row, Scale
from infra.simulation import Plan, sector_names, simulate
from infra.workers import running_worker
from streams.connections import connect

EACH, DAYS = 10, 365
"""Touchpoints of a customer, and days in which they are."""
GZIP = 31
"""zlib's window bits for the format of gzip."""
MOST_TIMES_GZIP = 2.5
MOST_COLUMNS = 12
"""Columns listed, the largest first; of parts so small that columns share a file nothing is known of them."""
PARTS = "WHERE database = currentDatabase() AND active AND table != 'migrations'"
TABLES = (
    f"SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts {PARTS} GROUP BY table ORDER BY bytes DESC"
)
COLUMNS = f"""
SELECT table, column, sum(column_bytes_on_disk) AS bytes
FROM system.parts_columns {PARTS} AND part_type = 'Wide'
GROUP BY table, column ORDER BY bytes DESC LIMIT {MOST_COLUMNS}
"""


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield bytes an event: raw, gzipped, of each table and of the largest columns, all merged."""
    touchpoints = scale.of(500_000, 20_000)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    plan = Plan(touchpoints // EACH, touchpoints, 5, start, DAYS, tuple(sector_names()))
    with stack() as settings, connect(settings) as client:
        events = published(settings, simulate(plan))
        with running_worker(settings):
            wait_for(lambda: accounted(client), events)
        raw, zipped = _sizes(plan)
        yield Figure("raw events", raw / events, "bytes/event")
        yield Figure("gzip of them", zipped / events, "bytes/event")
        whole = 0
        for table, size in _merged(client):
            whole += size
            yield Figure(f"table {table}", size / events, "bytes/event")
        yield Figure("all tables", whole / events, "bytes/event")
        yield Figure("all tables ÷ gzip", whole / zipped, "×", most=MOST_TIMES_GZIP)
        for table, column, size in client.query(COLUMNS).result_rows:
            yield Figure(f"column {table}.{column}", size / events, "bytes/event")


def _sizes(plan: Plan) -> tuple[int, int]:
    """Return the bytes of a plan's events as lines, raw and as one file of gzip."""
    packer = zlib.compressobj(wbits=GZIP)
    raw = zipped = 0
    for value in itertools.chain.from_iterable(block.values for block in simulate(plan)):
        raw += len(value) + 1
        zipped += len(packer.compress(value + b"\n"))
    return raw, zipped + len(packer.flush())


def _merged(client: Client) -> list[tuple[str, int]]:
    """Merge every table, as it is in time, and return the bytes of each."""
    for table, _ in client.query(TABLES).result_rows:
        client.command(f"OPTIMIZE TABLE {table} FINAL")
    return [(str(table), int(size)) for table, size in client.query(TABLES).result_rows]


ROW = Row("storage", "Bytes on disk beside the gzip of the raw events", measure)
