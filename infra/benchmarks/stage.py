"""The stage of a benchmark: a broker, an engine and workers of its own, in a folder that vanishes."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from clickhouse_connect.driver.client import Client

from infra import processes
from infra.bulk import Block, publish_all
from infra.clickhouse import process as engine
from infra.kafka import broker, jars
from infra.setup import set_up, set_up_database
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import kafka_options

POLL_SECONDS = 0.05
DEADLINE_SECONDS = 1800.0
PATIENCE_SECONDS = 600
"""For an answer about all of ten million touchpoints: it is measured, not cut off."""
KEY = "a key for benchmarks"


@contextmanager
def stack() -> Iterator[Settings]:
    """A broker and an engine, set up; ended afterwards."""
    scratch = tempfile.TemporaryDirectory(prefix="vincle-bench-", ignore_cleanup_errors=True)
    with scratch as name, _stack_in(Path(name)) as settings:
        yield settings


@contextmanager
def _stack_in(folder: Path) -> Iterator[Settings]:
    kafka_port, controller_port, clickhouse_port = processes.free_ports(3)
    cache = Settings().cache_folder.expanduser()
    place = broker.BrokerPlace(folder / "kafka", folder / "logs", kafka_port, controller_port)
    engine_place = engine.EnginePlace(folder / "clickhouse", folder / "logs", clickhouse_port)
    settings = Settings(
        kafka_bootstrap=place.bootstrap,
        clickhouse_port=clickhouse_port,
        data_folder=folder,
        log_folder=folder / "logs",
        pseudonym_key=KEY,
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


def apart(settings: Settings, name: str) -> Settings:
    """Return settings of a database of its own, set up, on the same broker and engine."""
    place = settings.model_copy(update={"clickhouse_database": name})
    list(set_up_database(place))
    return place


def published(
    settings: Settings,
    blocks: Iterable[Block],
    rate: float | None = None,
    told: Callable[[int], None] = lambda count: None,
) -> int:
    """Publish events and return how many; at most `rate` a second if it is given."""
    topic = settings.topic(Topic.TOUCHPOINTS)
    return asyncio.run(publish_all(blocks, kafka_options(settings), topic, rate, told))


def wait_for(reading: Callable[[], int], wanted: int, seconds: float = DEADLINE_SECONDS) -> float:
    """Return when a reading that grows has reached a number; TimeoutError if it does not in time."""
    deadline = time.monotonic() + seconds
    while reading() < wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{reading()} of {wanted}")
        time.sleep(POLL_SECONDS)
    return time.perf_counter()


def accounted(client: Client) -> int:
    """Return how many events the tables hold; cheaper than the exact v_reconciliation."""
    return int(
        client.command(
            "SELECT (SELECT count() FROM journal) + (SELECT count() FROM profiles)"
            " + (SELECT count() FROM identity_links) + (SELECT count() FROM rejected)"
        )
    )
