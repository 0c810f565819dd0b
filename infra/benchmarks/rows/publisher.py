"""The publisher for any program, with its checks, beside bare kafka-python on the same events."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import msgspec
from kafka import KafkaProducer

from infra.benchmarks.rows.worker import plan_of
from infra.benchmarks.stage import stack
from infra.benchmarks.suite import Figure, Row, Scale
from infra.publisher import BATCH_BYTES, LINGER_MILLISECONDS, Publisher
from infra.simulation import simulate
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import kafka_options

Keyed = tuple[bytes, bytes]


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield events a second of both and their ratio. Before the clock runs, both have connected, and what is
    sent has been made.
    """
    events = scale.of(50_000, 10_000)
    blocks = simulate(plan_of(events))
    pairs = (zip(block.keys, block.values, strict=True) for block in blocks)
    keyed = list(itertools.islice(itertools.chain.from_iterable(pairs), events))
    with stack() as settings:
        bare = events / _seconds_bare(settings, keyed)
        ours = events / _seconds_of_publisher(settings, [msgspec.json.decode(value) for _, value in keyed])
    yield Figure("bare kafka-python", bare, "events/s")
    yield Figure("publisher", ours, "events/s")
    yield Figure("publisher ÷ bare", ours / bare, "×", least=0.8)


def _seconds_bare(settings: Settings, keyed: list[Keyed]) -> float:
    """Send bytes that are there already, with the same settings of the client."""
    producer = KafkaProducer(
        **kafka_options(settings),
        enable_idempotence=True,
        acks="all",
        compression_type="zstd",
        batch_size=BATCH_BYTES,
        linger_ms=LINGER_MILLISECONDS,
    )
    topic = settings.topic(Topic.TOUCHPOINTS)
    started = time.perf_counter()
    sent = [producer.send(topic, key=key, value=value) for key, value in keyed]
    producer.flush()
    for future in sent:
        future.get(0)
    seconds = time.perf_counter() - started
    producer.close()
    return seconds


def _seconds_of_publisher(settings: Settings, contents: list[dict[str, Any]]) -> float:
    """Check events of plain values, as a program has them that has something to tell, and send them."""
    with Publisher(kafka_options(settings), settings.topic(Topic.TOUCHPOINTS)) as publisher:
        started = time.perf_counter()
        for content in contents:
            publisher.tell(
                content["type"],
                id=content["id"],
                source=content["source"],
                customer=content["subject"],
                time=content["time"],
                data=content["data"],
            )
        publisher.flush()
        return time.perf_counter() - started


ROW = Row("publisher", "The Python publisher beside bare kafka-python", measure)
