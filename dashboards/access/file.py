"""The file of users, sessions and one-time links: SQLite, readable by its owner alone."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

NAME = "access.sqlite"
PATIENCE_SECONDS = 10.0
_TABLES = """
CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, role TEXT NOT NULL, secret TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES users ON DELETE CASCADE, ends_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS links (
    token TEXT PRIMARY KEY, stage TEXT NOT NULL, name TEXT REFERENCES users ON DELETE CASCADE,
    ends_at REAL NOT NULL
) STRICT;
"""


class AccessFile:
    """Opens the file; threads and processes may share it. `clock` says when things end."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path, self._clock = path, clock
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with self.open() as database:
            database.executescript(_TABLES)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """Give a connection; what is written with it stands altogether, or not at all."""
        with closing(sqlite3.connect(self._path, timeout=PATIENCE_SECONDS)) as database:
            database.execute("PRAGMA foreign_keys = ON")
            with database:
                yield database

    def now(self) -> float:
        """Return the time, in seconds since 1970."""
        return self._clock().timestamp()
