"""One customer has half of all touchpoints: how long the others' take to be readable, beside an even load."""

from collections.abc import Callable, Iterator
from itertools import count

import numpy as np

from infra.benchmarks.altered import of_others
from infra.benchmarks.latency import lived, warm_up, watch
from infra.benchmarks.stage import accounted, published, stack, wait_for
from infra.benchmarks.suite import Figure, Row, Scale
from infra.simulation import simulate
from infra.workers import running_worker
from streams.connections import connect

RATE = 1_000.0
"""Events a second, of all together."""
HOT = "hot"
MOST = 2.0


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the 99th percentile of the others' seconds from published to readable, and how it grows."""
    seconds = scale.of(60, 10)
    even, beside = _p99(seconds, share=1), _p99(seconds, share=2)
    yield Figure(f"p99 at {RATE:g}/s, even", even, "s")
    yield Figure(f"p99 of the others at {RATE:g}/s, half of them one customer's", beside, "s")
    yield Figure("half one customer's ÷ even", beside / even, "×", most=MOST)


def _p99(seconds: int, share: int) -> float:
    """Return the percentile where one of `share` events is of customers as they are, the rest of one."""
    with stack() as settings, running_worker(settings), connect(settings) as client:
        count = published(settings, of_others(simulate(warm_up()), str))
        wait_for(lambda: accounted(client), count)
        blocks = of_others(simulate(lived(RATE * seconds)), _every(share))
        latencies = watch(settings, client, blocks, RATE, lambda customer: customer != HOT)
        return float(np.percentile(latencies, 99))


def _every(share: int) -> Callable[[str], str]:
    """Return who an event goes to: one of `share` in turn to whose it is, all others to the hot customer."""
    turn = count(1)
    return lambda customer: HOT if next(turn) % share else customer


ROW = Row("hot", "One customer with half of the traffic", measure)
