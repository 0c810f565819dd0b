"""Faust's Kafka transport, handing over a chunk of a partition's records as one message.

Faust hands over one event at a time, which costs 100 µs an event before any work is done. Here one message
carries all that one fetch brought of one partition; acknowledging it commits the end of the chunk. Every
chunk of a partition must be acknowledged in the order in which it came.
"""

from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.events import Record, known_headers


class Chunk(tuple[Record, ...]):
    """Records of one partition in the order of their offsets; at least one."""

    __slots__ = ()


class ChunkConsumer(driver.Consumer):
    """Consumes chunks: the offset of a message is that of the last record in its chunk."""

    async def _wait_next_records(self, timeout: float) -> tuple[Any, Any]:
        fetched, active = await super()._wait_next_records(timeout)
        return {tp: [records] for tp, records in fetched.items() if records}, active

    def _to_message(self, tp: TP, record: Any) -> Any:
        message = super()._to_message(tp, record[-1])
        message.key = None
        message.value = Chunk(
            Record(
                r.topic,
                r.partition,
                r.offset,
                r.timestamp,
                r.key,
                r.value,
                known_headers(r.headers) if r.headers else (),
            )
            for r in record
        )
        return message

    def committed(self, tp: TP) -> int | None:
        """Return the offset from which the group would go on, None if it has committed nothing yet."""
        offset: int | None = self._committed_offset.get(tp)
        return offset

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Log nothing: whether a worker keeps up its vitals tell.

        Faust counts from its own start, not from when a partition came, and would log errors without end of
        one that is a little behind.
        """

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """There are no gaps: the records between the ends of two chunks are in the second."""

    def _new_offset(self, tp: TP) -> int | None:
        acked = self._acked[tp]
        if not acked:
            return None
        end = max(acked) + 1
        acked.clear()
        self._acked_index[tp].clear()
        return int(end)


class ChunkTransport(driver.Transport):
    """A transport whose consumer hands over chunks."""

    Consumer = ChunkConsumer


class ChunkSchema(faust.Schema):
    """Passes a chunk through as it is; what is in it is read by the worker."""

    def loads_key(self, app: Any, message: Any, **_: Any) -> None:
        return None

    def loads_value(self, app: Any, message: Any, **_: Any) -> Chunk:
        chunk: Chunk = message.value
        return chunk
