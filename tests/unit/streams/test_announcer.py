"""What is announced is in Kafka, or on its way no more, when announcing ends."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError

from streams.sinks.announcer import all_ended


async def fails() -> None:
    raise KafkaConnectionError


async def ends(after: "asyncio.Future[None]") -> None:
    await after


@pytest.mark.parametrize("is_the_next_refused", [False, True])
def test_a_failure_comes_out_when_all_that_was_begun_beside_it_has_ended(is_the_next_refused: bool) -> None:
    """Or else it were published after an erasure that had waited for the announcing to end."""

    async def announcing(slow: "asyncio.Future[None]") -> None:
        async with all_ended() as begun:
            begun.append(asyncio.ensure_future(fails()))
            begun.append(asyncio.ensure_future(ends(slow)))
            if is_the_next_refused:
                raise KafkaTimeoutError

    async def scenario() -> None:
        slow = asyncio.get_running_loop().create_future()
        announced = asyncio.ensure_future(announcing(slow))
        for _ in range(9):
            await asyncio.sleep(0)  # a turn of the loop
        assert not announced.done()
        slow.set_result(None)
        with pytest.raises(KafkaTimeoutError if is_the_next_refused else KafkaConnectionError):
            await announced

    asyncio.run(scenario())
