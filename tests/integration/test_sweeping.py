"""What an erasure does in the real engine where customers are many, writers late, or a backup under way."""

import asyncio
import random
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import seed
from clickhouse_connect.driver.client import Client
from workers import database

from infra.erasing import Receipt, receipt_of
from infra.exporting import everything_of
from infra.keys import make_private
from infra.setup import set_up_database
from schemas.catalogue import load_catalogue
from schemas.commands import Command
from schemas.names import ALERT_CLOSE, CLONE, CUSTOMER_ERASE, RULE_SWITCH, Hint, Table
from schemas.settings import MASTER_KEY_FILE, Settings
from streams.alerts import kinds
from streams.arrow import arrow_table
from streams.commands import Order
from streams.crashpoints import ErasurePoint, Reached
from streams.events import Record
from streams.rows import CommandRow, JournalRow, ProfileRow
from streams.sinks.commands import CommandKeeper
from streams.sinks.door import door_of
from streams.sinks.eraser import Eraser, eraser_of, unlogged
from streams.sinks.fence import Fence
from streams.sinks.journal import Journal
from streams.sinks.silence import silent_people
from streams.sinks.statements import MOST_NAMES
from streams.sinks.sweeping import MOST_SUBJECTS, SweepingError, delete, held_of, subjects_of
from streams.sinks.vault import vault_of

pytestmark = pytest.mark.stack
MANY = 4_000
"""Names; three times as many pseudonyms are more than ClickHouse reads of one statement."""
Life = tuple[ProfileRow, list[JournalRow]]


@pytest.fixture
def settings(clickhouse, tmp_path: Path) -> Settings:
    """An installation without a broker, and without customers."""
    made = Settings(
        clickhouse_port=clickhouse.port,
        clickhouse_database=f"test_{uuid4().hex[:8]}",
        data_folder=tmp_path,
        log_folder=tmp_path / "logs",
        pseudonym_key="a key for tests",
    )
    make_private(made.keys_folder / MASTER_KEY_FILE, secrets.token_bytes(32))
    list(set_up_database(made))
    return made


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    with database(settings) as client:
        yield client


@pytest.fixture
def lives(settings: Settings, client: Client) -> list[Life]:
    """Three customers, as workers wrote them."""
    catalogue, chance = load_catalogue(), random.Random(7)
    lives = [seed.life(catalogue, chance, number) for number in range(3)]
    Journal(client, door_of(settings)).insert(seed.tables_of(lives), lambda _: None)
    return lives


def order(person: str, anonymise: bool = False) -> Order:
    return Order(f"of {person}", person, anonymise, "marta", 0)


def eraser(settings: Settings, reached: Reached, connect: Callable[[Settings], Any] = unlogged) -> Eraser:
    """What erases, and tells of each step."""
    vault, fence = vault_of(settings), Fence(settings.vault_path)
    return Eraser(lambda: connect(settings), vault, fence, lambda: 0, settings.raw_days, reached)


def behind_the_sweep(come: Callable[[], object]) -> Reached:
    """What lets something come in once, when the first sweep has ended."""
    met: list[ErasurePoint] = []

    def reached(point: ErasurePoint) -> None:
        if point is ErasurePoint.ROWS_DELETED and point not in met:
            come()
        met.append(point)

    return reached


class Listening:
    """A client of which one hears what it asks."""

    def __init__(self, client: Client, asked: list[str]) -> None:
        self._client, self._asked = client, asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def query(self, query: str, *parameters: Any) -> Any:
        self._asked.append(query)
        return self._client.query(query, *parameters)


def clone(client: Client, *tables: Table) -> None:
    for table in tables:
        client.command(f"CREATE TABLE {CLONE}{table} CLONE AS {table}")


def counted(client: Client, query: str, **values: Any) -> int:
    return int(str(client.command(query, values)))


def receipt(client: Client, person: str) -> Receipt:
    found = receipt_of(client, order(person).erasure_id)
    assert found is not None
    return found


def rows_of(client: Client, table: str, person: str) -> int:
    return counted(client, f"SELECT count() FROM {table} WHERE person_id = {{who:String}}", who=person)


def test_what_a_backup_has_cloned_counts_once_and_is_exported_once(
    settings: Settings, client: Client, lives: list[Life]
) -> None:
    person = lives[0][0].person_id
    before, exported = held_of(client, [person]), everything_of(client, vault_of(settings), person)
    clone(client, Table.JOURNAL, Table.PROFILES, Table.COMMANDS)
    assert held_of(client, [person]) == before
    assert everything_of(client, vault_of(settings), person) == exported


def test_clones_are_swept_and_get_no_stand_ins(settings: Settings, client: Client, lives: list[Life]) -> None:
    person, rows = lives[0][0].person_id, len(lives[0][1])
    clone(client, Table.JOURNAL)
    before = counted(client, f"SELECT count() FROM {CLONE}{Table.JOURNAL}")
    eraser_of(settings).obey([order(person, anonymise=True)])
    assert rows_of(client, f"{CLONE}{Table.JOURNAL}", person) == 0
    assert counted(client, f"SELECT count() FROM {CLONE}{Table.JOURNAL}") == before - rows
    assert counted(client, f"SELECT count() FROM {Table.JOURNAL}") == before


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


def test_whose_names_are_a_customers_is_asked_at_the_command_and_once_more_when_nobody_links_them_any_more(
    settings: Settings, client: Client, lives: list[Life]
) -> None:
    asked: list[str] = []
    by_then: list[int] = []

    def reached(point: ErasurePoint) -> None:
        by_then.append(sum("identity_links" in query and "link_id" in query for query in asked))

    erasing = eraser(settings, reached, lambda settings: Listening(unlogged(settings), asked))
    orders = [order(profile.person_id) for profile, _ in lives]
    erasing.begin(orders)
    assert by_then == []
    erasing.obey(orders)
    assert by_then[:2] == [len(orders), 2 * len(orders)]


def test_a_server_is_asked_to_log_no_statement_of_an_erasure(settings: Settings, client: Client) -> None:
    asked = "SELECT toUInt8(getSetting('log_queries'))"
    assert counted(client, asked) == 1
    with unlogged(settings) as eraser:
        assert counted(eraser, asked) == 0


def test_of_a_stand_in_nothing_is_read_again(settings: Settings, client: Client, lives: list[Life]) -> None:
    journal, (person, *others) = (
        Journal(client, door_of(settings)),
        [profile.person_id for profile, _ in lives],
    )
    eraser_of(settings).obey([order(person, anonymise=True)])
    read = journal.read_otherwise(("new", "new"), 0, ("", "", 0), 1_000)
    assert {row.person_id for row in read} == set(others)


def test_a_stand_in_is_never_silent(settings: Settings, client: Client, lives: list[Life]) -> None:
    person, *others = [profile.person_id for profile, _ in lives]
    rules = {
        "fading": kinds.Fading.model_construct(once=0.0, below=101.0, days=0.0),
        "unanswered": kinds.Unanswered.model_construct(hours=0.0),
    }
    step = {
        "person_id": person,
        "name_id": person,
        "touchpoint_id": "late",
        "case_id": "alone",
        "kind": "felt",
        "occurred_at": seed.NOW - timedelta(days=20),
        "moment_of_truth": True,
        "valence": -1.0,
        "surprise": -1.0,
    }
    client.insert(Table.STEPS, [list(step.values())], list(step))
    for name, rule in rules.items():
        assert person in silent_people(client, {name: rule})
    eraser_of(settings).obey([order(person, anonymise=True)])
    assert silent_people(client, {"fading": rules["fading"]}) == set(others)
    assert silent_people(client, {"unanswered": rules["unanswered"]}) <= set(others)


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


def test_who_was_joined_by_a_name_that_was_erased_before_keeps_no_alert_of_who_is_erased_now(
    settings: Settings, client: Client
) -> None:
    # erased now - erased before - stays: parted when each is erased
    now, before, stays = names = [f"{number:020x}" for number in (1, 2, 3)]
    pairs = [(now, before, "1", False), (before, stays, "2", False)]
    client.insert(Table.LINKS, pairs, column_names=("person_id", "other_id", "link_id", "is_linked"))
    for table in (Table.STEPS, Table.JOURNAL):
        told = [(name, f"/shop|{name}") for name in names]
        client.insert(table, told, column_names=("person_id", "touchpoint_id"))
    alerts = [(stays, f"{10 + place:020x}", [f"/shop|{name}"]) for place, name in enumerate(names)]
    client.insert(Table.ALERTS, alerts, column_names=("person_id", "alert_id", "touchpoint_ids"))
    for person in (before, now):
        eraser_of(settings).obey([order(person)])
    left = client.query(f"SELECT alert_id FROM {Table.ALERTS}").result_rows
    assert left == [(alerts[-1][1],)]


def test_what_a_backup_clones_during_the_sweep_is_swept_before_the_receipt(
    settings: Settings, client: Client, lives: list[Life]
) -> None:
    profile, rows = lives[0]

    def late() -> None:
        clone(client, Table.JOURNAL)
        client.insert_arrow(f"{CLONE}{Table.JOURNAL}", arrow_table(rows[:1]))

    eraser(settings, behind_the_sweep(late)).obey([order(profile.person_id)])
    assert rows_of(client, f"{CLONE}{Table.JOURNAL}", profile.person_id) == 0


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


class Copying(Fence):
    """A fence within which somebody is at work, when an erasure begins to wait, if `begun` says so."""

    def __init__(self, path: Path, begun: Callable[[], bool], end: Callable[[], None]) -> None:
        super().__init__(path)
        self._begun, self._end = begun, end

    def drain(self) -> None:
        if self._begun():
            self._end()
        super().drain()


def test_what_a_copier_read_of_the_erased_is_not_left_with_a_mate_when_it_writes_after_the_facts_are_gone(
    settings: Settings, client: Client
) -> None:
    erased, stays = (f"{number:020x}" for number in (1, 2))
    link = (erased, stays, "1", False)
    client.insert(Table.LINKS, [link], column_names=("person_id", "other_id", "link_id", "is_linked"))
    client.insert(Table.JOURNAL, [(erased, "/shop|1")], column_names=("person_id", "touchpoint_id"))
    written: list[bool] = []

    def facts_are_gone() -> bool:
        return not written and rows_of(client, Table.JOURNAL, erased) == 0

    def write() -> None:
        client.insert(Table.FELT_LIVES, [(stays, [1])], column_names=("person_id", "at_ms"))
        written.append(True)

    fence = Copying(settings.vault_path, facts_are_gone, write)
    Eraser(lambda: unlogged(settings), vault_of(settings), fence, lambda: 0, settings.raw_days).obey(
        [order(erased)]
    )
    assert written
    assert rows_of(client, Table.FELT_LIVES, stays) == 0


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
