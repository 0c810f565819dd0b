"""How long from published to readable in the published view, at a steady rate.

Some touchpoints a second are looked for by their ids until the view has them: to count all that the view
holds, over and over, costs more the more it holds.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from clickhouse_connect.driver.client import Client

from infra.benchmarks.stage import DEADLINE_SECONDS, accounted, published, wait_for
from infra.bulk import Block
from infra.simulation import Plan, sector_names, simulate
from infra.workers import running_worker
from schemas.instants import instant_of
from schemas.names import View
from schemas.settings import Settings
from streams.connections import connect

WARM_UP = 2_000
WATCHED_A_SECOND = 20
LOOK_SECONDS = 0.02
READABLE = f"""
SELECT touchpoint_id FROM {View.STEPS}
WHERE occurred_at >= fromUnixTimestamp64Milli({{since:Int64}}) AND touchpoint_id IN {{ids:Array(String)}}
"""


class Watched(NamedTuple):
    """A touchpoint that is looked for."""

    place: int
    """Among all that are sent, from 1."""
    id: str
    occurred_ms: int


def latencies_at(settings: Settings, rate: float, seconds: int) -> list[float]:
    """Publish so many events a second for so long; return the seconds until each watched one was readable."""
    with running_worker(settings), connect(settings) as client:
        count = published(settings, simulate(warm_up()))
        wait_for(lambda: accounted(client), count)
        return watch(settings, client, simulate(lived(rate * seconds)), rate)


def warm_up() -> Plan:
    """Return journeys before the clock runs: the worker starts, joins its group, fills its caches."""
    return Plan(200, WARM_UP, 1, datetime.now(UTC) - timedelta(days=200), 100, tuple(sector_names()))


def lived(touchpoints: float) -> Plan:
    """Return the journeys that are watched, later than those of the warm-up."""
    start = datetime.now(UTC) - timedelta(days=90)
    return Plan(1_000, round(touchpoints), 2, start, 80, tuple(sector_names()))


def watch(
    settings: Settings,
    client: Client,
    blocks: Iterable[Block],
    rate: float,
    is_watched: Callable[[str], bool] = lambda customer: True,
) -> list[float]:
    """Publish at a rate; return the seconds until each watched touchpoint was readable, the look included.

    `is_watched` says of which customers. TimeoutError if one does not become readable in time.
    """
    chosen: list[Watched] = []
    sent: list[tuple[int, float]] = [(0, 0.0)]
    every = max(1, round(rate / WATCHED_A_SECOND))

    def told(count: int) -> None:
        sent.append((sent[-1][0] + count, time.perf_counter()))

    noted = _noted(blocks, every, is_watched, chosen)
    publisher = threading.Thread(target=published, args=(settings, noted, rate, told))
    publisher.start()
    readable: dict[str, float] = {}
    deadline = time.monotonic() + DEADLINE_SECONDS
    while publisher.is_alive() or len(readable) < len(chosen):
        looked_for = [one for one in chosen if one.place <= sent[-1][0] and one.id not in readable]
        if looked_for:
            asked = {
                "since": min(one.occurred_ms for one in looked_for),
                "ids": [one.id for one in looked_for],
            }
            found = client.query(READABLE, asked).result_rows
            readable |= dict.fromkeys((touchpoint_id for (touchpoint_id,) in found), time.perf_counter())
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(readable)} of {len(chosen)} touchpoints are readable")
        time.sleep(LOOK_SECONDS)
    publisher.join()
    marks = iter(sent)
    count, at = next(marks)
    latencies = []
    for one in chosen:
        while count < one.place:
            count, at = next(marks)
        latencies.append(readable[one.id] - at)
    return latencies


def _noted(
    blocks: Iterable[Block], every: int, is_watched: Callable[[str], bool], chosen: list[Watched]
) -> Iterator[Block]:
    """Pass events on, and choose one of so many, or the next touchpoint after it that is watched."""
    place, due = 0, 0
    for block in blocks:
        for value in block.values:
            place += 1
            if place >= due:
                event = msgspec.json.decode(value)
                if event["type"].startswith("touchpoint.") and is_watched(event["subject"]):
                    id_ = f"{event['source']}|{event['id']}"
                    chosen.append(Watched(place, id_, instant_of(event["time"])))
                    due = place + every
        yield block
