"""How fast a worker is: run over events that wait in Kafka, and what it writes for them."""

import itertools
import time
from collections.abc import Iterable

import pyarrow as pa

from infra.benchmarks.stage import KEY, accounted, wait_for
from infra.simulation import Block
from infra.workers import running_worker
from schemas.settings import Settings
from streams.arrow import arrow_table
from streams.connections import connect
from streams.events import Record
from streams.feeling.text.reader import LinearReader
from streams.history import Known
from streams.identity import Circles
from streams.memory import Memory
from streams.wiring import build_folder, build_processor

BATCH = 8_000
STRANGER = Known((), frozenset())
"""Of whom nothing is journaled yet."""


def seconds_of_worker(settings: Settings, events: int) -> float:
    """Run one worker over all events; return the seconds they take, by those after its first batch."""
    with running_worker(settings), connect(settings) as client:
        first = wait_for(lambda: accounted(client), 1)
        already = accounted(client)
        last = wait_for(lambda: accounted(client), events)
    return (last - first) * events / (events - already)


def tables_of_a_batch(blocks: Iterable[Block]) -> tuple[int, dict[str, pa.Table]]:
    """Return how many events a batch has, and the Arrow tables that the hot path makes of them now."""
    received_ms = time.time_ns() // 1_000_000
    events = itertools.chain.from_iterable(zip(block.keys, block.values, strict=True) for block in blocks)
    records = [
        Record("touchpoints", 0, offset, received_ms, key, value, ())
        for offset, (key, value) in enumerate(itertools.islice(events, BATCH))
    ]
    settings = Settings(pseudonym_key=KEY)
    folder = build_folder(settings)
    processor = build_processor(settings, Memory(BATCH), LinearReader(), folder, Circles())
    batch = processor.process(records, lambda people: dict.fromkeys(people, STRANGER))
    return len(records), {str(table): arrow_table(rows) for table, rows in batch.rows.items() if rows}
