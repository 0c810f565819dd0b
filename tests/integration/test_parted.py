"""Two names that were joined and parted again: of the one that is erased nothing stays with the other."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from clickhouse_connect.driver.client import Client
from disk import folders_of, found_in
from faults.progress import Progress
from test_erasures import canary
from workers import accounted, database, fresh_settings, publish, wait_until

from infra.backing_up import backup, save_keys
from infra.restoring import bring_keys, restore
from infra.workers import running_worker
from schemas.envelope import Event
from schemas.names import CONSUMER_GROUP, Topic
from schemas.settings import Settings
from streams.commands import Order
from streams.pseudonyms import pseudonymiser
from streams.sinks.copying import renew
from streams.sinks.door import door_of
from streams.sinks.eraser import eraser_of
from streams.sinks.vault import vault_of

pytestmark = pytest.mark.stack
COUPLES = (("erased-1", "stays-1"), ("erased-3", "stays-3"))
"""Of the first couple the name that is erased is the customer's id, of the second the other."""
ERASED, STAYING = ([couple[place] for couple in COUPLES] for place in (0, 1))
WORDS = {canary(number, name) for name in ERASED for number in range(3)}


class Before(NamedTuple):
    """What was there before one of each couple was erased."""

    words: set[str]
    """Of the erased: words in files, and pseudonyms in rows."""
    contacts: set[int]
    """Hashes of contacts of the erased under any name, and of the mates' under a name of the erased."""
    kept: set[int]
    """Hashes of the mates' own contacts."""
    felt: set[int]
    """How many touchpoints the copies of lives hold."""
    alerts: set[str]


class World(NamedTuple):
    """An installation in which names were joined and parted, and one of each couple was erased then."""

    settings: Settings
    client: Client
    before: Before
    copy: Path
    """A backup of before."""
    keys: Path


def person_of(name: str) -> str:
    return pseudonymiser(b"a key for tests")(name)


PSEUDONYMS = {person_of(name) for name in ERASED}


def told_by(couple: tuple[str, str]) -> list[list[tuple[str, bytes]]]:
    """What is published of two, in three parts: linked, bad contacts that raise alerts, unlinked."""
    erased, stays = couple

    def say(who: str, day: int, number: int) -> tuple[str, bytes]:
        word = canary(number, who)
        event = Event.touchpoint(
            "agent.called",
            id=f"{number}-{word}",
            source="/calls",
            customer=who,
            time=f"2026-02-{day:02d}T09:00:00Z",
            emotion={"valence": -0.9},
            case=f"case {word}",
            episode=f"contact {word}",
        )
        return who, event.to_json()

    def name(make: Callable[..., Event], day: int) -> tuple[str, bytes]:
        time = f"2026-02-{day:02d}T10:00:00Z"
        event = make(stays, id=f"{erased}-{day}", source="/identity", customer=erased, time=time)
        return erased, event.to_json()

    calls = [(erased, 2, 0), (stays, 3, 0), (stays, 4, 1), (erased, 5, 1), (stays, 6, 2)]
    calls += [(stays, 21, 3), (stays, 22, 4), (erased, 23, 2)]
    return [[name(Event.linked, 1)], [say(*call) for call in calls], [name(Event.unlinked, 28)]]


def columns_with(client: Client, words: set[str]) -> set[str]:
    """Those words that stand in a column of any row, superseded ones among them."""
    tables = (
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree')"
    )
    rows = (
        str(client.query(f"SELECT * FROM {table}").result_rows)
        for (table,) in client.query(tables).result_rows
    )
    return {word for text in rows for word in words if word in text}


def contacts(client: Client, under: list[str], of: list[str]) -> set[int]:
    """The hashes of contacts of names, each under other names."""
    query = (
        "SELECT cityHash64(name, episode_id) FROM journal ARRAY JOIN {under:Array(String)} AS name"
        " WHERE person_id IN {of:Array(String)}"
    )
    parameters = {"under": list(map(person_of, under)), "of": list(map(person_of, of))}
    return {hash for (hash,) in client.query(query, parameters).result_rows}


def column(client: Client, query: str) -> set[Any]:
    return {value for (value,) in client.query(query).result_rows}


@pytest.fixture(scope="module")
def world(kafka: str, clickhouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two couples were linked, felt something, were unlinked; a backup was made; one of each was erased."""
    folder = tmp_path_factory.mktemp("parted")
    settings = fresh_settings(kafka, clickhouse.port, folder / "here")
    copy, keys = folder / "copy", folder / "keys"
    progress = [
        Progress(kafka, settings.topic(CONSUMER_GROUP), settings.topic(topic))
        for topic in (Topic.TOUCHPOINTS, Topic.TOUCHED)
    ]
    published = 0
    with database(settings) as client, running_worker(settings):
        for part in zip(*map(told_by, COUPLES), strict=True):
            events = [event for theirs in part for event in theirs]
            publish(settings, events)
            published += len(events)
            wait_until(lambda awaited=published: accounted(client) == awaited, "all journaled")
            wait_until(lambda: all(one.is_at_end() for one in progress), "all derived")
            list(renew(client, door_of(settings)))
        before = Before(
            found_in(folders_of(client), WORDS) | columns_with(client, PSEUDONYMS),
            contacts(client, ERASED, ERASED + STAYING) | contacts(client, STAYING, ERASED),
            set().union(*(contacts(client, [who], [who]) for who in STAYING)),
            column(client, "SELECT length(at_ms) FROM felt_lives"),
            column(client, "SELECT alert_id FROM alerts"),
        )
        backup(settings, copy)
        eraser_of(settings).obey([Order(f"of {who}", person_of(who), False, "marta", 0) for who in ERASED])
        save_keys(settings, keys)
        wait_until(
            lambda: (
                client.command("SELECT count() FROM identities FINAL WHERE empty(persons)") == len(COUPLES)
            ),
            "mates derived again",
        )
        list(renew(client, door_of(settings)))
        yield World(settings, client, before, copy, keys)
    for one in progress:
        one.close()


def test_no_name_and_no_touchpoint_of_the_erased_stays_with_who_was_once_joined_with_them(
    world: World,
) -> None:
    assert world.before.words == WORDS | PSEUDONYMS
    assert found_in(folders_of(world.client), WORDS) | columns_with(world.client, PSEUDONYMS) == set()


def test_the_copy_of_what_a_mate_felt_holds_what_is_theirs_alone(world: World) -> None:
    assert {8, 5} <= world.before.felt
    assert column(world.client, "SELECT length(at_ms) FROM felt_lives") == {5}
    assert column(world.client, "SELECT felt FROM v_bonds") == {5}


def test_no_hash_of_a_contact_of_the_erased_stays_among_the_hints_under_any_name(world: World) -> None:
    left = column(world.client, "SELECT contact FROM contact_days")
    assert world.before.contacts & left == set()
    assert world.before.kept <= left


def test_alerts_of_a_mate_stay_that_are_caused_by_the_mates_touchpoints_alone(world: World) -> None:
    left = column(world.client, "SELECT alert_id FROM alerts")
    assert left
    assert vault_of(world.settings).erased_alerts(world.before.alerts) == world.before.alerts - left


def test_a_backup_of_before_brings_none_of_it_back(world: World, tmp_path: Path) -> None:
    there = world.settings.model_copy(
        update={"data_folder": tmp_path, "clickhouse_database": f"{world.settings.clickhouse_database}_there"}
    )
    bring_keys(there, world.keys)
    restore(there, world.copy)
    with database(there) as client:
        assert found_in(folders_of(client), WORDS) | columns_with(client, PSEUDONYMS) == set()
        alerts = "SELECT alert_id FROM alerts"
        assert column(client, alerts) == column(world.client, alerts)
