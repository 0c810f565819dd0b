"""`vincle backup FOLDER`: the database as files, while everything runs; the keys go elsewhere.

The workers pause while the tables are cloned, which shares their parts and takes no time, so the copy is of
one moment. What customers said lies sealed in it. The manifest comes last: without it a folder is no backup.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

import pyarrow as pa
from clickhouse_connect.driver.client import Client
from pyarrow import parquet

from schemas.names import CLONE, DatabaseUser, Table
from schemas.settings import MASTER_KEY_FILE, PSEUDONYM_KEY_FILE, VAULT_FILE, Settings
from streams.connections import connect
from streams.sinks.belonging import refuse_foreign
from streams.sinks.fence import Fence
from streams.sinks.vault import vault_of

MANIFEST = "manifest.json"
MADE_AGAIN = frozenset(
    {Table.BOND_MODELS, Table.CATALOGUE, Table.ALERT_RULES, Table.VAULTS, Table.FELT_LIVES}
)
"""By the set-up, and by workers."""
SAVED = tuple(table for table in Table if table not in MADE_AGAIN)


class BackupError(Exception):
    """There is no backup to be made there; the text is one line."""


class Manifest(NamedTuple):
    """What a backup says of itself."""

    made_at: str
    vault_id: str
    """The vault whose keys open it."""
    ledger: int
    """The last line of the ledger of erasures by then."""
    pseudonyms: str
    """By which one can tell that a key of pseudonyms is the one of this backup."""
    files: dict[str, str]
    """SHA-256 of the file of each table."""


def backup(settings: Settings, folder: Path) -> Manifest:
    """Write the database into an empty folder.

    Raises BackupError, ForeignVaultError, OSError, ClickHouse's Error.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty")
    vault = vault_of(settings)
    with connect(settings, DatabaseUser.ADMIN) as client:
        refuse_foreign(client, vault, settings)
        with _clones(client, Fence(settings.vault_path)) as clones:
            state = vault.state()
            files = {
                str(table): _write(client, clone, file_of(folder, table)) for table, clone in clones.items()
            }
    manifest = Manifest(datetime.now(UTC).isoformat(), *state, fingerprint(settings), files)
    (folder / MANIFEST).write_text(json.dumps(manifest._asdict(), indent=1))
    return manifest


def save_keys(settings: Settings, folder: Path) -> None:
    """Copy keys and ledger into a folder, over the copy before, which may hold keys that were destroyed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (PSEUDONYM_KEY_FILE, MASTER_KEY_FILE):
        if (settings.keys_folder / name).exists():
            copyfile(settings.keys_folder / name, folder / name)
            os.chmod(folder / name, 0o600)
    vault_of(settings).copy_to(folder / VAULT_FILE)


def file_of(folder: Path, table: str) -> Path:
    """Return the file of a table."""
    return folder / f"{table}.parquet"


def fingerprint(settings: Settings) -> str:
    """Return what tells one key of pseudonyms from another, and nothing else."""
    return hashlib.blake2b(b"backup", key=settings.pseudonym_secret()[:64], digest_size=16).hexdigest()


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def _clones(client: Client, fence: Fence) -> Iterator[dict[Table, str]]:
    """Give clones of the tables as they are at one moment, by table; gone afterwards."""
    clones = {table: f"{CLONE}{table}" for table in SAVED}
    try:
        with fence.alone():
            for table, clone in clones.items():
                client.command(f"DROP TABLE IF EXISTS {clone} SYNC")
                client.command(f"CREATE TABLE {clone} CLONE AS {table}")
        yield clones
    finally:
        for clone in clones.values():
            client.command(f"DROP TABLE IF EXISTS {clone} SYNC")


def _write(client: Client, clone: str, file: Path) -> str:
    """Write a table and return the SHA-256 of the file; texts as bytes, for some are no UTF-8."""
    schema = client.query_arrow(f"SELECT * FROM {clone} LIMIT 0", use_strings=False).schema
    with (
        parquet.ParquetWriter(file, schema, compression="zstd") as writer,
        client.query_arrow_stream(f"SELECT * FROM {clone}", use_strings=False) as batches,
    ):
        for batch in batches:
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
    return sha256_of(file)
