"""A thread of its own in which work is done piece by piece, again after each outage."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from streams.outages import Told, until_it_works, untold

T = TypeVar("T")


class Lane:
    """One thread. Clients that may be used from one thread only are used in one lane only."""

    def __init__(self, name: str, told: Told = untold) -> None:
        self._pool = ThreadPoolExecutor(1, name)
        self._told = told

    async def do(self, what: str, work: Callable[[], T]) -> T:
        """Return what a piece of work gives, done in the thread; any error but an outage comes out."""
        in_thread = asyncio.get_running_loop().run_in_executor
        return await self.wait_for(what, partial(in_thread, self._pool, work))

    async def wait_for(self, what: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """Return what an attempt outside the thread gives; any error but an outage comes out."""
        return await until_it_works(what, attempt, self._told)

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
