"""What a touchpoint costs as customers and histories grow, and with a second worker."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

from infra.benchmarks.altered import without_words
from infra.benchmarks.rows.worker import plan_of
from infra.benchmarks.stage import accounted, published, stack, wait_for
from infra.benchmarks.suite import Figure, Row, Scale
from infra.benchmarks.worker import seconds_of_worker
from infra.simulation import simulate
from infra.workers import running_worker
from streams.connections import connect


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield events a second, and how much dearer a touchpoint is than in the smallest of its kind."""
    events = scale.of(200_000, 30_000)
    few = _rate(events, events // 10)
    yield Figure("10 touchpoints a customer", few, "events/s")
    for history in (100, 1_000):
        rate = _rate(events, max(1, events // history))
        yield Figure(f"{history} touchpoints a customer", rate, "events/s")
        yield Figure(f"cost at {history} ÷ cost at 10", few / rate, "×", most=1.5)
    two = _rate(events, events // 10, workers=2)
    yield Figure("two workers", two, "events/s")
    yield Figure("two workers ÷ one", two / few, "×")


def _rate(events: int, customers: int, workers: int = 1) -> float:
    plan = replace(plan_of(events), customers=customers)
    with stack() as settings:
        count = published(settings, without_words(simulate(plan)))
        if workers == 1:
            return count / seconds_of_worker(settings, count)
        with ExitStack() as running, connect(settings) as client:
            for _ in range(workers):
                running.enter_context(running_worker(settings))
            first = wait_for(lambda: accounted(client), 1)
            already = accounted(client)
            last = wait_for(lambda: accounted(client), count)
            return (count - already) / (last - first)


ROW = Row("growth", "Longer histories, more workers", measure)
