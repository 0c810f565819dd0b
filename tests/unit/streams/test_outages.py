"""What is worth trying again, and what must come out."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from streams.outages import is_outage, until_it_works


def test_an_outage_is_told_until_it_is_over_also_for_whoever_tries_no_more() -> None:
    told: list[BaseException | None] = []

    async def given_up() -> None:
        async def fails() -> None:
            raise ConnectionError

        trying = asyncio.create_task(until_it_works("writing", fails, lambda _, error: told.append(error)))
        while not told:
            await asyncio.sleep(0)
        trying.cancel()
        await asyncio.wait([trying])

    asyncio.run(given_up())
    assert [type(error) for error in told] == [ConnectionError, type(None)]


def test_a_vault_that_somebody_holds_is_worth_trying_again(tmp_path):
    file = tmp_path / "vault.sqlite"
    with closing(sqlite3.connect(file)) as frozen, closing(sqlite3.connect(file, timeout=0)) as other:
        frozen.execute("CREATE TABLE keys (name TEXT)")
        frozen.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as raised:
            other.execute("SELECT * FROM keys")

    assert is_outage(raised.value)


def test_a_vault_whose_folder_is_away_is_worth_trying_again(tmp_path):
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(tmp_path / "away" / "vault.sqlite")

    assert is_outage(raised.value)


def test_a_question_that_the_vault_does_not_understand_comes_out(tmp_path):
    with (
        closing(sqlite3.connect(tmp_path / "vault.sqlite")) as vault,
        pytest.raises(sqlite3.OperationalError) as raised,
    ):
        vault.execute("SELECT * FROM nothing")

    assert not is_outage(raised.value)
    assert not is_outage(ValueError("a mistake of ours"))
