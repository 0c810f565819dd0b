"""From a touchpoint in Kafka to the alert or the hint that it brings there, by the broker's own clock."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from kafka import KafkaConsumer, TopicPartition

from infra.benchmarks.latency import latencies_at
from infra.benchmarks.stage import stack
from infra.benchmarks.suite import Figure, Row, Scale
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import kafka_options

RATE = 500.0
"""Touchpoints a second."""
MOST_SECONDS = 1.0
"""That the 95th percentile may take."""
AT_ONCE = frozenset({"breaking", "series", "won_back"})
"""Kinds of rules that a touchpoint brings; the others need silence."""


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield percentiles of the seconds from a touchpoint to the alert and to the hint that it brought."""
    with stack() as settings:
        latencies_at(settings, RATE, scale.of(60, 15))
        received = {
            f"{event['source']}|{event['id']}": at for event, at in _read(settings, Topic.TOUCHPOINTS)
        }
        alerts = [
            at - received[event["data"]["touchpoints"][-1]]
            for event, at in _read(settings, Topic.ALERTS)
            if event["data"]["kind"] in AT_ONCE
        ]
        hints = [at - received[event["data"]["touchpoint"]] for event, at in _read(settings, Topic.ROUTING)]
    for name, seconds in (("alert", alerts), ("hint", hints)):
        yield Figure(f"{name}, p50 at {RATE:g}/s", float(np.percentile(seconds, 50)), "s")
        yield Figure(f"{name}, p95 at {RATE:g}/s", float(np.percentile(seconds, 95)), "s", most=MOST_SECONDS)


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
