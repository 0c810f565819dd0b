"""What tests of workers share: a place of its own on the shared broker and engine, events, and waiting."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from clickhouse_connect.driver.client import Client
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from infra.setup import set_up
from schemas.names import MISSED, DatabaseUser, Topic
from schemas.settings import Settings
from streams.connections import connect, kafka_options

DEADLINE_SECONDS = 90.0
POLL_SECONDS = 0.1


def fresh_settings(kafka: str, clickhouse_port: int, folder: Path, **more: Any) -> Settings:
    """Return settings of an installation of its own, set up."""
    name = uuid4().hex[:8]
    settings = Settings(
        kafka_bootstrap=kafka,
        clickhouse_port=clickhouse_port,
        clickhouse_database=f"test_{name}",
        topic_prefix=f"{name}.",
        partitions=4,
        data_folder=folder,
        log_folder=folder / "logs",
        pseudonym_key="a key for tests",
        **more,
    )
    list(set_up(settings))
    return settings


def publish(settings: Settings, events: Sequence[tuple[str, bytes]]) -> None:
    """Publish events to the touchpoints topic, keyed by customer; returns when the broker has them."""
    producer = KafkaProducer(**kafka_options(settings), acks="all")
    try:
        sent = [
            producer.send(settings.topic(Topic.TOUCHPOINTS), key=who.encode(), value=value)
            for who, value in events
        ]
        for each in sent:
            each.get(DEADLINE_SECONDS)
    finally:
        producer.close()


def messages(settings: Settings, topic: Topic) -> list[tuple[str, dict[str, Any]]]:
    """Return everything that a topic holds now, with its keys."""
    consumer = KafkaConsumer(**kafka_options(settings), auto_offset_reset="earliest")
    try:
        name = settings.topic(topic)
        partitions = [TopicPartition(name, number) for number in range(settings.partitions)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        return list(_read(consumer, ends))
    finally:
        consumer.close()


def _read(consumer: KafkaConsumer, ends: dict[TopicPartition, int]) -> Iterator[tuple[str, dict[str, Any]]]:
    while any(consumer.position(place) < end for place, end in ends.items()):
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                yield record.key.decode(), json.loads(record.value)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition; AssertionError if it does not come true in time."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(POLL_SECONDS)


def accounted(client: Client) -> int:
    """Return how many events stand anywhere in the published reconciliation."""
    return int(client.command("SELECT sum(accounted) FROM v_reconciliation") or 0)


def settled(client: Client, events: int) -> bool:
    """Whether so many events stand somewhere, and then what is derived from them, written after them.

    In this order: before the facts have come, what is derived from none of them is complete too.
    """
    return accounted(client) == events and bool(
        client.command(
            "SELECT (SELECT sum(touchpoints) FROM v_bonds) = (SELECT count() FROM v_steps)"
            f" AND (SELECT countIf(type != '{MISSED}') FROM v_steps) = (SELECT count() FROM v_touchpoints)"
        )
    )


@contextmanager
def database(settings: Settings) -> Iterator[Client]:
    """A client of the installation's database, as its administrator."""
    with connect(settings, DatabaseUser.ADMIN) as client:
        yield client
