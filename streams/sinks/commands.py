"""Keeps commands: writes each down with who and when. The views tell what follows from them; erasures are
carried out here."""

import asyncio
from collections.abc import Container, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from schemas.names import Table
from streams.commands import command_row, orders_in, refuse_strangers
from streams.events import Record
from streams.outages import until_it_works
from streams.sinks.eraser import Eraser
from streams.sinks.journal import Journal


class CommandKeeper:
    """Writes commands by a client of its own, off the event loop."""

    def __init__(self, journal: Journal, rules: Container[str], eraser: Eraser, can_erase: bool) -> None:
        self._journal, self._rules, self._eraser = journal, rules, eraser
        self._can_erase = can_erase
        self._thread = ThreadPoolExecutor(1, "commands")

    async def keep(self, records: Iterable[Record]) -> None:
        """Return when the commands are written, and who is to be erased is; waits through outages."""
        rows = [command_row(record, self._rules, self._can_erase) for record in records]
        in_thread = partial(asyncio.get_running_loop().run_in_executor, self._thread)
        if orders := orders_in(rows):
            begin = partial(in_thread, partial(self._eraser.begin, orders))
            begun = await until_it_works("beginning to erase", begin)
            rows = refuse_strangers(rows, {erasure.erasure_id: erasure.names for erasure in begun})
        write = partial(self._journal.insert, {Table.COMMANDS: rows}, lambda _: None)
        await until_it_works("writing commands", partial(in_thread, write))
        if orders := orders_in(rows):
            await until_it_works("erasing", partial(in_thread, partial(self._eraser.obey, orders)))
