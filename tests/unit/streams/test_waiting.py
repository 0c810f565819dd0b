"""What waits in a worker's memory is bounded by records and their bytes, not by chunks."""

import asyncio

from streams.events import Record
from streams.value import replace
from streams.waiting import BATCH_SECONDS, FEW, Delivery, Pace, Waiting


def delivery(records: int) -> Delivery:
    return Delivery((Record("touchpoints", 0, 0, 0, b"", b"", ()),) * records, lambda: None, 1)


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


def test_what_is_large_counts_several_times():
    large = Record("touchpoints", 0, 0, 0, b"", b"x" * 20_500, ())
    assert Delivery((large, *delivery(3).records), lambda: None, 1).weight == 3 + 21
    assert Delivery((replace(large, value=None),), lambda: None, 1).weight == 1


def test_few_records_are_taken_while_nobody_is_remembered_and_then_as_many_as_fit_into_a_few_seconds():
    pace = Pace(16_000)
    taken = [pace.weight]
    for share in (0.5, 0.8, 0.0, 4.0, 100.0):
        pace.took(pace.weight, share * BATCH_SECONDS)
        taken.append(pace.weight)
    assert taken == [FEW, 4_000, 5_000, 16_000, 4_000, FEW]


def test_a_worker_that_is_to_take_no_more_than_a_few_never_does():
    pace = Pace(100)
    pace.took(100, 0.01)
    assert pace.weight == 100
    pace.begin_anew()
    assert pace.weight == 100
