"""The worker, end to end into ClickHouse, beside a plain Faust agent that only counts.

    python -m infra.benchmarks.worker [--events 200000] [--customers 20000]

Both read the same events from the same broker, one after the other, each with a consumer group of its own.
The clock of each runs from its first event to its last, so starting up does not count.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from clickhouse_connect.driver.client import Client

from infra import processes
from infra.bulk import publish_all
from infra.clickhouse import process as engine
from infra.kafka import broker, jars
from infra.setup import set_up
from infra.simulation import Plan, sector_names, simulate
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import connect, kafka_options

DAYS = 180
POLL_SECONDS = 0.05
DEADLINE_SECONDS = 900.0
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


@contextmanager
def stack(folder: Path) -> Iterator[Settings]:
    """A broker and an engine of their own, set up; ended afterwards."""
    kafka_port, controller_port, clickhouse_port = processes.free_ports(3)
    cache = Settings().cache_folder.expanduser()
    place = broker.BrokerPlace(folder / "kafka", folder / "logs", kafka_port, controller_port)
    engine_place = engine.EnginePlace(folder / "clickhouse", folder / "logs", clickhouse_port)
    settings = Settings(
        kafka_bootstrap=place.bootstrap,
        clickhouse_port=clickhouse_port,
        data_folder=folder,
        log_folder=folder / "logs",
        pseudonym_key="a key for benchmarks",
    )
    with ExitStack() as running:
        kafka = broker.start(place, jars.resolve_jars(cache / "jars", print))
        running.callback(broker.stop, kafka)
        clickhouse = engine.start(engine_place)
        running.callback(engine.stop, clickhouse)
        broker.wait_until_ready(kafka, place)
        engine.wait_until_ready(clickhouse, engine_place)
        list(set_up(settings))
        yield settings


def wait_for(reading: Callable[[], int], wanted: int) -> float:
    """Return when a reading that grows has reached a number; TimeoutError if it does not in time."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while reading() < wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{reading()} of {wanted}")
        time.sleep(POLL_SECONDS)
    return time.perf_counter()


def worker_environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which a worker reads these settings."""
    names = ("kafka_bootstrap", "clickhouse_port", "data_folder")
    given = {f"VINCLE_{name.upper()}": str(getattr(settings, name)) for name in names}
    return {**os.environ, **given, "VINCLE_PSEUDONYM_KEY": "a key for benchmarks"}


def seconds_of_worker(settings: Settings, events: int) -> float:
    """Run one worker over all events; return the seconds from its first journaled batch to its last."""
    log = (settings.log_folder / "worker.log").open("wb")
    command = [sys.executable, "-m", "infra.cli", "worker"]
    with log, connect(settings) as client:
        worker = subprocess.Popen(command, env=worker_environment(settings), stdout=log, stderr=log)
        try:
            first = wait_for(lambda: _accounted(client), 1)
            already = _accounted(client)
            last = wait_for(lambda: _accounted(client), events)
        finally:
            worker.terminate()
            worker.wait(30)
    return (last - first) * events / (events - already)


def _accounted(client: Client) -> int:
    return int(
        client.command(
            "SELECT (SELECT count() FROM journal) + (SELECT count() FROM profiles)"
            " + (SELECT count() FROM rejected)"
        )
    )


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
) -> None:
    """Print events a second of both, and their ratio."""
    plan = Plan(customers, events, 1, datetime(2026, 1, 1, tzinfo=UTC), DAYS, tuple(sector_names()))
    with tempfile.TemporaryDirectory(prefix="vincle-bench-") as name, stack(Path(name)) as settings:
        blocks = simulate(plan)
        count = asyncio.run(publish_all(blocks, kafka_options(settings), settings.topic(Topic.TOUCHPOINTS)))
        plain = seconds_of_plain_agent(settings, count)
        print(f"plain Faust agent that counts: {count / plain:10,.0f} events/s")
        vincle = seconds_of_worker(settings, count)
        print(f"vincle worker to ClickHouse:   {count / vincle:10,.0f} events/s")
        print(f"ratio:                         {plain / vincle:10.2f}")


if __name__ == "__main__":
    typer.run(main)
