"""Publish many events that are known to be right, as fast as Kafka takes them.

kafka-python sends some 20,000 events a second, aiokafka one by one some 45,000; whole batches filled here
and handed to aiokafka's idempotent producer some 100,000. Keys go to the same partitions as theirs.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from infra.publisher import DeliveryError
from schemas.partitions import partition_of

BATCH_BYTES = 512 * 1024
REMEMBERED_KEYS = 200_000
TICK_SECONDS = 0.05


class Block(Protocol):
    """Events with their keys, in order."""

    @property
    def keys(self) -> Sequence[bytes]: ...

    @property
    def values(self) -> Sequence[bytes]: ...


class BulkPublisher:
    """Sends batches to one topic of so many partitions; used by one task at a time."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partitions: int) -> None:
        self._producer = producer
        self._topic = topic
        self._partitions = partitions
        self._partition_of = lru_cache(maxsize=REMEMBERED_KEYS)(partition_of)
        self._on_the_way: list[tuple[asyncio.Future[Any], int]] = []
        self.sent = 0

    async def send(self, keys: Sequence[bytes], values: Sequence[bytes]) -> None:
        """Send events in structured mode. Raises DeliveryError if those of the call before did not arrive."""
        by_partition: dict[int, list[tuple[bytes, bytes]]] = {}
        for key, value in zip(keys, values, strict=True):
            by_partition.setdefault(self._partition_of(key, self._partitions), []).append((key, value))
        before, self._on_the_way = self._on_the_way, []
        for partition, events in by_partition.items():
            await self._send_to(partition, events)
        await _arrived(before)
        self.sent += len(keys)

    async def flush(self) -> None:
        """Wait until everything has arrived. Raises DeliveryError if something did not."""
        before, self._on_the_way = self._on_the_way, []
        await _arrived(before)

    async def _send_to(self, partition: int, events: Sequence[tuple[bytes, bytes]]) -> None:
        batch, count = self._producer.create_batch(), 0
        for key, value in events:
            if batch.append(key=key, value=value, timestamp=None) is None:
                await self._hand_over(batch, partition, count)
                batch, count = self._producer.create_batch(), 0
                batch.append(key=key, value=value, timestamp=None)
            count += 1
        await self._hand_over(batch, partition, count)

    async def _hand_over(self, batch: Any, partition: int, count: int) -> None:
        batch.close()
        try:
            sent = await self._producer.send_batch(batch, self._topic, partition=partition)
        except KafkaError as error:
            raise DeliveryError([(f"a batch for partition {partition}", str(error))], count) from error
        self._on_the_way.append((sent, count))


async def _arrived(sent: Sequence[tuple[asyncio.Future[Any], int]]) -> None:
    results = await asyncio.gather(*(future for future, _ in sent), return_exceptions=True)
    failed = [
        (error, count)
        for error, (_, count) in zip(results, sent, strict=True)
        if isinstance(error, Exception)
    ]
    if failed:
        told = [("a batch", f"{type(error).__name__}: {error}") for error, _ in failed]
        raise DeliveryError(told, sum(count for _, count in failed))


async def publish_all(
    blocks: Iterable[Block],
    connection: Mapping[str, Any],
    topic: str,
    rate: float | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Send blocks of events and return how many; at most `rate` a second if it is given.

    `progress` is told the number of events after each step. Raises aiokafka's KafkaError if no broker
    answers, DeliveryError if events do not arrive.
    """
    producer = AIOKafkaProducer(
        **connection,
        enable_idempotence=True,
        acks="all",
        compression_type="zstd",
        max_batch_size=BATCH_BYTES,
        linger_ms=0,
    )
    try:
        await producer.start()
        publisher = BulkPublisher(producer, topic, len(await producer.partitions_for(topic)))
        started = asyncio.get_running_loop().time()
        for keys, values in _steps(blocks, rate):
            await publisher.send(keys, values)
            progress(len(keys))
            if rate:
                ahead = started + publisher.sent / rate - asyncio.get_running_loop().time()
                await asyncio.sleep(max(0.0, ahead))
        await publisher.flush()
        return publisher.sent
    finally:
        await producer.stop()


def _steps(blocks: Iterable[Block], rate: float | None) -> Iterator[tuple[Sequence[bytes], Sequence[bytes]]]:
    """Give whole blocks, or pieces of them that are sent once a tick."""
    for block in blocks:
        size = max(1, round(rate * TICK_SECONDS)) if rate else len(block.keys)
        for start in range(0, len(block.keys), size):
            yield block.keys[start : start + size], block.values[start : start + size]
