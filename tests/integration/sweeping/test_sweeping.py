"""What an erasure sweeps in the real engine where names are many, writers late, or a backup under way."""

import pytest
from clickhouse_connect.driver.client import Client
from sweeps import Life, behind_the_sweep, clone, counted, eraser, order, receipt, rows_of

from infra.exporting import everything_of
from schemas.names import CLONE, Hint, Table
from schemas.settings import Settings
from streams.arrow import arrow_table
from streams.crashpoints import ErasurePoint
from streams.sinks.eraser import eraser_of, unlogged
from streams.sinks.statements import MOST_NAMES
from streams.sinks.sweeping import SweepingError, delete, held_of
from streams.sinks.vault import vault_of

pytestmark = pytest.mark.stack
MANY = 4_000
"""Names; three times as many pseudonyms are more than ClickHouse reads of one statement."""


def test_what_a_backup_has_cloned_counts_once_and_is_exported_once(
    settings: Settings, client: Client, lives: list[Life]
) -> None:
    person = lives[0][0].person_id
    before, exported = held_of(client, [person]), everything_of(client, vault_of(settings), person)
    clone(client, Table.JOURNAL, Table.PROFILES, Table.COMMANDS)
    assert held_of(client, [person]) == before
    assert everything_of(client, vault_of(settings), person) == exported


def test_whoever_has_thousands_of_names_is_exported_and_erased_and_each_row_is_there_once(
    settings: Settings, client: Client
) -> None:
    names = [f"{number:020x}" for number in range(MANY)]
    client.command(
        f"INSERT INTO {Table.LINKS} (person_id, other_id, link_id, is_linked)"
        f" SELECT '{names[0]}', leftPad(lower(hex(number + 1)), 20, '0'), toString(number), true"
        f" FROM numbers({MANY - 1})"
    )
    touched = [(names[place], names[0], f"/shop|{place}") for place in (0, 1, MANY - 1)]
    client.insert(Table.STEPS, touched, column_names=("name_id", "person_id", "touchpoint_id"))
    whose = (names[1], names[0], [names[0], names[MANY - 1]])
    client.insert(Table.IDENTITIES, [whose], column_names=("name_id", "person_id", "persons"))
    exported = everything_of(client, vault_of(settings), names[1])
    assert exported["names"] == names
    assert {row["link_id"] for row in exported["held"][Table.LINKS]} == {
        str(link) for link in range(MANY - 1)
    }
    assert {table: len(rows) for table, rows in exported["held"].items()} == held_of(client, names)
    eraser_of(settings).obey([order(names[1])])
    assert receipt(client, names[1]).names == MANY
    assert receipt(client, names[1]).held == {
        Table.LINKS: MANY - 1,
        Table.STEPS: len(touched),
        Table.IDENTITIES: 1,
    }
    assert held_of(client, names) == {}


def test_a_contact_is_forgotten_under_every_name_of_a_customer_with_thousands(client: Client) -> None:
    names = [f"{number:020x}" for number in range(MOST_NAMES + 1)]
    columns = ("person_id", "name_id", "touchpoint_id", "episode_id", "kind")
    first, last = names[0], names[-1]
    client.insert(Table.STEPS, [(first, first, "1", "1", "felt")], column_names=columns)
    client.command(f"INSERT INTO {Hint.CONTACT_DAYS} SELECT cityHash64('{last}', '1'), today()")
    delete(client, names, (), ())
    assert counted(client, f"SELECT count() FROM {Hint.CONTACT_DAYS}") == 0


def test_what_a_killed_writer_brings_after_the_sweep_is_swept_before_the_receipt(
    settings: Settings, client: Client, lives: list[Life]
) -> None:
    profile, rows = lives[0]

    def late() -> None:
        client.insert_arrow(Table.JOURNAL, arrow_table(rows[:1]))
        client.insert_arrow(Table.PROFILES, arrow_table([profile]))

    eraser(settings, behind_the_sweep(late)).obey([order(profile.person_id)])
    assert held_of(client, [profile.person_id]) == {}
    assert receipt(client, profile.person_id).held[Table.JOURNAL] == len(rows)


def test_what_a_backup_clones_during_the_sweep_is_swept_before_the_receipt(
    settings: Settings, client: Client, lives: list[Life]
) -> None:
    profile, rows = lives[0]

    def late() -> None:
        clone(client, Table.JOURNAL)
        client.insert_arrow(f"{CLONE}{Table.JOURNAL}", arrow_table(rows[:1]))

    eraser(settings, behind_the_sweep(late)).obey([order(profile.person_id)])
    assert rows_of(client, f"{CLONE}{Table.JOURNAL}", profile.person_id) == 0


def test_a_server_is_asked_to_log_no_statement_of_an_erasure(settings: Settings, client: Client) -> None:
    asked = "SELECT toUInt8(getSetting('log_queries'))"
    assert counted(client, asked) == 1
    with unlogged(settings) as eraser:
        assert counted(eraser, asked) == 0


def test_a_few_are_erased_at_a_time(
    settings: Settings, client: Client, lives: list[Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sinks.eraser.MOST_ORDERS", 2)
    steps: list[ErasurePoint] = []
    eraser(settings, steps.append).obey([order(profile.person_id) for profile, _ in lives])
    assert steps.count(ErasurePoint.RECEIPT_WRITTEN) == 2
    assert held_of(client, [profile.person_id for profile, _ in lives]) == {}


def test_why_rows_stay_is_said_and_not_whose_they_are(
    client: Client, lives: list[Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sinks.sweeping.PATIENCE_SECONDS", 3.0)
    person = lives[0][0].person_id
    failing = f"ALTER TABLE {Table.JOURNAL} DELETE WHERE throwIf(person_id = '{person}')"
    client.command(failing, settings={"mutations_sync": 0})
    with pytest.raises(SweepingError, match="FUNCTION_THROW_IF_VALUE_IS_NON_ZERO") as raised:
        delete(client, [person], (), ())
    assert person not in str(raised.value)
