"""Create topics on any broker, the embedded one or another.

An existing topic keeps its partitions, because their number decides which key lives where; it gets the
settings asked for.  Calling it twice changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError

BROKERS_DEFAULT = -1


@dataclass(frozen=True)
class Ensured:
    """What was done: topics created, and those whose number of partitions is not the one asked for."""

    created: tuple[str, ...]
    other_partitions: dict[str, int]


def ensure_topics(admin: KafkaAdminClient, topics: Sequence[tuple[str, int, dict[str, str]]]) -> Ensured:
    """Make every (name, partitions, settings) exist, and wait until each partition has a leader.

    `settings` are Kafka's topic settings, such as {"cleanup.policy": "compact"}. How many copies a new topic
    has is for the broker to say: its `default.replication.factor`.
    Raises kafka.errors.KafkaError if the broker refuses.
    """
    existing = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
    missing = [topic for topic in topics if topic[0] not in existing]
    present = [topic for topic in topics if topic[0] in existing]
    created = tuple(topic[0] for topic in missing if _create(admin, *topic))
    _set(admin, {name: settings for name, _, settings in present if settings})
    admin.wait_for_topics([name for name, _, _ in topics])
    other = {name: existing[name] for name, partitions, _ in present if existing[name] != partitions}
    return Ensured(created, other)


def was_written(options: Mapping[str, Any], topic: str) -> bool:
    """Tell whether anything was ever written to a topic; `options` lead to the broker. Raises KafkaError."""
    consumer = KafkaConsumer(**options)
    try:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        return any(consumer.end_offsets(partitions).values())
    finally:
        consumer.close()


def described(partitions: int, settings: dict[str, str]) -> dict[str, Any]:
    """Return a new topic as the brokers are asked for it."""
    return {"num_partitions": partitions, "replication_factor": BROKERS_DEFAULT, "configs": settings}


def _create(admin: KafkaAdminClient, name: str, partitions: int, settings: dict[str, str]) -> bool:
    """Create one topic; False if another process was faster."""
    try:
        admin.create_topics({name: described(partitions, settings)})
    except TopicAlreadyExistsError:
        return False
    return True


def _set(admin: KafkaAdminClient, settings: dict[str, dict[str, str]]) -> None:
    """Give existing topics their settings, leaving all others as they are."""
    if settings:
        admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name, wanted) for name, wanted in settings.items()]
        )
