"""Whose a touchpoint is, read again from the real broker by its place."""

import asyncio
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from workers import fresh_settings, publish

from schemas.names import Topic
from streams.connections import kafka_options
from streams.sinks.originals import Originals

pytestmark = pytest.mark.stack


def test_customers_are_read_by_places_of_all_partitions_and_nobody_where_nothing_is(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    customers = {f"c{number}" for number in range(40)}
    publish(settings, [(who, b"anything") for who in sorted(customers)])
    topic = settings.topic(Topic.TOUCHPOINTS)
    partitions = [TopicPartition(topic, number) for number in range(settings.partitions)]
    consumer = KafkaConsumer(**kafka_options(settings))
    ends = consumer.end_offsets(partitions)
    consumer.close()
    assert all(ends.values()), "every partition has somebody"
    places = [(topic, where.partition, offset) for where, end in ends.items() for offset in range(end)]
    beyond = [(topic, where.partition, end) for where, end in ends.items()]

    originals = Originals(kafka_options(settings), "nobody's group")
    found = asyncio.run(originals.customers([*reversed(places), *beyond]))

    assert found.keys() == set(places)
    assert set(found.values()) == customers
