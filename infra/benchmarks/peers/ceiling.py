"""The ceiling: read from Kafka, parse JSON, insert as many rows of the same columns, and nothing in between.

The rows are there beforehand: every chunk inserts slices of the same Arrow tables, which one batch of the
hot path has made, as many rows as it would make for so many events.
"""

import asyncio
import pickle
import sys
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer

from infra.benchmarks.peers.clock import Clock
from schemas.settings import Settings
from streams.connections import connect, kafka_options
from streams.sinks.journal import INSERT_SETTINGS

TABLES = "tables.pickle"
"""In the peer's folder: events they stand for, and Arrow tables by name."""
MOST = 8_000


def main(broker: str, topic: str, events: str, folder: str) -> None:
    """Read, parse and insert so many events."""
    asyncio.run(_run(topic, int(events), Path(folder)))


async def _run(topic: str, events: int, folder: Path) -> None:
    settings, clock = Settings(), Clock(events)
    stands_for, tables = pickle.loads((folder / TABLES).read_bytes())
    client = connect(settings)

    def insert(count: int) -> None:
        for name, table in tables.items():
            rows = max(1, count * table.num_rows // stands_for)
            client.insert_arrow(name, table.slice(0, rows), settings=INSERT_SETTINGS)

    consumer = AIOKafkaConsumer(
        topic,
        **kafka_options(settings),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        group_id="ceiling",
    )
    await consumer.start()
    inserting: asyncio.Future[Any] | None = None
    count = 0
    while count < events:
        chunk = await consumer.getmany(timeout_ms=1000, max_records=MOST)
        values = [record.value for records in chunk.values() for record in records]
        if not count and values:
            clock.start()
        for value in values:
            orjson.loads(value)
        if inserting is not None:
            await inserting
        if values:
            inserting = asyncio.get_running_loop().run_in_executor(None, insert, len(values))
        count += len(values)
        if count >= events and inserting is not None:
            await inserting
        clock.tick(len(values))
    await consumer.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
