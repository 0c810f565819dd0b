"""`vincle restore FOLDER`: a backup into an empty database. Who was erased since does not come back.

The vault must be there with a ledger that is at least as new as the backup; what names an erased customer is
left out before it is written, so that it is in no part of the disk either.
"""

import json
from collections.abc import Iterator, Set
from pathlib import Path
from shutil import copyfile

import pyarrow as pa
import pyarrow.compute as pc
from clickhouse_connect.driver.client import Client
from pyarrow import parquet

from infra.backing_up import MANIFEST, SAVED, Manifest, file_of, fingerprint, sha256_of
from infra.belonging import holds_nothing, note_vault
from infra.first_journeys import want_none
from infra.setup import set_up_database
from schemas.names import DatabaseUser, Table
from schemas.settings import MASTER_KEY_FILE, PSEUDONYM_KEY_FILE, VAULT_FILE, Settings
from streams.connections import connect
from streams.erasing import NAMES, PAST, RECEIVED
from streams.rows import ErasedRow
from streams.sinks.journal import INSERT_SETTINGS
from streams.sinks.vault import Vault, vault_of

ROWS = 200_000
"""Rows that are written in one go."""
BEGUN = "restore.begun"
ALERTS_FIRST = sorted(SAVED, key=lambda table: table is not Table.ALERTS)
"""What is commanded of an alert goes with it."""
ALERT_IDS = {Table.ALERTS: "alert_id", Table.COMMANDS: "subject"}


class RestoreError(Exception):
    """The backup cannot be restored here; the text is one line."""


def restore(settings: Settings, folder: Path) -> int:
    """Restore a backup and return how many rows were left out with erased customers.

    Broken off, it goes on when it is run again. Raises RestoreError, ForeignVaultError, OSError, ClickHouse's
    Error.
    """
    manifest = read_manifest(folder)
    vault = _fitting_vault(settings, manifest)
    list(set_up_database(settings))
    begun = settings.data_folder / BEGUN
    with connect(settings, DatabaseUser.ADMIN) as client:
        goes_on = begun.exists() and begun.read_text() == manifest.made_at
        if not goes_on and not holds_nothing(client):
            raise RestoreError("the database is not empty")
        note_vault(client, settings)
        begun.write_text(manifest.made_at)
        left_out = _fill(client, folder, vault)
    want_none(settings)
    begun.unlink()
    return left_out


def read_manifest(folder: Path) -> Manifest:
    """Return what a backup says of itself; raises RestoreError if it is none, or not whole."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise RestoreError(f"{folder} holds no whole backup") from error
    for table, digest in manifest.files.items():
        if not file_of(folder, table).is_file() or sha256_of(file_of(folder, table)) != digest:
            raise RestoreError(f"{file_of(folder, table)} is not as it was written")
    return manifest


def bring_keys(settings: Settings, folder: Path) -> None:
    """Copy keys and ledger to their places, where there are none; raises OSError."""
    settings.keys_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (PSEUDONYM_KEY_FILE, MASTER_KEY_FILE, VAULT_FILE):
        place = settings.vault_path if name == VAULT_FILE else settings.keys_folder / name
        if not place.exists() and (folder / name).exists():
            place.touch(mode=0o600)
            copyfile(folder / name, place)


def _fitting_vault(settings: Settings, manifest: Manifest) -> Vault:
    """Return the vault; RestoreError unless it is the backup's, and its ledger at least as new."""
    if not settings.vault_path.is_file():
        raise RestoreError(f"the vault is missing: {settings.vault_path}, with the newest ledger of erasures")
    try:
        if fingerprint(settings) != manifest.pseudonyms:
            raise RestoreError("the key of the pseudonyms is not that of the backup")
        vault = vault_of(settings)
    except FileNotFoundError as error:
        raise RestoreError(f"a key is missing: {error.filename}") from error
    vault_id, ledger = vault.state()
    if vault_id != manifest.vault_id:
        raise RestoreError("the vault is not that of the backup")
    if ledger < manifest.ledger:
        raise RestoreError("the ledger of erasures is older than the backup: bring the newest")
    return vault


def _fill(client: Client, folder: Path, vault: Vault) -> int:
    """Write what is not about erased customers; the vault learns which alerts are."""
    left_out, erased = 0, {entry.name_id.encode() for entry in vault.erased_after(0)}
    for table in ALERTS_FIRST:
        for rows in _pieces(file_of(folder, table)):
            gone = _about(rows, erased)
            if table in ALERT_IDS:
                gone = pc.or_(gone, _on_erased_alerts(rows[ALERT_IDS[table]], vault))
            if table is Table.ALERTS:
                vault.note_alerts(_texts(rows.filter(gone)["alert_id"]))
            _insert(client, table, rows.filter(pc.invert(gone)))
            _insert(client, Table.ERASED, _places(rows.filter(gone)))
            left_out += pc.sum(gone).as_py() or 0
    return left_out


def _pieces(file: Path) -> Iterator[pa.Table]:
    for batch in parquet.ParquetFile(file).iter_batches(ROWS):
        yield pa.Table.from_batches([batch])


def _about(rows: pa.Table, erased: Set[bytes]) -> pa.ChunkedArray:
    """Return which rows are about erased customers."""
    gone = pa.chunked_array([pa.repeat(pa.scalar(False), len(rows))])
    for column in NAMES:
        if column in rows.column_names:
            named = pc.is_in(rows[column], value_set=pa.array(sorted(erased), pa.binary()))
            gone = pc.or_(gone, named)
    for column in set(PAST).intersection(rows.column_names):
        named = [not erased.isdisjoint(names) for names in rows[column].to_pylist()]
        gone = pc.or_(gone, pa.chunked_array([named], pa.bool_()))
    return gone


def _on_erased_alerts(ids: pa.ChunkedArray, vault: Vault) -> pa.ChunkedArray:
    """Return which ids are of alerts that an erasure took."""
    erased = vault.erased_alerts(_texts(ids))
    return pa.chunked_array([[one in erased for one in _texts(ids)]], pa.bool_())


def _texts(column: pa.ChunkedArray) -> list[str]:
    return [text.decode() for text in column.to_pylist()]


def _places(gone: pa.Table) -> pa.Table:
    """Return where rows stood in Kafka that are left out; none where the table does not tell."""
    if "kafka_offset" not in gone.column_names:
        return gone.slice(0, 0)
    received = next(column for column in RECEIVED if column in gone.column_names)
    columns = ErasedRow.__struct_fields__
    return gone.select([*columns[:3], received]).rename_columns(columns)


def _insert(client: Client, table: Table, rows: pa.Table) -> None:
    if len(rows):
        client.insert_arrow(table, rows, settings=INSERT_SETTINGS)
