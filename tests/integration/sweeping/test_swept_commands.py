"""Commands of and about the erased: an id erases one customer; nothing said of their alerts comes back."""

import asyncio
from functools import partial

import pytest
from clickhouse_connect.driver.client import Client
from sweeps import Life, behind_the_sweep, counted, eraser, order

from schemas.commands import Command
from schemas.names import ALERT_CLOSE, CUSTOMER_ERASE, RULE_SWITCH, Table
from schemas.settings import Settings
from streams.arrow import arrow_table
from streams.events import Record
from streams.rows import CommandRow
from streams.sinks.commands import CommandKeeper
from streams.sinks.door import door_of
from streams.sinks.eraser import eraser_of
from streams.sinks.journal import Journal
from streams.sinks.sweeping import MOST_SUBJECTS, held_of, subjects_of

pytestmark = pytest.mark.stack


def record(subject: str, offset: int, type: str = CUSTOMER_ERASE, note: str | None = None) -> Record:
    """A command under the one id: to erase somebody, if nothing else is said."""
    command = Command.of(type, subject, id="one", by="marta", note=note, time="2026-03-01T09:30:00Z")
    return Record("vincle.commands", 0, offset, 1_000, subject.encode(), command.to_json(), ())


@pytest.fixture
def alerts(client: Client, lives: list[Life]) -> tuple[str, str]:
    """The ids of an alert about each of two customers."""
    erased, stays = (profile.person_id for profile, _ in lives[:2])
    ids = f"{1:020x}", f"{2:020x}"
    client.insert(Table.ALERTS, list(zip((erased, stays), ids, strict=True)), ("person_id", "alert_id"))
    return ids


def test_an_id_erases_one_customer_and_a_command_for_another_is_refused(
    settings: Settings, client: Client, lives: list[Life]
) -> None:
    first, second, _ = [profile.person_id for profile, _ in lives]
    held = held_of(client, [second])
    keeper = CommandKeeper(Journal(client, door_of(settings)), (), eraser_of(settings), can_erase=True)
    for offset, people in enumerate([(first, second), (second,), (first,)]):
        asyncio.run(keeper.keep([record(person, 10 * offset + place) for place, person in enumerate(people)]))
    assert held_of(client, [first]) == {}
    assert held_of(client, [second]) == held
    refused = client.query(f"SELECT subject, refused FROM {Table.COMMANDS} ORDER BY kafka_offset").result_rows
    reason = "id: another customer is erased under it"
    assert refused == [(first, ""), (second, reason), (second, reason), (first, "")]


@pytest.mark.parametrize("anonymise", [False, True])
def test_what_was_said_of_an_alert_does_not_come_back_with_a_command_that_is_late_or_read_again(
    settings: Settings, client: Client, lives: list[Life], alerts: tuple[str, str], anonymise: bool
) -> None:
    erased, stays = alerts
    commands = [record(erased, 1, ALERT_CLOSE, "said of the erased"), record(stays, 2, ALERT_CLOSE, "kept")]
    keeper = CommandKeeper(Journal(client, door_of(settings)), (), eraser_of(settings), can_erase=True)
    asyncio.run(keeper.keep(commands))
    eraser_of(settings).obey([order(lives[0][0].person_id, anonymise)])
    asyncio.run(keeper.keep([*commands, record(erased, 3, ALERT_CLOSE, "said late")]))
    assert {note for (note,) in client.query(f"SELECT note FROM {Table.COMMANDS}").result_rows} == {"kept"}


def test_a_command_that_a_killed_writer_brings_after_the_sweep_is_swept_before_the_receipt(
    settings: Settings, client: Client, lives: list[Life], alerts: tuple[str, str]
) -> None:
    late = CommandRow("late", ALERT_CLOSE, alerts[0], "marta", "", "said", False, "", 0, "", "", 0, 0)
    come = partial(client.insert_arrow, Table.COMMANDS, arrow_table([late]))
    eraser(settings, behind_the_sweep(come)).obey([order(lives[0][0].person_id)])
    assert counted(client, f"SELECT count() FROM {Table.COMMANDS}") == 0


def test_what_commands_about_alerts_are_about_is_read_in_pieces(client: Client) -> None:
    many = 4 * MOST_SUBJECTS
    client.command(
        f"INSERT INTO {Table.COMMANDS} (command_id, type, subject)"
        f" SELECT toString(number), '{ALERT_CLOSE}', toString(number) FROM numbers({many})"
        f" UNION ALL SELECT 'rule', '{RULE_SWITCH}', 'a rule'"
    )
    pieces = list(subjects_of(client))
    assert max(map(len, pieces)) < 2 * MOST_SUBJECTS
    assert {subject for some in pieces for subject in some} == set(map(str, range(many)))
