"""How long from published to visible in the published view, at a steady rate.

The n-th event counts as visible when the view holds n: workers take partitions in turn, so the order of
events is nearly that of publishing. Reading the view takes its own time, which is in the figure.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from infra.benchmarks.stage import POLL_SECONDS, running_worker, wait_for
from infra.bulk import publish_all
from infra.simulation import Plan, sector_names, simulate
from schemas.names import MISSED, Topic
from schemas.settings import Settings
from streams.connections import connect, kafka_options

WARM_UP = 2_000
"""Events before the clock runs: the worker starts, joins its group, compiles nothing but warms caches."""
VISIBLE = (
    f"SELECT (SELECT count() FROM v_steps WHERE type != '{MISSED}')"
    " + (SELECT count() FROM profiles) + (SELECT count() FROM identity_links)"
)
"""What was published: a commitment that passed unkept was not."""


Mark = tuple[int, float]
"""So many events, at a time of the clock in seconds."""


def latencies_at(settings: Settings, rate: float, seconds: int) -> list[float]:
    """Publish so many events a second for so long; return the seconds until each was visible."""
    sectors, now = tuple(sector_names()), datetime.now(UTC)
    warm_up = Plan(200, WARM_UP, 1, now - timedelta(days=200), 100, sectors)
    plan = Plan(1_000, round(rate * seconds), 2, now - timedelta(days=90), 80, sectors)
    with running_worker(settings), connect(settings) as client:

        def visible() -> int:
            return int(client.command(VISIBLE))

        count = publish(settings, warm_up)
        wait_for(visible, count)
        return latencies_of(*watched(settings, plan, rate, lambda: visible() - count))


def publish(
    settings: Settings, plan: Plan, rate: float | None = None, told: Callable[[int], None] = lambda _: None
) -> int:
    """Publish a plan's events and return how many."""
    topic = settings.topic(Topic.TOUCHPOINTS)
    return asyncio.run(publish_all(simulate(plan), kafka_options(settings), topic, rate, told))


def watched(
    settings: Settings, plan: Plan, rate: float, visible: Callable[[], int]
) -> tuple[list[Mark], list[Mark]]:
    """Publish at a rate and look at the view meanwhile; return what was sent and what was seen when."""
    sent: list[Mark] = [(0, time.perf_counter())]
    seen: list[Mark] = []

    def told(count: int) -> None:
        sent.append((sent[-1][0] + count, time.perf_counter()))

    publisher = threading.Thread(target=publish, args=(settings, plan, rate, told))
    publisher.start()
    while publisher.is_alive() or seen[-1][0] < sent[-1][0]:
        number = visible()
        seen.append((number, time.perf_counter()))
        time.sleep(POLL_SECONDS)
    publisher.join()
    return sent, seen


def latencies_of(sent: list[Mark], seen: list[Mark]) -> list[float]:
    """Return for each mark of what was sent the seconds until the view held as many."""
    times = iter(seen)
    number, at = next(times)
    latencies = []
    for wanted, published in sent[1:]:
        while number < wanted:
            number, at = next(times)
        latencies.append(at - published)
    return latencies
