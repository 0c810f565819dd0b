"""What waits in a worker's memory is bounded by records, not by chunks: one of a backlog has thousands."""

import asyncio

from streams.conveyor import Delivery, Waiting
from streams.events import Record


def delivery(records: int) -> Delivery:
    return Delivery((Record("touchpoints", 0, 0, 0, b"", b"", ()),) * records, lambda: None)


def test_chunks_are_taken_in_until_their_records_are_as_many_as_a_batch():
    async def filled() -> list[bool]:
        waiting = Waiting(10)
        full = []
        for records in (3, 3, 3, 3):
            full.append(waiting.full())
            await waiting.put(delivery(records))
        return [*full, waiting.full()]

    assert asyncio.run(filled()) == [False, False, False, False, True]


def test_who_brings_a_chunk_to_a_full_line_waits_until_one_is_taken():
    async def order() -> list[str]:
        waiting, happened = Waiting(10), list[str]()
        await waiting.put(delivery(10))

        async def bring() -> None:
            await waiting.put(delivery(1))
            happened.append("brought")

        bringing = asyncio.create_task(bring())
        await asyncio.sleep(0)
        happened.append("taken" if len((await waiting.get()).records) == 10 else "mixed up")
        await bringing
        return happened

    assert asyncio.run(order()) == ["taken", "brought"]
