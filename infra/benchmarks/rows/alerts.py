"""From a touchpoint in Kafka to the alert or the hint that it brings there, by the broker's own clock."""

import json
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from kafka import KafkaConsumer, TopicPartition

from infra.benchmarks.latency import lived, warm_up
from infra.benchmarks.stage import accounted, published, stack, wait_for
from infra.benchmarks.suite import Figure, Row, Scale
from infra.simulation import simulate
from infra.workers import running_worker
from schemas.names import Topic
from schemas.settings import Settings
from streams.alerts.alert import MOMENT_OF_TRUTH
from streams.connections import connect, kafka_options

RATE = 500.0
"""Touchpoints a second."""
MOST_SECONDS = 1.0
"""That the 95th percentile may take."""
AT_ONCE = frozenset({"breaking", "series", "won_back"})
"""Kinds of rules that a touchpoint brings; the others wait for silence."""


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield percentiles of the seconds from a touchpoint to the alert and to the hint that it brought."""
    with stack() as settings:
        since = _publish(settings, scale.of(60, 15))
        received = {
            f"{event['source']}|{event['id']}": at
            for event, at in _read(settings, Topic.TOUCHPOINTS)
            if at >= since
        }
        alerts = [
            (event["data"]["touchpoints"][-1], at)
            for event, at in _read(settings, Topic.ALERTS)
            if event["data"]["kind"] in AT_ONCE
        ]
        hints = [
            (event["data"]["touchpoint"], at)
            for event, at in _read(settings, Topic.ROUTING)
            if event["data"]["reason"] == MOMENT_OF_TRUTH
        ]
    for name, told in (("alert", alerts), ("hint", hints)):
        seconds = [at - received[brought_by] for brought_by, at in told if brought_by in received]
        yield Figure(f"{name}, p50 at {RATE:g}/s", float(np.percentile(seconds, 50)), "s")
        yield Figure(f"{name}, p95 at {RATE:g}/s", float(np.percentile(seconds, 95)), "s", most=MOST_SECONDS)


def _publish(settings: Settings, seconds: int) -> float:
    """Publish at the rate to a worker that is warm, and return the second in which that began."""
    with running_worker(settings), connect(settings) as client:
        count = published(settings, simulate(warm_up()))
        wait_for(lambda: accounted(client), count)
        since = time.time()
        count += published(settings, simulate(lived(RATE * seconds)), RATE)
        wait_for(lambda: accounted(client), count)
    return since


def _read(settings: Settings, topic: Topic) -> Iterator[tuple[dict[str, Any], float]]:
    """Yield every event of a topic, and the second in which the broker appended it."""
    consumer = KafkaConsumer(**kafka_options(settings), auto_offset_reset="earliest")
    partitions = [TopicPartition(settings.topic(topic), number) for number in range(settings.partitions)]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    while any(consumer.position(place) < end for place, end in ends.items()):
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                yield json.loads(record.value), record.timestamp / 1_000
    consumer.close()


ROW = Row("alerts", "From a touchpoint to its alert", measure)
