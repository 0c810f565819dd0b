"""What customers said is written sealed, and read by those alone who have the key."""

import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import seed
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue import load_catalogue
from schemas.names import Table
from streams.rows import JournalRow
from streams.sealing import KEY_BYTES, SEALED, KeysOf, name_of, opened, opened_rows, seal, sealed_rows
from streams.sinks.door import Door
from streams.sinks.fence import Fence
from streams.sinks.vault import Vault
from streams.value import astuple

MARIA, JOAN = "0a" * 10, "0b" * 10
KEYS = {MARIA: b"m" * KEY_BYTES, JOAN: b"j" * KEY_BYTES}
AT = datetime(2026, 3, 1, tzinfo=UTC)


def said(person: str, text: str, attributes: str = "") -> JournalRow:
    more = {"text": text, "attributes": attributes}
    return seed.touchpoint(load_catalogue(), person, 1, "agent.called", AT, 0.5, **more)


def keys_of(names: Iterable[str]) -> dict[str, bytes]:
    return {name_id: KEYS[name_id] for name_id in names}


def read_back(sealed: Iterable[JournalRow], known: KeysOf) -> list[JournalRow]:
    fields, columns = JournalRow.__struct_fields__, SEALED[Table.JOURNAL].columns
    return [JournalRow(*row) for row in opened_rows(map(astuple, sealed), fields, columns, known)]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys" / "vault.sqlite", b"master")


@given(st.binary())
def test_a_seal_tells_whose_it_is_and_opens_with_that_key_alone(words: bytes) -> None:
    sealed = seal(words, MARIA, KEYS[MARIA])
    assert name_of(sealed) == MARIA
    assert opened(sealed, KEYS) == words
    assert opened(sealed, {MARIA: KEYS[JOAN]}) is None
    assert opened(sealed, {JOAN: KEYS[JOAN]}) is None
    assert opened(sealed[:-1], KEYS) is None


def test_the_same_words_give_equal_rows_so_that_writing_again_is_harmless() -> None:
    rows = [said(MARIA, "gràcies"), said(MARIA, "mai més")]
    assert sealed_rows(Table.JOURNAL, rows, keys_of) == sealed_rows(Table.JOURNAL, rows, keys_of)


def test_nothing_said_is_left_readable_and_everything_comes_back() -> None:
    rows = [said(MARIA, "gràcies", '{"barri":"Gràcia"}'), said(JOAN, ""), said(JOAN, "mai més")]
    sealed = list(sealed_rows(Table.JOURNAL, rows, keys_of))
    assert not any(word in repr(sealed) for word in ("gràcies", "barri", "mai més"))
    assert sealed[1] == rows[1]
    assert read_back(sealed, keys_of) == rows


def test_without_its_key_nothing_is_left_of_what_was_said() -> None:
    sealed = sealed_rows(Table.JOURNAL, [said(MARIA, "gràcies"), said(JOAN, "mai més")], keys_of)
    read = read_back(sealed, lambda names: {JOAN: KEYS[JOAN]})
    assert [row.text for row in read] == ["", "mai més"]


def test_who_said_nothing_needs_no_key() -> None:
    def never(names: Iterable[str]) -> dict[str, bytes]:
        raise AssertionError("asked for keys")

    rows = [said(MARIA, "")]
    assert sealed_rows(Table.JOURNAL, rows, never) is rows


def test_two_workers_that_meet_a_customer_at_once_get_the_same_key(vault: Vault) -> None:
    names = [f"{number:020x}" for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        one, *others = pool.map(lambda _: vault.keys_or_new(names), range(4))
    assert all(other == one for other in others)
    assert len(set(one.values())) == len(names)
    assert vault.keys([*names, MARIA]) == one


def test_the_file_of_keys_opens_only_for_its_owner_and_with_the_master_key(
    vault: Vault, tmp_path: Path
) -> None:
    file = tmp_path / "keys" / "vault.sqlite"
    key = vault.keys_or_new([MARIA])[MARIA]
    assert file.stat().st_mode & 0o077 == 0
    assert key not in file.read_bytes()
    with pytest.raises(InvalidTag):
        Vault(file, b"another").keys([MARIA])


def test_a_worker_asks_the_vault_once_for_a_customer_who_speaks_again(vault: Vault, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "vault.sqlite"
    door = Door(vault, Fence(file), remembered=1)
    keys = door.made([MARIA])
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM keys")
    assert door.made([MARIA]) == keys
    door.made([JOAN])
    assert door.known([MARIA]) == {}
