"""How long from published to visible in the published view, at a steady rate.

The n-th event counts as visible when the view holds n: workers take partitions in turn, so the order of
events is nearly that of publishing. Reading the view takes its own time, which is in the figure.
"""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from infra.benchmarks.stage import POLL_SECONDS, published, running_worker, wait_for
from infra.bulk import Block
from infra.simulation import Plan, sector_names, simulate
from schemas.names import MISSED
from schemas.settings import Settings
from streams.connections import connect

WARM_UP = 2_000
VISIBLE = (
    f"SELECT (SELECT count() FROM v_steps WHERE type != '{MISSED}')"
    " + (SELECT count() FROM profiles) + (SELECT count() FROM identity_links)"
)
"""What was published: a commitment that passed unkept was not."""


Mark = tuple[int, float]
"""So many events, at a time of the clock in seconds."""


def latencies_at(settings: Settings, rate: float, seconds: int) -> list[float]:
    """Publish so many events a second for so long; return the seconds until each was visible."""
    with running_worker(settings), connect(settings) as client:

        def visible() -> int:
            return int(client.command(VISIBLE))

        count = published(settings, simulate(warm_up()))
        wait_for(visible, count)
        blocks = simulate(lived(rate * seconds))
        return latencies_of(*watched(settings, blocks, rate, lambda: visible() - count))


def warm_up() -> Plan:
    """Return journeys before the clock runs: the worker starts, joins its group, fills its caches."""
    return Plan(200, WARM_UP, 1, datetime.now(UTC) - timedelta(days=200), 100, tuple(sector_names()))


def lived(touchpoints: float) -> Plan:
    """Return the journeys that are watched, later than those of the warm-up."""
    start = datetime.now(UTC) - timedelta(days=90)
    return Plan(1_000, round(touchpoints), 2, start, 80, tuple(sector_names()))


def watched(
    settings: Settings, blocks: Iterable[Block], rate: float, visible: Callable[[], int]
) -> tuple[list[Mark], list[Mark]]:
    """Publish at a rate and look at the view meanwhile; return what was sent and what was seen when."""
    sent: list[Mark] = [(0, time.perf_counter())]
    seen: list[Mark] = []

    def told(count: int) -> None:
        sent.append((sent[-1][0] + count, time.perf_counter()))

    publisher = threading.Thread(target=published, args=(settings, blocks, rate, told))
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
    for wanted, sent_at in sent[1:]:
        while number < wanted:
            number, at = next(times)
        latencies.append(at - sent_at)
    return latencies
