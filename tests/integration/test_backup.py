"""A backup restored on an empty machine: the same bonds for all, and who was erased since stays erased."""

import random
from pathlib import Path
from typing import Any

import pytest
import seed
from clickhouse_connect.driver.client import Client
from disk import folders_of, found_in
from workers import database, fresh_settings

from infra.backing_up import MANIFEST, BackupError, backup, file_of, save_keys
from infra.exporting import everything_of
from infra.restoring import RestoreError, bring_keys, restore
from schemas.catalogue import load_catalogue
from schemas.names import Table
from schemas.settings import Settings
from streams.commands import Order
from streams.connections import connect
from streams.sinks.door import door_of
from streams.sinks.eraser import eraser_of
from streams.sinks.journal import Journal
from streams.sinks.vault import vault_of

pytestmark = pytest.mark.stack
PEOPLE = 8


def erase(settings: Settings, person: str) -> None:
    eraser_of(settings).obey([Order(f"of {person}", person, False, "marta", 0)])


def bonds(client: Client) -> dict[str, tuple[Any, ...]]:
    rows = client.query("SELECT * EXCEPT (at) FROM v_bonds").result_rows
    return {row[0]: row for row in rows}


def told_by(person: str) -> str:
    """With what the ids of somebody's touchpoints begin."""
    return f"/shop|{person}-"


def elsewhere(settings: Settings, folder: Path) -> Settings:
    """The settings of an empty machine."""
    database_there = f"{settings.clickhouse_database}_{folder.name}"
    return settings.model_copy(update={"data_folder": folder, "clickhouse_database": database_there})


def test_a_backup_comes_back_whole_but_for_those_who_were_erased(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path / "here")
    catalogue, chance = load_catalogue(), random.Random(7)
    lives = [seed.life(catalogue, chance, number) for number in range(PEOPLE)]
    before, after, *others = [profile.person_id for profile, _ in lives]
    copy, old_keys, keys = tmp_path / "copy", tmp_path / "old", tmp_path / "keys"
    with database(settings) as client:
        Journal(client, door_of(settings)).insert(seed.tables_of(lives), lambda _: None)
        save_keys(settings, old_keys)
        erase(settings, before)
        backup(settings, copy)
        assert found_in([copy], {told_by(before)}) == set()
        erase(settings, after)
        save_keys(settings, keys)
        wanted = bonds(client)
        exported = everything_of(client, vault_of(settings), others[0])
    assert wanted.keys() == set(others)

    there = elsewhere(settings, tmp_path / "there")
    with pytest.raises(RestoreError, match="vault is missing"):
        restore(there, copy)
    stale = elsewhere(settings, tmp_path / "stale")
    bring_keys(stale, old_keys)
    with pytest.raises(RestoreError, match="older than the backup"):
        restore(stale, copy)

    bring_keys(there, keys)
    assert restore(there, copy) > 0
    with connect(there) as client, database(there) as admin:
        assert bonds(client) == wanted
        assert everything_of(admin, vault_of(there), others[0]) == exported
        assert found_in(folders_of(admin), {told_by(before), told_by(after)}) == set()
        assert client.command("SELECT sum(missing) FROM v_reconciliation WHERE journaled > 0") == 0
    with pytest.raises(RestoreError, match="not empty"):
        restore(there, copy)


def test_commands_about_alerts_of_the_erased_stay_out_and_the_vault_learns_of_these_alerts(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path / "here")
    copy, keys, there = tmp_path / "copy", tmp_path / "keys", elsewhere(settings, tmp_path / "there")
    erased, stays = f"{1:020x}", f"{2:020x}"
    with database(settings) as client:
        client.insert(Table.ALERTS, [(erased, erased), (stays, stays)], ("person_id", "alert_id"))
        client.insert(Table.COMMANDS, [("1", erased), ("2", stays)], ("command_id", "subject"))
    backup(settings, copy)
    vault_of(settings).begin_erasure("one", [erased], 0, "")
    save_keys(settings, keys)
    bring_keys(there, keys)
    assert restore(there, copy) == 2
    with database(there) as client:
        assert client.query(f"SELECT subject FROM {Table.COMMANDS}").result_rows == [(stays,)]
    assert vault_of(there).erased_alerts([erased, stays]) == {erased}


def test_what_is_no_whole_backup_is_refused(kafka: str, clickhouse, tmp_path: Path) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path / "here")
    copy = tmp_path / "copy"
    backup(settings, copy)
    with pytest.raises(BackupError, match="is not empty"):
        backup(settings, copy)
    file_of(copy, Table.JOURNAL).write_bytes(b"other")
    with pytest.raises(RestoreError, match="not as it was written"):
        restore(settings, copy)
    (copy / MANIFEST).unlink()
    with pytest.raises(RestoreError, match="no whole backup"):
        restore(settings, copy)
