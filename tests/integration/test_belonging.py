"""A database belongs to the vault it was set up with: another is refused before anything is done with it."""

from pathlib import Path
from typing import Any

import pytest
from workers import database, fresh_settings

from infra.backing_up import backup
from infra.exporting import export
from infra.rereading import reread
from infra.setup import SetupError, set_up
from infra.workers import running_worker
from schemas.names import Table
from schemas.settings import Settings
from streams.connections import connect
from streams.sinks.belonging import ForeignVaultError, refuse_foreign
from streams.sinks.vault import vault_of

pytestmark = pytest.mark.stack


@pytest.fixture
def settings(kafka: str, clickhouse: Any, tmp_path: Path) -> Settings:
    return fresh_settings(kafka, clickhouse.port, tmp_path / "here")


@pytest.fixture
def foreign(settings: Settings, tmp_path: Path) -> Settings:
    """The same installation, with the wrong file as its vault."""
    return settings.model_copy(update={"vault_file": tmp_path / "other.sqlite"}, deep=True)


def hold_something(settings: Settings) -> None:
    with database(settings) as client:
        client.insert(Table.ERASED, [("t", 0, 0)], ("kafka_topic", "kafka_partition", "kafka_offset"))


def test_another_vault_is_refused_by_set_up_backup_export_and_reading_again(
    settings: Settings, foreign: Settings, tmp_path: Path
) -> None:
    hold_something(settings)
    with pytest.raises(
        SetupError, match=r"VINCLE_VAULT_FILE: .*other.sqlite is not the vault of the database"
    ):
        list(set_up(foreign))
    with pytest.raises(ForeignVaultError, match="bring its newest copy back"):
        backup(foreign, tmp_path / "copy")
    with pytest.raises(ForeignVaultError):
        export(foreign, "maria")
    with pytest.raises(ForeignVaultError):
        reread(foreign, 1, 0)
    assert list(set_up(settings)) == []


def test_a_worker_with_another_vault_ends_and_says_why(settings: Settings, foreign: Settings) -> None:
    hold_something(settings)
    with running_worker(foreign) as worker:
        assert worker.handle.wait(60) != 0
    assert "VINCLE_VAULT_FILE" in (settings.log_folder / "worker.log").read_text()


def test_a_database_that_holds_nothing_belongs_to_whichever_vault_comes(
    settings: Settings, foreign: Settings
) -> None:
    assert list(set_up(foreign)) == []
    with connect(settings) as client:
        refuse_foreign(client, vault_of(foreign), foreign)
        with pytest.raises(ForeignVaultError):
            refuse_foreign(client, vault_of(settings), settings)


def test_a_database_of_an_earlier_release_belongs_to_the_vault_it_is_next_set_up_with(
    settings: Settings, foreign: Settings
) -> None:
    hold_something(settings)
    with database(settings) as client:
        client.command(f"TRUNCATE TABLE {Table.VAULTS}")
    assert list(set_up(settings)) == []
    with pytest.raises(SetupError):
        list(set_up(foreign))
