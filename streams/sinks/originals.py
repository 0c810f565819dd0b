"""Reads a record of Kafka again by its place, for the customer's own id: ClickHouse knows only pseudonyms."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

ANSWER_SECONDS = 10.0
FETCH_BYTES = 64 * 1024


Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""


class Originals:
    """Reads single records. Connects only while it reads."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options

    async def customers(self, places: Iterable[Place]) -> dict[Place, str]:
        """Return the key of each record that the broker still holds; raises KafkaError if it is away."""
        consumer = AIOKafkaConsumer(
            **self._options, enable_auto_commit=False, max_partition_fetch_bytes=FETCH_BYTES
        )
        await consumer.start()
        try:
            return {place: key async for place, key in self._read(consumer, sorted(places))}
        finally:
            await consumer.stop()

    async def _read(
        self, consumer: AIOKafkaConsumer, places: Iterable[Place]
    ) -> AsyncIterator[tuple[Place, str]]:
        assigned, first = None, 0
        for place in places:
            topic, partition, offset = place
            where = TopicPartition(topic, partition)
            if where != assigned:
                consumer.assign([where])
                assigned, first = where, (await consumer.beginning_offsets([where]))[where]
            if offset < first:
                continue
            consumer.seek(where, offset)
            try:
                record = await asyncio.wait_for(consumer.getone(where), ANSWER_SECONDS)
            except TimeoutError as error:
                raise KafkaTimeoutError from error
            if record.offset == offset and record.key is not None:
                yield place, record.key.decode()
