"""Reads records of Kafka again by their places: for a customer's own id, and for what stands nowhere."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from streams.events import Record, known_headers
from streams.facts import Place

ANSWER_MS = 10_000
FETCH_BYTES = 64 * 1024


class Reread(NamedTuple):
    """What Kafka has at some places."""

    records: list[Record]
    vacant: list[Place]
    """Places without a record among those that have one: marks of transactions, or compacted."""
    gone: list[Place]
    """Places before the first record that Kafka still has, or after the last."""


class Originals:
    """Reads single records. Connects only while it reads; raises KafkaError if the broker is away."""

    def __init__(self, options: Mapping[str, Any], group: str) -> None:
        self._options, self._group = options, group

    async def customers(self, places: Iterable[Place]) -> dict[Place, str]:
        """Return the key of each record that the broker still holds, whoever wrote it."""
        records = (await self.read(places)).records
        return {
            (one.topic, one.partition, one.offset): one.key.decode(errors="replace")
            for one in records
            if one.key is not None
        }

    async def read(self, places: Iterable[Place]) -> Reread:
        """Return the records at these places."""
        offsets: dict[TopicPartition, list[int]] = defaultdict(list)
        for topic, partition, offset in sorted(places):
            offsets[TopicPartition(topic, partition)].append(offset)
        async with self._reading() as consumer:
            consumer.assign(list(offsets))
            firsts, ends = await consumer.beginning_offsets(offsets), await consumer.end_offsets(offsets)
            held = {
                where: [offset for offset in theirs if firsts[where] <= offset < ends[where]]
                for where, theirs in offsets.items()
            }
            found = await asyncio.gather(*[_records(consumer, *each) for each in held.items()])
        records = [record for each in found for record in each]
        there = {(one.topic, one.partition, one.offset) for one in records}
        return Reread(
            records,
            [
                (*where, offset)
                for where, theirs in held.items()
                for offset in theirs
                if (*where, offset) not in there
            ],
            [
                (*where, offset)
                for where, theirs in offsets.items()
                for offset in theirs
                if offset not in held[where]
            ],
        )

    async def beginnings(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """Return the first offset that Kafka still has of each partition."""
        async with self._reading() as consumer:
            firsts = await consumer.beginning_offsets([TopicPartition(topic, one) for one in partitions])
        return {where.partition: offset for where, offset in firsts.items()}

    async def committed(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """Return up to which offset each partition was acknowledged by the group of workers."""
        async with self._reading() as consumer:
            wheres = [TopicPartition(topic, one) for one in partitions]
            consumer.assign(wheres)
            offsets = {where: await consumer.committed(where) for where in wheres}
        return {where.partition: offset or 0 for where, offset in offsets.items()}

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            **self._options,
            group_id=self._group,
            enable_auto_commit=False,
            max_partition_fetch_bytes=FETCH_BYTES,
        )
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()


async def _records(consumer: AIOKafkaConsumer, where: TopicPartition, offsets: Sequence[int]) -> list[Record]:
    """Return the records of one partition at these offsets, in their order, as far as there are any.

    Each fetch is read to its end: aiokafka leaves one that is not in a cycle, and a thousand took 110 MB.
    """
    records: list[Record] = []
    wanted, left = frozenset(offsets), deque(offsets)
    while left:
        consumer.seek(where, left[0])
        fetched: list[ConsumerRecord] = (await consumer.getmany(where, timeout_ms=ANSWER_MS)).get(where, [])
        if not fetched:
            raise KafkaTimeoutError
        for one in fetched:
            if one.offset in wanted:
                place = (where.topic, where.partition, one.offset)
                records.append(Record(*place, one.timestamp, one.key, one.value, known_headers(one.headers)))
        while left and left[0] <= fetched[-1].offset:
            left.popleft()
    return records
