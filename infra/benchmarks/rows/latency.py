"""From published to readable in the published view, at steady rates, beside a single insert and a select."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from infra.benchmarks.latency import latencies_at
from infra.benchmarks.stage import stack
from infra.benchmarks.suite import Figure, Row, Scale
from schemas.names import DatabaseUser
from schemas.settings import Settings
from streams.connections import connect

RATES = {100.0: (None, None), 1_000.0: (0.3, 1.0), 5_000.0: (None, None)}
"""Events a second, and the seconds that the 50th and the 99th percentile may take."""
INSERTS = 50


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield percentiles of the seconds from published to readable."""
    with stack() as settings:
        yield Figure("a single insert and a select, p50", _floor(settings), "s")
    for rate, (half, most) in RATES.items():
        with stack() as settings:
            latencies = latencies_at(settings, rate, scale.of(60, 10))
        yield Figure(f"p50 at {rate:g}/s", float(np.percentile(latencies, 50)), "s", most=half)
        yield Figure(f"p99 at {rate:g}/s", float(np.percentile(latencies, 99)), "s", most=most)


def _floor(settings: Settings) -> float:
    """Return the median seconds of an insert of one row and a look whether it is there."""
    seconds = []
    with connect(settings, DatabaseUser.ADMIN) as client:
        client.command("CREATE TABLE floor (at DateTime64(3), n UInt32) ENGINE = MergeTree ORDER BY n")
        for number in range(INSERTS):
            started = time.perf_counter()
            client.insert("floor", [[datetime.now(UTC), number]])
            client.command("SELECT count() FROM floor")
            seconds.append(time.perf_counter() - started)
    return float(np.median(seconds))


ROW = Row("latency", "From published to readable", measure)
