"""Which vault a database belongs to: with another one, words are not readable, and the erased come back."""

from clickhouse_connect.driver.client import Client

from schemas.names import Table
from schemas.settings import Settings
from streams.sinks.vault import Vault

NOTED = f"SELECT vault_id FROM {Table.VAULTS} FINAL"


class ForeignVaultError(Exception):
    """The vault is that of another database; the text is one line."""


def refuse_foreign(client: Client, vault: Vault, settings: Settings) -> None:
    """Raise ForeignVaultError if the database belongs to another vault; if to none yet, any will do."""
    noted = client.query(NOTED).result_rows
    if noted and noted != [(vault.state()[0],)]:
        raise ForeignVaultError(
            f"VINCLE_VAULT_FILE: {settings.vault_path} is not the vault of the database"
            f" {settings.clickhouse_database}: name the file that is, or bring its newest copy back"
        )
