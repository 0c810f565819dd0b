"""Reads a record of Kafka again by its place, for the customer's own id: ClickHouse knows only pseudonyms."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from streams.facts import Place

ANSWER_SECONDS = 10.0
FETCH_BYTES = 64 * 1024


class Originals:
    """Reads single records. Connects only while it reads."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options

    async def customers(self, places: Iterable[Place]) -> dict[Place, str]:
        """Return the key of each record that the broker still holds; raises KafkaError if it is away."""
        consumer = AIOKafkaConsumer(
            **self._options, enable_auto_commit=False, max_partition_fetch_bytes=FETCH_BYTES
        )
        offsets: dict[TopicPartition, list[int]] = defaultdict(list)
        for topic, partition, offset in sorted(places):
            offsets[TopicPartition(topic, partition)].append(offset)
        await consumer.start()
        try:
            consumer.assign(list(offsets))
            firsts, ends = await consumer.beginning_offsets(offsets), await consumer.end_offsets(offsets)
            still_there = {
                where: [offset for offset in theirs if firsts[where] <= offset < ends[where]]
                for where, theirs in offsets.items()
            }
            found = await asyncio.gather(*[_keys(consumer, *each) for each in still_there.items()])
        finally:
            await consumer.stop()
        return {place: key for keys in found for place, key in keys.items()}


async def _keys(
    consumer: AIOKafkaConsumer, where: TopicPartition, offsets: Iterable[int]
) -> dict[Place, str]:
    """Return the keys of records of one partition."""
    keys = {}
    for offset in offsets:
        consumer.seek(where, offset)
        try:
            record = await asyncio.wait_for(consumer.getone(where), ANSWER_SECONDS)
        except TimeoutError as error:
            raise KafkaTimeoutError from error
        if record.offset == offset and record.key is not None:
            keys[where.topic, where.partition, offset] = record.key.decode()
    return keys
