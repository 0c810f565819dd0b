"""Seals what customers said and who they are: only who has the customer's key reads it. Pure.

A seal is the pseudonym whose key opens it, a nonce, and what AES-256-GCM made of the words; it needs nothing
beside it to be opened. The nonce is a keyed hash of the words, so that a batch that is written twice writes
equal rows; two different texts of one name would share a nonce about once in 2 ** 48 texts.
"""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.names import PSEUDONYM_BYTES, Table
from streams.value import Value, replace

KEY_BYTES = 32
NONCE_BYTES = 12
NOBODY = "00" * PSEUDONYM_BYTES
"""Under whose key stands what no customer's id came with."""

Row = TypeVar("Row", bound=Value)
Keys = Mapping[str, bytes]
KeysOf = Callable[[Iterable[str]], Keys]


class Sealed(NamedTuple):
    """The columns of a table that are sealed, and the column that says under whose key."""

    name: str
    columns: tuple[str, ...]


SEALED: Mapping[Table, Sealed] = {
    Table.JOURNAL: Sealed("person_id", ("text", "attributes")),
    Table.PROFILES: Sealed("person_id", ("contact",)),
    Table.WITHDRAWALS: Sealed("person_id", ("reason",)),
    Table.REJECTED: Sealed("person_id", ("key", "headers", "value")),
    Table.HELD: Sealed("person_id", ("key", "headers", "value")),
}
"""Whatever is free text of a customer, or bytes that may hold such. Columns of text hold seals as base64."""


def seal(words: bytes, name_id: str, key: bytes) -> bytes:
    """Return words as a seal that the key of a name opens."""
    nonce = blake2b(words, key=key, digest_size=NONCE_BYTES, person=b"nonce").digest()
    return bytes.fromhex(name_id) + nonce + AESGCM(key).encrypt(nonce, words, None)


def name_of(sealed: bytes) -> str:
    """Return the name whose key opens a seal."""
    return sealed[:PSEUDONYM_BYTES].hex()


def opened(sealed: bytes, keys: Keys) -> bytes | None:
    """Return what was sealed; None if its key is no more, or it is no seal of it."""
    key = keys.get(name_of(sealed))
    nonce, words = sealed[PSEUDONYM_BYTES:][:NONCE_BYTES], sealed[PSEUDONYM_BYTES + NONCE_BYTES :]
    if key is None or len(nonce) < NONCE_BYTES:
        return None
    try:
        return AESGCM(key).decrypt(nonce, words, None)
    except InvalidTag:
        return None


def sealed_rows(table: Table, rows: Sequence[Row], keys_of: KeysOf) -> Sequence[Row]:
    """Return rows of a table as they are written: nothing that is to be sealed is readable any more.

    Rows without a word to seal are passed through, and cost a look.
    """
    if (sealed := SEALED.get(table)) is None:
        return rows
    spoken = sorted({at for name in sealed.columns for at, row in enumerate(rows) if getattr(row, name)})
    if not spoken:
        return rows
    owners = {at: getattr(rows[at], sealed.name) or NOBODY for at in spoken}
    keys = keys_of(set(owners.values()))
    written = list(rows)
    for at, owner in owners.items():
        words = {name: word for name in sealed.columns if (word := getattr(rows[at], name))}
        closed = {name: _closed(word, owner, keys[owner]) for name, word in words.items()}
        written[at] = replace(rows[at], **closed)
    return written


def opened_rows(
    rows: Iterable[Sequence[Any]], fields: Sequence[str], columns: Iterable[str], keys_of: KeysOf
) -> list[list[Any]]:
    """Return rows of such fields with columns opened that were sealed; empty where the key is no more.

    What is empty was not sealed, and stays empty.
    """
    read = [list(row) for row in rows]
    places = [fields.index(column) for column in columns]
    seals = [(row, place, seal_in(row[place])) for row in read for place in places if row[place]]
    keys = keys_of({name_of(sealed) for _, _, sealed in seals}) if seals else {}
    for row, place, sealed in seals:
        words = opened(sealed, keys) or b""
        row[place] = words.decode() if isinstance(row[place], str) else words
    return read


def seal_in(column: str | bytes) -> bytes:
    """Return the seal that a column holds, as text or as bytes."""
    return base64.b64decode(column) if isinstance(column, str) else column


def _closed(words: Any, name_id: str, key: bytes) -> Any:
    if isinstance(words, bytes):
        return seal(words, name_id, key)
    return base64.b64encode(seal(words.encode(), name_id, key)).decode()
