"""The vault: the keys of customers, each kept under the master key, and the ledger of those who were erased,
with whom they were ever named together, and hashes of the alerts about them, in one SQLite file of its owner
alone.

Why a file of its own, and not ClickHouse or a topic: a key must be gone at once and for good. A backup of the
database must not hold it, and a compacted topic keeps what was deleted until its segments are cleaned. SQLite
gives what is needed for nothing: two workers that meet a customer at once get the same key, a process killed
at any moment leaves the file whole, and `secure_delete` overwrites what is deleted. Workers on several
machines share the file in a folder that locks files for them; its journal is the old one for that reason.
"""

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.settings import Settings
from streams.pieces import in_pieces
from streams.sealing import KEY_BYTES, NONCE_BYTES

PATIENCE_SECONDS = 30.0
ID_BYTES = 8
HASH_BYTES = 16
_MOST_NAMES = 500
"""Names in one question."""
_TABLES = """
CREATE TABLE IF NOT EXISTS keys (name_id TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS about (one INTEGER PRIMARY KEY CHECK (one = 1), vault_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS erasures (
    erasure_id TEXT PRIMARY KEY, erased_at INTEGER NOT NULL, salt TEXT NOT NULL, held TEXT
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS erased (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name_id TEXT NOT NULL, facts INTEGER NOT NULL DEFAULT 0,
    erasure_id TEXT NOT NULL REFERENCES erasures, UNIQUE (erasure_id, name_id)
) STRICT;
CREATE TABLE IF NOT EXISTS pairs (one TEXT, other TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS erased_alerts (hash BLOB PRIMARY KEY) WITHOUT ROWID, STRICT;
"""


class Entry(NamedTuple):
    """A line of the ledger: a name whose customer was erased."""

    number: int
    name_id: str


class Erasure(NamedTuple):
    """An erasure as the vault has it."""

    erasure_id: str
    names: tuple[str, ...]
    erased_at_ms: int
    salt: str
    """Of the stand-in, until it is written; else empty."""
    held: Mapping[str, int] | None
    """How many rows each table held; None while they were not counted."""


class Vault:
    """Opens the file; threads and processes may share it."""

    def __init__(self, path: Path, master: bytes) -> None:
        self._path = path
        self._master = AESGCM(blake2b(master[:64], digest_size=KEY_BYTES, person=b"customers").digest())
        self._alerts_key = blake2b(master[:64], digest_size=KEY_BYTES, person=b"alerts").digest()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with self._open() as database:
            database.executescript(_TABLES)
            database.execute("INSERT OR IGNORE INTO about VALUES (1, ?)", (secrets.token_hex(ID_BYTES),))

    def keys(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the keys of names that have one."""
        with self._open() as database:
            return self._keys(database, list(names))

    def keys_or_new(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the keys of names; who has none gets one."""
        wanted = list(names)
        with self._open() as database:
            found = self._keys(database, wanted)
            lacking = [name_id for name_id in wanted if name_id not in found]
            if lacking:
                database.execute("BEGIN IMMEDIATE")
                fresh = [(name_id, self._wrapped(name_id, os.urandom(KEY_BYTES))) for name_id in lacking]
                database.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", fresh)
                found |= self._keys(database, lacking)
        return found

    def state(self) -> tuple[str, int]:
        """Return which vault this is, and the last line of its ledger; 0 if it has none."""
        with self._open() as database:
            (vault_id,) = database.execute("SELECT vault_id FROM about").fetchone()
            (number,) = database.execute("SELECT ifnull(max(number), 0) FROM erased").fetchone()
        return vault_id, number

    def copy_to(self, file: Path) -> None:
        """Copy the vault as it is now, over an older copy if there is one, whole or not at all."""
        new = file.with_name(f"{file.name}.new")
        new.unlink(missing_ok=True)
        os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with self._open() as database, closing(sqlite3.connect(new)) as copy:
            database.backup(copy)
        new.replace(file)

    def erased_after(self, number: int) -> list[Entry]:
        """Return the ledger's lines after a number, in order."""
        query = "SELECT number, name_id FROM erased WHERE number > ? ORDER BY number"
        with self._open() as database:
            return [Entry(*row) for row in database.execute(query, (number,))]

    def erased_facts(self, names: Iterable[str]) -> dict[str, int]:
        """Return those of some names that were erased, and how many facts were known of each."""
        found: dict[str, int] = {}
        with self._open() as database:
            for some in in_pieces(list(names), _MOST_NAMES):
                query = (
                    f"SELECT name_id, sum(facts) FROM erased WHERE name_id IN ({_places(some)}) GROUP BY 1"
                )
                found.update(database.execute(query, some))
        return found

    def keep_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Remember names that were ever named together, of whom one is erased."""
        told = list(pairs)  # asked for before anybody has to wait for us
        with self._open() as database:
            database.executemany("INSERT OR IGNORE INTO pairs VALUES (?, ?)", told)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the names that were ever named together, of whom one was erased."""
        with self._open() as database:
            return list(database.execute("SELECT one, other FROM pairs ORDER BY one, other"))

    def note_alerts(self, alerts: Iterable[str]) -> None:
        """Remember for good that these alerts were about somebody who was erased: nobody can tell whom.

        Their ids follow from pseudonym and touchpoint, so whoever has the file could try some; they are
        hashed with the master key, and stand in the order of the hashes.
        """
        hashes = [(self._alert_hash(alert_id),) for alert_id in alerts]
        with self._open() as database:
            database.executemany("INSERT OR IGNORE INTO erased_alerts VALUES (?)", hashes)

    def erased_alerts(self, ids: Iterable[str]) -> set[str]:
        """Return those of some ids that are of alerts about somebody who was erased."""
        id_of = {self._alert_hash(one): one for one in ids}
        with self._open() as database:
            return {
                id_of[found]
                for some in in_pieces(list(id_of), _MOST_NAMES)
                for (found,) in database.execute(
                    f"SELECT hash FROM erased_alerts WHERE hash IN ({_places(some)})", some
                )
            }

    def begin_erasure(self, erasure_id: str, names: Iterable[str], at_ms: int, salt: str) -> Erasure:
        """Write names into the ledger and destroy their keys.

        Called again it takes in further names, until it is noted what was held; all else stays as it began.
        """
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            values = (erasure_id, at_ms, salt)
            database.execute("INSERT OR IGNORE INTO erasures VALUES (?, ?, ?, NULL)", values)
            lines = [(name_id, erasure_id, erasure_id) for name_id in names]
            database.executemany(
                "INSERT OR IGNORE INTO erased (name_id, erasure_id)"
                " SELECT ?, ? FROM erasures WHERE erasure_id = ? AND held IS NULL",
                lines,
            )
            self._destroy_keys(database, erasure_id)
            return _begun(self._erasure(database, erasure_id))

    def erasure(self, erasure_id: str) -> Erasure | None:
        """Return an erasure that has begun."""
        with self._open() as database:
            return self._erasure(database, erasure_id)

    def note_held(self, erasure_id: str, held: Mapping[str, int], facts: Mapping[str, int]) -> Erasure:
        """Note how many rows each table held, and the facts known of each name; the first note stands."""
        with self._open() as database:
            note = "UPDATE erasures SET held = ? WHERE erasure_id = ? AND held IS NULL"
            if database.execute(note, (json.dumps(held), erasure_id)).rowcount:
                counts = [(count, erasure_id, name_id) for name_id, count in facts.items()]
                known = "UPDATE erased SET facts = ? WHERE erasure_id = ? AND name_id = ?"
                database.executemany(known, counts)
            return _begun(self._erasure(database, erasure_id))

    def end_erasure(self, erasure_id: str) -> None:
        """Forget what leads to a stand-in, and keys that were made by those who were writing meanwhile."""
        with self._open() as database:
            database.execute("UPDATE erasures SET salt = '' WHERE erasure_id = ?", (erasure_id,))
            self._destroy_keys(database, erasure_id)

    def _destroy_keys(self, database: sqlite3.Connection, erasure_id: str) -> None:
        names = "SELECT name_id FROM erased WHERE erasure_id = ?"
        database.execute(f"DELETE FROM keys WHERE name_id IN ({names})", (erasure_id,))

    def _erasure(self, database: sqlite3.Connection, erasure_id: str) -> Erasure | None:
        names = database.execute(
            "SELECT name_id FROM erased WHERE erasure_id = ? ORDER BY number", (erasure_id,)
        )
        found = database.execute(
            "SELECT erased_at, salt, held FROM erasures WHERE erasure_id = ?", (erasure_id,)
        )
        if (row := found.fetchone()) is None:
            return None
        at_ms, salt, held = row
        told = None if held is None else json.loads(held)
        return Erasure(erasure_id, tuple(name_id for (name_id,) in names), at_ms, salt, told)

    def _alert_hash(self, alert_id: str) -> bytes:
        return blake2b(alert_id.encode(), key=self._alerts_key, digest_size=HASH_BYTES).digest()

    def _keys(self, database: sqlite3.Connection, names: list[str]) -> dict[str, bytes]:
        found = {}
        for some in in_pieces(names, _MOST_NAMES):
            query = f"SELECT name_id, wrapped FROM keys WHERE name_id IN ({_places(some)})"
            rows = database.execute(query, some)
            found.update({name_id: self._unwrapped(name_id, wrapped) for name_id, wrapped in rows})
        return found

    def _wrapped(self, name_id: str, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._master.encrypt(nonce, key, name_id.encode())

    def _unwrapped(self, name_id: str, wrapped: bytes) -> bytes:
        """Return a key; InvalidTag under another master key."""
        return self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name_id.encode())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give a connection; what is written with it stands altogether, or not at all."""
        with closing(sqlite3.connect(self._path, timeout=PATIENCE_SECONDS)) as database:
            database.execute("PRAGMA secure_delete = ON")
            with database:
                yield database


def _places(asked: Sequence[Any]) -> str:
    return ", ".join("?" * len(asked))


def _begun(erasure: Erasure | None) -> Erasure:
    assert erasure is not None, "no such erasure has begun"
    return erasure


def vault_of(settings: Settings) -> Vault:
    """Return the vault that the settings name; FileNotFoundError without a master key."""
    return Vault(settings.vault_path, settings.master_secret())
