"""Notes which vault a database belongs to: the first one it is set up with, or a backup is restored with."""

from clickhouse_connect.driver.client import Client

from infra.backing_up import SAVED
from schemas.names import Table
from schemas.settings import Settings
from streams.sinks.belonging import NOTED, refuse_foreign
from streams.sinks.vault import vault_of


def holds_nothing(client: Client) -> bool:
    """Tell whether nothing was ever written to a database but what its set-up writes."""
    return not any(client.command(f"SELECT count() FROM {table}") for table in SAVED)


def note_vault(client: Client, settings: Settings) -> None:
    """Note the vault of the settings; ForeignVaultError if the database belongs to another.

    One that holds nothing belongs to whichever comes.
    """
    vault = vault_of(settings)
    vault_id, _ = vault.state()
    if client.query(NOTED).result_rows != [(vault_id,)]:
        if not holds_nothing(client):
            refuse_foreign(client, vault, settings)
        client.insert(Table.VAULTS, [(vault_id,)], column_names=("vault_id",))
