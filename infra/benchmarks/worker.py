"""The worker, end to end into ClickHouse, beside a plain Faust agent that only counts.

    python -m infra.benchmarks.worker [--events 200000] [--customers 20000]

Both read the same events from the same broker, one after the other, each with a consumer group of its own.
The clock of each runs from its first event to its last, so starting up does not count.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from infra.benchmarks.stage import accounted, running_worker, stack, wait_for
from infra.bulk import publish_all
from infra.simulation import Block, Plan, sector_names, simulate
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import connect, kafka_options

DAYS = 180
PLAIN_AGENT = r"""
import os
import sys
import time
import faust
app = faust.App("plain-count", broker="kafka://" + sys.argv[1], web_enabled=False, topic_disable_leader=True,
                consumer_auto_offset_reset="earliest", datadir=sys.argv[4])
count, first = 0, 0.0
@app.agent(app.topic(sys.argv[2], value_serializer="json"))
async def counting(events):
    global count, first
    async for event in events:
        count += 1
        if count == 1:
            first = time.perf_counter()
        if count == int(sys.argv[3]):
            os.write(1, b"seconds %f\n" % (time.perf_counter() - first))
from faust.worker import Worker
Worker(app, loglevel="ERROR").execute_from_commandline()
"""


def without_words(blocks: Iterable[Block]) -> Iterator[Block]:
    """Take the customers' words out of events: reading them has a benchmark of its own."""
    for block in blocks:
        yield Block(block.keys, [_without_words(value) for value in block.values], block.touchpoints)


def _without_words(value: bytes) -> bytes:
    if b'"text":' not in value:
        return value
    event = msgspec.json.decode(value)
    event["data"].pop("text", None)
    return msgspec.json.encode(event)


def seconds_of_worker(settings: Settings, events: int) -> float:
    """Run one worker over all events; return the seconds they take, by those after its first batch."""
    with running_worker(settings), connect(settings) as client:
        first = wait_for(lambda: accounted(client), 1)
        already = accounted(client)
        last = wait_for(lambda: accounted(client), events)
    return (last - first) * events / (events - already)


def seconds_of_plain_agent(settings: Settings, events: int) -> float:
    """Run a plain Faust agent that parses JSON and counts; return its seconds."""
    arguments = [settings.kafka_bootstrap, settings.topic(Topic.TOUCHPOINTS), str(events)]
    agent = subprocess.Popen(
        [sys.executable, "-c", PLAIN_AGENT, *arguments, str(settings.data_folder / "plain")],
        stdout=subprocess.PIPE,
        stderr=(settings.log_folder / "plain.log").open("wb"),
    )
    assert agent.stdout is not None
    try:
        for line in agent.stdout:
            if line.startswith(b"seconds"):
                return float(line.split()[1])
        raise RuntimeError("the plain agent ended early")
    finally:
        agent.kill()
        agent.wait()


def main(
    events: Annotated[int, typer.Option(help="Touchpoints")] = 200_000,
    customers: Annotated[int, typer.Option(help="Customers")] = 20_000,
    text: Annotated[bool, typer.Option(help="Leave the words in an eighth of the touchpoints")] = False,
) -> None:
    """Print events a second of both, and their ratio."""
    plan = Plan(customers, events, 1, datetime(2026, 1, 1, tzinfo=UTC), DAYS, tuple(sector_names()))
    with stack() as settings:
        blocks = simulate(plan) if text else without_words(simulate(plan))
        count = asyncio.run(publish_all(blocks, kafka_options(settings), settings.topic(Topic.TOUCHPOINTS)))
        plain = seconds_of_plain_agent(settings, count)
        print(f"plain Faust agent that counts: {count / plain:10,.0f} events/s")
        vincle = seconds_of_worker(settings, count)
        print(f"vincle worker to ClickHouse:   {count / vincle:10,.0f} events/s")
        print(f"ratio:                         {plain / vincle:10.2f}")


if __name__ == "__main__":
    typer.run(main)
