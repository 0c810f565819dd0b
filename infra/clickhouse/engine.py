"""chDB behind a lock: one process owns a folder, every query gets a connection of its own.

A connection costs a quarter of a millisecond, so none is shared: no setting, temporary table or database
of one query reaches the next.  Readers and writers have separate places, so that long queries of readers
never keep rows waiting.
"""

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from infra.clickhouse.errors import (
    TOO_MANY_SIMULTANEOUS_QUERIES,
    UNKNOWN_SETTING,
    EngineError,
    OwnedError,
    from_engine,
    refusal,
)
from infra.clickhouse.statement import quoted

MEGABYTE = 1 << 20

# What every connection begins with; a request may say otherwise.
DEFAULTS = {
    # Only whole statements; numbers alone are no query, and symbols of the process are nobody's business.
    "implicit_select": "0",
    "allow_introspection_functions": "0",
    # An insert is acknowledged when its rows are in a part.
    "async_insert": "0",
    # One insert is one part, and so all or nothing: blocks are joined up to these bounds.
    "min_insert_block_size_rows": "10000000",
    "min_insert_block_size_bytes": str(1024 * MEGABYTE),
    "max_insert_threads": "1",
}

# Caches of a server of this size; the rest of the memory is for queries.
CACHES = {
    "mark_cache_size": str(64 * MEGABYTE),
    "index_mark_cache_size": str(16 * MEGABYTE),
    "uncompressed_cache_size": "0",
    "mmap_cache_size": "128",
}


@dataclass(frozen=True)
class EngineLimits:
    """Bounds of one engine: memory in bytes for all queries together, places, and waiting in seconds."""

    memory_bytes: int = 2048 * MEGABYTE
    readers: int = 8
    writers: int = 3
    wait_seconds: float = 60.0


def always() -> bool:
    """Whoever asks stays."""
    return True


@dataclass(frozen=True)
class Work:
    """One statement to run: SQL, the format of its answer, and what surrounds it.

    `parameters` are the values of {name:Type} in ClickHouse's escaped text; over `settings` are laid
    `guards`, and over both `read_only` (the engine's readonly: 1 forbids settings too).
    `owner_places` bounds how many statements of one owner run at once; `wanted` tells whether who
    asks is still there.
    """

    sql: bytes
    output_format: str = "TabSeparated"
    database: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    guards: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False
    read_only: int = 0
    owner: str = ""
    owner_places: int | None = None
    wanted: Callable[[], bool] = always


@dataclass(frozen=True)
class Answer:
    """The bytes of a result with ClickHouse's counts of it."""

    data: memoryview
    read_rows: int
    read_bytes: int
    result_rows: int
    written_rows: int
    written_bytes: int
    elapsed_seconds: float


class Engine:
    """The engine of one folder.  Raises OwnedError if another process has it."""

    def __init__(
        self, folder: Path, limits: EngineLimits | None = None, configuration: Path | None = None
    ) -> None:
        self._limits = limits or EngineLimits()
        self.folder = folder
        self.spool_folder = folder / "spool"
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _own(folder)
        _clear(self.spool_folder)
        arguments = {**DEFAULTS, **CACHES, "max_server_memory_usage": str(self._limits.memory_bytes)}
        self._address = f"{folder / 'store'}?{urlencode(arguments)}"
        if configuration:
            self._address += f"&config-file={configuration}"  # chDB takes it as it stands
        self._connect = _connector()
        # Kept open: the engine ends with its last connection.
        self._keeper = self._connect(self._address)
        self._readers = threading.BoundedSemaphore(self._limits.readers)
        self._writers = threading.BoundedSemaphore(self._limits.writers)
        self._owners: dict[str, threading.BoundedSemaphore] = {}
        self.version, self.timezone = _version(self._keeper)

    def run(self, work: Work, connection: Any = None) -> Answer:
        """Run a statement to its end.  Raises EngineError, ConnectionAbortedError if who asked has gone."""
        with self._connection(work, connection) as ready, _engine_errors():
            result = ready.query(work.sql, work.output_format, params=dict(work.parameters))
            return _answer(result)

    def stream(self, work: Work) -> Iterator[memoryview]:
        """Run a query and give its answer block by block; each block is encoded by itself.

        Only for formats without head and tail.  Raises EngineError, also halfway, and as `run`.
        """
        with self._connection(work, None) as ready, _engine_errors():
            result = ready.send_query(work.sql, work.output_format, params=dict(work.parameters))
            try:
                while (block := ready.streaming_fetch_result(result)) and block.rows_read():
                    yield _copied(block)
            finally:
                ready.streaming_cancel_query(result)

    def connect(self) -> Any:
        """A connection that the caller keeps and closes: the state of a session."""
        return self._connect(self._address)

    @contextmanager
    def _connection(self, work: Work, kept: Any) -> Iterator[Any]:
        places = self._writers if work.writes else self._readers
        with self._place(self._places_of(work)), self._place(places):
            if not work.wanted():
                raise ConnectionAbortedError("who asked has gone")
            connection = kept or self._connect(self._address)
            try:
                with _engine_errors():
                    _prepare(connection, work)
                yield connection
            finally:
                if kept is None:
                    connection.close()

    @contextmanager
    def _place(self, places: threading.BoundedSemaphore | None) -> Iterator[None]:
        if places is None:
            yield
            return
        if not places.acquire(timeout=self._limits.wait_seconds):
            raise refusal(TOO_MANY_SIMULTANEOUS_QUERIES, "Too many simultaneous queries")
        try:
            yield
        finally:
            places.release()

    def _places_of(self, work: Work) -> threading.BoundedSemaphore | None:
        """The places of a statement's owner, if they are bounded."""
        if work.owner_places is None:
            return None
        # Whoever comes first makes them; setdefault is atomic.
        return self._owners.setdefault(work.owner, threading.BoundedSemaphore(work.owner_places))

    def close(self) -> None:
        """End the engine and let the folder go."""
        self._keeper.close()
        os.close(self._lock)


def _connector() -> Any:
    """The engine's own connect; imported late, because loading it takes 270 MB and half a second."""
    from chdb import _chdb

    return cast(Any, _chdb).connect


def _own(folder: Path) -> int:
    """Lock the folder for this process; the descriptor holds the lock."""
    descriptor = os.open(folder / "owner", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        owner = os.pread(descriptor, 32, 0).decode().strip()
        os.close(descriptor)
        raise OwnedError(f"{folder} is in use by another ClickHouse engine (process {owner})") from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def _clear(spool_folder: Path) -> None:
    """Remove what a killed process left of unfinished inserts."""
    for left in spool_folder.glob("rows-*"):
        left.unlink()


def _prepare(connection: Any, work: Work) -> None:
    if work.database:
        connection.query(f"USE {quoted(work.database)}", "Null", params={})
    settings = {**work.settings, **work.guards}
    if work.read_only:
        settings["readonly"] = str(work.read_only)
    if settings:
        assignments = ", ".join(f"{_name(key)} = {quoted(value, chr(39))}" for key, value in settings.items())
        connection.query(f"SET {assignments}", "Null", params={})


def _name(setting: str) -> str:
    if not setting.isidentifier() or not setting.isascii():
        raise refusal(UNKNOWN_SETTING, f"Unknown setting '{setting[:50]}'")
    return setting


@contextmanager
def _engine_errors() -> Iterator[None]:
    """chDB raises RuntimeError with ClickHouse's text, or UnicodeDecodeError if that text is not UTF-8."""
    try:
        yield
    except EngineError:
        raise
    except (RuntimeError, UnicodeDecodeError, ValueError) as error:
        raise from_engine(error) from error


def _answer(result: Any) -> Answer:
    return Answer(
        data=_copied(result),
        read_rows=result.storage_rows_read() or result.rows_read(),
        read_bytes=result.storage_bytes_read() or result.bytes_read(),
        result_rows=result.rows_read(),
        written_rows=result.rows_written(),
        written_bytes=result.bytes_written(),
        elapsed_seconds=result.elapsed(),
    )


def _copied(result: Any) -> memoryview:
    """The bytes of a result or block.  chDB's view does not keep their memory, which it uses again."""
    return memoryview(bytes(result.get_memview().view()))


def _version(connection: Any) -> tuple[str, str]:
    row = connection.query("SELECT version() AS version, timezone() AS timezone", "JSONEachRow", params={})
    answer = json.loads(bytes(row.bytes()))
    return answer["version"], answer["timezone"]
