"""The topic of links: which names were ever named together, for every worker.

A compacted topic with one record for each pair of pseudonyms. It does not say which links stand: that is
settled where their facts are, in ClickHouse. So a record never changes, and order does not matter. None is
ever taken out, not even when both names are erased: circles must not shrink (see `streams.joining`). That the
two were one customer's is also in the ledger of erasures, under the same pseudonyms.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer

from streams.identity import Circles, Pair

READ_MS = 200
"""How long one look at the topic may last."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Pair).decode


def pair_message(pair: Pair) -> bytes:
    """Return the value of a record, and its key."""
    return _encode(pair)


class LinksTopic:
    """Keeps the circles of a worker as the topic has them."""

    def __init__(self, options: Mapping[str, Any], topic: str, circles: Circles) -> None:
        self._options, self._topic, self._circles = options, topic, circles
        self._consumer: AIOKafkaConsumer | None = None
        self._asking: AIOKafkaConsumer | None = None
        self._reading = asyncio.Lock()

    async def start(self) -> None:
        """Read the topic from its beginning to its end; raises KafkaError if no broker is there."""
        consumer = AIOKafkaConsumer(self._topic, **self._options, auto_offset_reset="earliest")
        await consumer.start()  # without a group it is given every partition
        # Kafka answers a connection in order: behind a fetch that waits for records, every look would wait.
        asking = AIOKafkaConsumer(**self._options)
        self._consumer, self._asking = consumer, asking
        try:
            await asking.start()
            await self.catch_up()
        except BaseException:
            await self.stop()  # the next attempt makes others
            raise

    async def stop(self) -> None:
        """Disconnect."""
        clients, self._consumer, self._asking = (self._consumer, self._asking), None, None
        for client in clients:
            if client is not None:
                await client.stop()

    async def catch_up(self) -> None:
        """Read what the topic holds at this moment; raises KafkaError if it cannot."""
        assert self._consumer is not None, "not started"
        assert self._asking is not None, "not started"
        async with self._reading:
            ends = await self._asking.end_offsets(self._consumer.assignment())
            while behind := [
                place for place, end in ends.items() if await self._consumer.position(place) < end
            ]:
                fetched = await self._consumer.getmany(*behind, timeout_ms=READ_MS)
                for records in fetched.values():
                    for record in records:
                        if record.value is not None:
                            self._circles.join(*_decode(record.value))
