"""Whom a worker remembers beyond its memory: in a file of its own, that vanishes with it.

To read a customer from the journal again takes milliseconds, from here some fifty microseconds, and to keep
one here as much. The file has no name any more once it is open, and what it holds is encrypted by a key that
is never written down: what customers were promised stands here with their words.
"""

import logging
import os
import pickle
import secrets
import sqlite3
import tempfile
from collections.abc import Iterable
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from streams.memory import Entry
from streams.sealing import KEY_BYTES, NONCE_BYTES

NUMBER_BYTES = 8
_TABLE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -8000;
PRAGMA secure_delete = ON;
CREATE TABLE known (
    number INTEGER PRIMARY KEY, partition INTEGER NOT NULL, era INTEGER NOT NULL, closed BLOB NOT NULL
) STRICT;
"""
_BROKEN = (sqlite3.Error, OSError)

logger = logging.getLogger(__name__)


class DiskSpill:
    """Keeps whoever was put here among the last `capacity`, and some more. One thread at a time may use it.

    Where the disk is full, or gone, it forgets everybody and goes on.
    """

    def __init__(self, folder: Path, capacity: int) -> None:
        self._folder, self._capacity = folder, capacity
        self._cipher, self._nonces = AESGCM(secrets.token_bytes(KEY_BYTES)), count()
        self._era, self._era_of = 0, dict[int, int]()
        self._shelves: list[sqlite3.Connection] = []
        """The newest first, two at most."""
        self._put_since = 0

    def get(self, name_id: str) -> Any | None:
        """Return what was kept of a name, if it still holds."""
        number = _number_of(name_id)
        try:
            for shelf in self._shelves:
                kept = shelf.execute("SELECT partition, era, closed FROM known WHERE number = ?", (number,))
                if (row := kept.fetchone()) is not None:
                    partition, era, closed = row
                    return self._opened(name_id, closed) if era >= self._era_of.get(partition, 0) else None
        except _BROKEN as error:
            self._begin_anew(error)
        return None

    def put(self, entries: Iterable[Entry[Any]]) -> None:
        """Keep these, each in place of what was kept of it before."""
        rows = [(_number_of(one.name_id), one.partition, self._era, self._closed(one)) for one in entries]
        try:
            if not self._shelves or self._put_since >= self._capacity:
                self._add_shelf()
            newest = self._shelves[0]
            newest.execute("BEGIN")
            newest.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?)", rows)
            newest.execute("COMMIT")
            self._put_since += len(rows)
        except _BROKEN as error:
            self._begin_anew(error)

    def forget(self, names: Iterable[str]) -> None:
        """Forget these names for good."""
        numbers = [(_number_of(name_id),) for name_id in names]
        try:
            for shelf in self._shelves:
                shelf.executemany("DELETE FROM known WHERE number = ?", numbers)
        except _BROKEN as error:
            self._begin_anew(error)

    def forget_partitions(self, partitions: Iterable[int]) -> None:
        """Pass over whatever was kept of these partitions until now."""
        self._era += 1
        self._era_of |= dict.fromkeys(partitions, self._era)

    def close(self) -> None:
        """Forget everybody, and give the disk back."""
        for shelf in self._shelves:
            shelf.close()
        self._shelves.clear()

    def _begin_anew(self, error: Exception) -> None:
        logger.warning("customers beyond memory are forgotten, and read from the journal again: %s", error)
        self.close()

    def _add_shelf(self) -> None:
        self._shelves.insert(0, _shelf_in(self._folder))
        self._put_since = 0
        for old in self._shelves[2:]:
            old.close()
        del self._shelves[2:]

    def _closed(self, entry: Entry[Any]) -> bytes:
        nonce = next(self._nonces).to_bytes(NONCE_BYTES)
        known = pickle.dumps(entry.known, pickle.HIGHEST_PROTOCOL)
        return nonce + self._cipher.encrypt(nonce, known, entry.name_id.encode())

    def _opened(self, name_id: str, closed: bytes) -> Any | None:
        nonce, known = closed[:NONCE_BYTES], closed[NONCE_BYTES:]
        try:
            return pickle.loads(self._cipher.decrypt(nonce, known, name_id.encode()))
        except InvalidTag:
            return None  # it is another name's of the same number


def _shelf_in(folder: Path) -> sqlite3.Connection:
    """Return a table in a file that nobody else finds, and that is gone with whoever has it open."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, file = tempfile.mkstemp(dir=folder)
    os.close(descriptor)
    try:
        database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        database.executescript(_TABLE)
    finally:
        os.unlink(file)
    return database


def _number_of(name_id: str) -> int:
    """Return under which number a name stands; another name may have the same one."""
    return int.from_bytes(blake2b(name_id.encode(), digest_size=NUMBER_BYTES).digest(), signed=True)
