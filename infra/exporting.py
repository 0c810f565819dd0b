"""`vincle export CUSTOMER`: everything that is held of a person, readable."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from clickhouse_connect.driver.client import Client

from schemas.names import DatabaseUser, Table
from schemas.settings import Settings
from streams.connections import connect
from streams.pseudonyms import is_pseudonym, pseudonymiser
from streams.sealing import SEALED, Keys, opened, seal_in
from streams.sinks import circles, sweeping
from streams.sinks.belonging import refuse_foreign
from streams.sinks.statements import pieces
from streams.sinks.vault import Vault, vault_of

BYTES = {Table.REJECTED: ("key", "value"), Table.HELD: ("key", "value")}
"""Columns that hold what came, whatever it was."""
JSON = frozenset({"payload", "evidence", "attributes", "contact", "headers"})


def name_id_of(settings: Settings, customer: str) -> str:
    """Return the pseudonym of a customer's name; or the name, if it is one and nobody is called so."""
    name_id = pseudonymiser(settings.pseudonym_secret())(customer)
    if is_pseudonym(customer):
        with connect(settings, DatabaseUser.ADMIN) as client:
            return name_id if sweeping.held_of(client, [name_id]) else customer
    return name_id


def everything_of(client: Client, vault: Vault, name_id: str) -> dict[str, Any]:
    """Return the rows of every table that are about a person, by the pseudonym of any name of theirs.

    What was sealed is open, JSON is no longer a text, and bytes that are no UTF-8 show as escapes. `client`
    is the administrator's; raises ClickHouse's Error.
    """
    names = circles.names_of(client, name_id)
    keys, pieces_of = vault.keys(names), [sweeping.about(client, some) for some in pieces(names)]
    held = {
        table: _rows(client, table, [conditions[table] for conditions in pieces_of], keys)
        for table in sweeping.held_of(client, names)
    }
    return {"names": names, "held": held}


def export(settings: Settings, customer: str) -> dict[str, Any]:
    """Return everything about a customer.

    Raises ForeignVaultError, ClickHouse's Error, FileNotFoundError without a key.
    """
    name_id = name_id_of(settings, customer)
    with connect(settings, DatabaseUser.ADMIN) as client:
        vault = vault_of(settings)
        refuse_foreign(client, vault, settings)
        return everything_of(client, vault, name_id)


def _rows(client: Client, table: str, conditions: Iterable[str], keys: Keys) -> list[dict[str, Any]]:
    """Return the rows that meet any condition, each once: one may name two, in two pieces of names."""
    formats = dict.fromkeys(BYTES.get(Table(table), ()), "bytes")
    sealed = SEALED[Table(table)].columns if table in SEALED else ()
    found: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        rows = client.query(f"SELECT * FROM {table} FINAL WHERE {condition}", column_formats=formats)
        found |= {repr(row): row for row in rows.named_results()}
    return [
        {column: _readable(column, value, column in sealed, keys) for column, value in row.items()}
        for row in found.values()
    ]


def _readable(column: str, value: Any, is_sealed: bool, keys: Keys) -> Any:
    if is_sealed and value:
        value = (opened(seal_in(value), keys) or b"").decode(errors="backslashreplace")
    if isinstance(value, bytes):
        value = value.decode(errors="backslashreplace")
    if isinstance(value, list):
        return [_readable(column, one, is_sealed, keys) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return json.loads(value) if column in JSON and value else value
