"""Keeps commands: writes each down with who and when. The views tell what follows from them."""

import asyncio
from collections.abc import Container, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from schemas.names import Table
from streams.commands import command_row
from streams.events import Record
from streams.outages import until_it_works
from streams.sinks.journal import Journal


class CommandKeeper:
    """Writes commands by a client of its own, off the event loop."""

    def __init__(self, journal: Journal, rules: Container[str]) -> None:
        self._journal, self._rules = journal, rules
        self._thread = ThreadPoolExecutor(1, "commands")

    async def keep(self, records: Iterable[Record]) -> None:
        """Return when the commands are written; waits through outages."""
        rows = {Table.COMMANDS: [command_row(record, self._rules) for record in records]}
        write = partial(self._journal.insert, rows, lambda _: None)
        loop = asyncio.get_running_loop()
        await until_it_works("writing commands", partial(loop.run_in_executor, self._thread, write))
