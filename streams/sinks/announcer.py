"""Publishes what a batch brought: changed bonds, alerts and hints keyed by customer, and rejected events; for
the workers, which names were linked and which linked names were touched.

At least once, with deterministic ids: who listens can drop what it knows.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.names import Table, Topic
from schemas.partitions import partition_of
from streams.alerts.alert import Alert
from streams.alerts.rules import Rules
from streams.identity import Circles
from streams.outcome import Batch, Touched
from streams.sinks.links import pair_message
from streams.sinks.messages import Message, bond_message, rejected_message, word_message
from streams.touched import touched_message

MAX_BYTES = 1_048_576
"""Largest batch, and more than half the largest event."""


class KafkaAnnouncer:
    """Publishes by one producer. What is about a customer goes to the partition of their events, if there is
    one of that number.
    """

    def __init__(
        self, options: Mapping[str, Any], named: Callable[[Topic], str], rules: Rules, circles: Circles
    ) -> None:
        self._options, self._named, self._rules, self._circles = options, named, rules, circles
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect; raises KafkaError if no broker is there."""
        producer = AIOKafkaProducer(
            **self._options,
            acks="all",
            enable_idempotence=False,
            compression_type="lz4",
            max_batch_size=MAX_BYTES,
            max_request_size=2 * MAX_BYTES,
            linger_ms=0,
        )
        await producer.start()
        self._producer = producer

    async def stop(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            await self._producer.stop()

    async def share_links(self, batch: Batch) -> None:
        """Tell all workers which names were named together; raises KafkaError if Kafka has it not."""
        pairs = map(pair_message, {link.pair for link in batch.rows[Table.LINKS]})
        await self._send(Topic.LINKS, [(None, (pair, pair, [])) for pair in pairs])

    async def announce(self, batch: Batch, touched: Sequence[Touched]) -> None:
        """Return when Kafka has everything; raises KafkaError if it has not. What is urgent goes first."""
        messages: dict[Topic, list[tuple[int | None, Message]]] = defaultdict(list)
        for word in batch.words:
            topic = Topic.ALERTS if isinstance(word.told, Alert) else Topic.ROUTING
            told = word_message(word, self._rules)
            messages[topic].append((word.partition, (word.customer.encode(), told, [])))
        for one in touched:
            circle_id = self._circles.of(one.name_id)[0].encode()
            messages[Topic.TOUCHED].append((None, (circle_id, touched_message(one), [])))
        for change in batch.changes:
            told = bond_message(change)
            messages[Topic.BONDS].append((change.partition, (change.customer.encode(), told, [])))
        for refusal in batch.rejected:
            messages[Topic.REJECTED].append((refusal.record.partition, rejected_message(refusal)))
        for topic, some in messages.items():
            await self._send(topic, some)

    async def _send(self, name: Topic, messages: Sequence[tuple[int | None, Message]]) -> None:
        """Send each message to its partition if the topic has it, or else to that of its key.

        In batches made here: ten times cheaper than one message at a time.
        """
        if not messages:
            return
        assert self._producer is not None, "not started"
        topic = self._named(name)
        count = len(await self._producer.partitions_for(topic))
        waiting_for: dict[int, list[Message]] = defaultdict(list)
        for partition, message in messages:
            if partition is None or partition >= count:
                partition = partition_of(message[0], count)
            waiting_for[partition].append(message)
        async with all_ended() as acknowledgements:
            for partition, waiting in waiting_for.items():
                builder = self._producer.create_batch()
                for key, value, headers in waiting:
                    if builder.append(key=key, value=value, timestamp=None, headers=headers) is None:
                        acknowledgements.append(
                            await self._producer.send_batch(builder, topic, partition=partition)
                        )
                        builder = self._producer.create_batch()
                        builder.append(key=key, value=value, timestamp=None, headers=headers)
                acknowledgements.append(await self._producer.send_batch(builder, topic, partition=partition))


@asynccontextmanager
async def all_ended() -> AsyncIterator[list[asyncio.Future[Any]]]:
    """Give a list for what is begun; at the end none of it is on its way any more, though one has failed.

    Raises the error of the first that failed, or what came out of the block.
    """
    begun: list[asyncio.Future[Any]] = []
    try:
        yield begun
    except KafkaError:
        await asyncio.gather(*begun, return_exceptions=True)
        raise
    await asyncio.gather(*begun, return_exceptions=True)
    for each in begun:
        each.result()
