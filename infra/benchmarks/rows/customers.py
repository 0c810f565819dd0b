"""What a touchpoint costs as customers grow a thousandfold, some of them far busier than others; and memory.

How busy customers are follows Zipf's law: the n-th of them has 1 / n of the journeys of the first.
"""

from collections.abc import Callable, Iterator

import numpy as np
import psutil

from infra.benchmarks.altered import of_others, without_words
from infra.benchmarks.rows.worker import plan_of
from infra.benchmarks.stage import accounted, published, stack, wait_for
from infra.benchmarks.suite import Figure, Row, Scale
from infra.benchmarks.worker import seconds_of_worker
from infra.simulation import simulate
from infra.workers import running_worker
from schemas.settings import Settings
from streams.connections import connect

FEW, MANY = 1_000, 1_000_000
MOST_COST, MOST_MEGABYTES = 2.0, 600.0
SEED = 9
MANY_SECONDS = 7_200.0


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield events a second among few and many customers, and the memory of a worker that met everybody."""
    events = scale.of(400_000, 30_000)
    few, many = (_rate(events, customers) for customers in (FEW, MANY))
    yield Figure(f"{FEW:,} customers", few, "events/s")
    yield Figure(f"{MANY:,} customers", many, "events/s")
    yield Figure(f"cost at {MANY:,} ÷ cost at {FEW:,}", few / many, "×", most=MOST_COST)
    customers = scale.of(MANY, 20_000)
    with stack() as settings:
        megabytes = _megabytes(settings, customers)
    most = None if scale.quick else MOST_MEGABYTES
    yield Figure(f"worker at {customers:,} customers of 10 touchpoints", megabytes, "MB", most=most)


def _rate(events: int, customers: int) -> float:
    with stack() as settings:
        blocks = of_others(without_words(simulate(plan_of(events))), busy_by_zipf(customers))
        count = published(settings, blocks)
        return count / seconds_of_worker(settings, count)


def busy_by_zipf(customers: int) -> Callable[[str], str]:
    """Return who has the journey of a simulated customer: always the same one, by Zipf's law."""
    weights = 1 / np.arange(1, customers + 1)
    shares = np.cumsum(weights / weights.sum())
    chance, chosen = np.random.default_rng(SEED), dict[str, str]()

    def other(customer: str) -> str:
        if customer not in chosen:
            chosen[customer] = f"z{np.searchsorted(shares, chance.random()):07d}"
        return chosen[customer]

    return other


def _megabytes(settings: Settings, customers: int) -> float:
    """Return the resident memory of a worker when it has worked off ten touchpoints of everybody."""
    count = published(settings, without_words(simulate(plan_of(10 * customers))))
    with running_worker(settings) as worker, connect(settings) as client:
        wait_for(lambda: accounted(client), count, MANY_SECONDS)
        return psutil.Process(worker.pid).memory_info().rss / 1e6


ROW = Row("customers", "More customers, some of them busy", measure)
