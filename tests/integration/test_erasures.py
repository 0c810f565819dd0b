"""Customers erased between the real broker and the real engine: nothing of them is left, nor comes back."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest
from clickhouse_connect.driver.client import Client
from disk import folders_of, found_in
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from workers import accounted, database, fresh_settings, publish, settled, wait_until

from infra.erasing import receipt_of
from infra.exporting import everything_of
from infra.publisher import Publisher
from infra.setup import SetupError, check_receipts, set_up
from infra.workers import environment_of, running_worker
from schemas.commands import Command
from schemas.envelope import Event
from schemas.names import CUSTOMER_ANONYMISE, CUSTOMER_ERASE, LINKED, PROFILE, Topic
from schemas.settings import Settings
from streams.arrow import arrow_table
from streams.connections import kafka_options
from streams.crashpoints import ErasurePoint
from streams.pseudonyms import pseudonymiser
from streams.rows import ProfileRow
from streams.sinks.sweeping import held_of
from streams.sinks.vault import vault_of

pytestmark = pytest.mark.stack
PEOPLE = 100
ERASE_ONCE = """
import json, sys
from schemas.settings import Settings
from streams.commands import Order
from streams.sinks.eraser import eraser_of
eraser_of(Settings()).obey([Order(*order) for order in json.load(sys.stdin)])
"""
"""What a worker does with commands, in a process that may be killed without a broker waiting for it."""


def canary(number: int, place: str) -> str:
    """A word of letters that stands nowhere else, so that no masking hides it."""
    digest = sha256(f"{number} {place}".encode()).hexdigest()
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest[:24])


WORDS = ("said", "free", "name", "rejected", "held")
"""Where somebody's words stand; they are sealed."""
PLACES = (*WORDS, "id", "case")
"""And where an id of theirs does."""


def canaries(numbers: range, places: tuple[str, ...] = PLACES) -> set[str]:
    return {canary(number, place) for number in numbers for place in places}


def told_by(number: int) -> list[tuple[str, bytes]]:
    """What is published of a customer, under two names: all that is kept anywhere, in its own words."""
    who, visitor = f"c{number}", f"v{number}"
    at = {"source": "/shop", "time": "2026-02-01T09:00:00Z"}
    late = Event.touchpoint(
        "delivery.late",
        id=f"{who}-{canary(number, 'id')}",
        customer=who,
        text=f"Encara espero el paquet, {canary(number, 'said')}!",
        attributes={"neighbour": canary(number, "free")},
        case=canary(number, "case"),
        **at,
    ).to_json()
    profile = Event.of(PROFILE, id=f"{who}-3", customer=who, data={"name": canary(number, "name")}, **at)
    link = Event.of(LINKED, id=f"{who}-4", customer=who, data={"name": visitor}, **at)
    said, rejected, held = (canary(number, place).encode() for place in ("said", "rejected", "held"))
    return [
        (who, late),
        (visitor, Event.touchpoint("page.viewed", id=f"{who}-2", customer=visitor, **at).to_json()),
        (who, profile.to_json()),
        (who, link.to_json()),
        (who, late.replace(said, rejected + b'","unknown":"')),
        (who, late.replace(said, held).replace(b"late.v1", b"late.v9")),
    ]


ERASED, KEPT, ANONYMISED = range(50), range(51, PEOPLE), range(50, 51)


class World(NamedTuple):
    """An installation whose customers were erased, and what was seen on the way."""

    settings: Settings
    client: Client
    before: set[str]
    """Canaries that lay on the disk before."""
    hints: tuple[set[int], set[int]]
    """Hashes of contacts and of touchpoints with words: of those who were erased, of those who stay."""
    killed: list[int]
    """How the processes ended that were to be killed at each step."""


def hashes_of(client: Client, names: list[str]) -> set[int]:
    """The hashes of somebody's contacts, and of their touchpoints with words."""
    theirs = "person_id IN {names:Array(String)}"
    query = (
        f"SELECT cityHash64(person_id, episode_id) FROM steps WHERE kind = 'felt' AND {theirs}"
        f" UNION ALL SELECT cityHash64(touchpoint_id) FROM journal WHERE text != '' AND {theirs}"
    )
    return {hash for (hash,) in client.query(query, {"names": names}).result_rows}


def erasure_id(number: int) -> str:
    return f"erasure {number}"


def killed_at(settings: Settings, point: ErasurePoint, orders: list[tuple[object, ...]]) -> int:
    """Begin to erase, and be killed at a point; returns how the process ended."""
    environment = environment_of(settings.model_copy(update={"crash_at": f"{point}:1"}))
    environment["VINCLE_CRASH_AT"] = f"{point}:1"
    command = [sys.executable, "-c", ERASE_ONCE]
    return subprocess.run(command, input=json.dumps(orders).encode(), env=environment, check=False).returncode


def erase_all(settings: Settings, client: Client) -> list[int]:
    """Begin with a few, in several goes, each killed at a later step; a worker ends it and erases all."""
    person_of = pseudonymiser(settings.pseudonym_secret())
    orders = [
        (erasure_id(number), person_of(f"c{number}"), number in ANONYMISED, "marta", 0)
        for number in (*ERASED, *ANONYMISED)
    ]
    killed = [killed_at(settings, point, orders[-5:]) for point in ErasurePoint]
    with Publisher(kafka_options(settings), settings.topic(Topic.COMMANDS)) as publisher:
        for erasure, person, anonymise, by, _ in orders:
            kind = CUSTOMER_ANONYMISE if anonymise else CUSTOMER_ERASE
            command = Command.of(kind, person, id=erasure, by=by, time=datetime.now(UTC))
            publisher.send_bytes(person.encode(), command.to_json(), name=erasure)
    wait_until(
        lambda: (
            client.command("SELECT count() FROM v_commands WHERE refused = ''") == len(orders)
            and client.command("SELECT count() FROM v_erasures") == len(orders)
        ),
        "all receipts",
    )
    return killed


@pytest.fixture(scope="module")
def world(kafka: str, clickhouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hundred customers, of whom half were erased, then everything published once more."""
    settings = fresh_settings(kafka, clickhouse.port, tmp_path_factory.mktemp("erased"))
    events = [event for number in range(PEOPLE) for event in told_by(number)]
    with running_worker(settings), database(settings) as client:
        publish(settings, events)
        wait_until(lambda: settled(client, len(events)), "all events journaled and folded")
        wait_until(
            lambda: client.command("SELECT count() FROM v_bonds") == PEOPLE, "names of all customers joined"
        )
        before = found_in(folders_of(client), canaries(range(PEOPLE)))
        person_of = pseudonymiser(settings.pseudonym_secret())
        erased, kept = (
            hashes_of(client, [person_of(f"{kind}{number}") for number in some for kind in "cv"])
            for some in ((*ERASED, *ANONYMISED), KEPT)
        )
        killed = erase_all(settings, client)
        publish(settings, events)
        wait_until(lambda: accounted(client) == 2 * len(events), "everything read again")
        yield World(settings, client, before, (erased, kept), killed)


def person_of(world: World, name: str) -> str:
    return pseudonymiser(world.settings.pseudonym_secret())(name)


def test_who_is_killed_at_any_step_is_taken_up_again(world: World) -> None:
    assert world.killed == [-signal.SIGKILL] * len(ErasurePoint)
    receipt = receipt_of(world.client, erasure_id(ERASED[-1]))
    assert receipt is not None
    assert receipt.names == 2
    held = {"journal": 2, "profiles": 1, "rejected": 1, "held": 1, "identity_links": 1, "identities": 2}
    assert receipt.held.items() >= held.items()


def test_nothing_of_the_erased_is_on_the_disk_also_after_everything_was_published_again(world: World) -> None:
    assert found_in(places(world), canaries(ERASED) | canaries(ANONYMISED)) == set()
    assert world.client.command("SELECT sum(erased) FROM v_reconciliation") == 51 * 6 * 2
    assert world.client.command("SELECT sum(missing) FROM v_reconciliation") == 0


def places(world: World) -> list[Path]:
    return [*folders_of(world.client), world.settings.keys_folder]


def test_the_scan_finds_ids_before_and_words_where_they_are_not_sealed(world: World, clickhouse) -> None:
    assert world.before == canaries(range(PEOPLE), ("id", "case"))
    open_words = ProfileRow("00" * 10, "unsealed", 0, "", "", canary(-1, "open"), 0, "t", 0, 0)
    world.client.insert_arrow("profiles", arrow_table([open_words]))
    assert found_in(places(world), canaries(range(-1, 0), ("open",))) == canaries(range(-1, 0), ("open",))


def test_whoever_stays_comes_whole_out_of_the_export(world: World) -> None:
    vault = vault_of(world.settings)
    for number in KEPT:
        exported = json.dumps(everything_of(world.client, vault, person_of(world, f"v{number}")))
        assert [place for place in PLACES if canary(number, place) not in exported] == []
        assert [place for place in PLACES if canary(number + 1, place) in exported] == []


def test_of_who_was_erased_nothing_comes_out(world: World) -> None:
    names = [person_of(world, f"{kind}{number}") for number in (*ERASED, *ANONYMISED) for kind in "cv"]
    assert held_of(world.client, names) == {}
    assert everything_of(world.client, vault_of(world.settings), names[0]) == {"names": names[:1], "held": {}}


def test_no_hash_of_an_id_of_the_erased_is_left_among_the_hints(world: World) -> None:
    erased, kept = world.hints
    hints = world.client.query(
        "SELECT contact FROM contact_days UNION ALL SELECT touchpoint_hash FROM worded"
    )
    left = {hash for (hash,) in hints.result_rows}
    assert len(erased) >= 2 * (len(ERASED) + len(ANONYMISED))
    assert erased & left == set()
    assert kept <= left


def test_circles_do_not_shrink_when_names_are_erased_nor_when_kafka_is_lost(world: World) -> None:
    lost = world.settings.model_copy(update={"topic_prefix": f"{world.settings.topic_prefix}new."})
    assert f"published {PEOPLE} pairs of linked names again" in list(set_up(lost))


def test_who_was_anonymised_still_counts_and_is_nobody(world: World) -> None:
    people = "SELECT person_id, felt FROM v_bonds"
    known = {person_of(world, f"{kind}{number}") for number in range(PEOPLE) for kind in "cv"}
    felt = dict(world.client.query(people).result_rows)
    (nobody,) = felt.keys() - known
    assert len(felt) == len(KEPT) + 1
    assert felt[nobody] == 1
    query = "SELECT text, payload, kafka_topic, count() FROM v_touchpoints WHERE person_id = {who:String}"
    said = world.client.query(f"{query} GROUP BY ALL", {"who": nobody}).result_rows
    assert said == [("", "", "", 2)]


def test_the_receipt_names_the_day_by_which_kafka_holds_nothing(world: World) -> None:
    receipt = receipt_of(world.client, erasure_id(0))
    assert receipt is not None
    admin = KafkaAdminClient(**kafka_options(world.settings))
    try:
        for topic in set(Topic) - {Topic.LINKS}:
            resource = ConfigResource(ConfigResourceType.TOPIC, world.settings.topic(topic))
            told = admin.describe_configs([resource])["topic"][world.settings.topic(topic)]
            kept = sum(int(told[name]["value"]) for name in ("retention.ms", "segment.ms"))
            assert receipt.erased_at + timedelta(milliseconds=kept) < receipt.raw_gone_at
            assert told["cleanup.policy"]["value"] == "delete", "compacted segments never get so old"
    finally:
        admin.close()


def test_raw_copies_are_not_kept_for_longer_than_a_receipt_says(world: World) -> None:
    days = world.settings.raw_days
    check_receipts(world.client, days)
    with pytest.raises(SetupError, match=f"raw_days: {days + 1} days are more than the {days} that receipts"):
        list(set_up(world.settings.model_copy(update={"raw_days": days + 1})))
