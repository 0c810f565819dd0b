"""Customers of several names, between the real broker and the real engine, with two workers, one killed."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import pytest
from clickhouse_connect.driver.client import Client
from faults.progress import Progress
from workers import accounted, database, fresh_settings, publish, wait_until

from dashboards.access.guard import GuardedStore
from dashboards.access.rights import NOBODY
from dashboards.questions.told import lived_by
from dashboards.store import Store
from infra.explaining import explain
from infra.workers import running_worker
from schemas.envelope import Event
from schemas.instants import moment_of
from schemas.names import CONSUMER_GROUP, PROFILE, Table, Topic, View
from schemas.settings import Settings
from streams.arrow import arrow_table
from streams.bond.reading import read_out
from streams.history import Known, standing
from streams.pseudonyms import pseudonymiser
from streams.rows import LinkRow
from streams.sinks import circles
from streams.sinks.journal import Journal

pytestmark = pytest.mark.stack

NAMES = [f"name-{number}" for number in range(40)]
PSEUDONYM_OF = pseudonymiser(b"a key for tests")
CALLS = 6
LINKS = 300
TOLERANCE = 1e-6
FOR_EVER_MS = 4_000_000_000_000


class Said(NamedTuple):
    """What was said of two names: when, and known when."""

    one: str
    other: str
    at: int
    known_ms: int
    linked: bool


class World(NamedTuple):
    """An installation after a day of links."""

    settings: Settings
    client: Client
    told: list[Said]
    """By pseudonyms."""


def call(rng: random.Random, name: str, number: int) -> Event:
    """A contact; cases are the company's, so that a failure under one name may be recovered under another."""
    failed = rng.random() < 0.5
    return Event.touchpoint(
        "agent.called",
        id=f"{name}-{number}",
        source="/calls",
        customer=name,
        time=f"2026-02-{rng.randint(1, 28):02d}T{rng.randint(8, 19):02d}:{rng.randint(0, 59):02d}:00Z",
        emotion={"valence": -0.8 if failed else 0.7},
        case=f"case-{rng.randint(0, 9)}",
        case_scope="company",
        recovery=not failed,
        needs_met=[] if failed else ["apology"],
    )


def links(rng: random.Random) -> Iterator[Event]:
    """Links among the names of a household and, more often, their undoing, from either side."""
    households = [NAMES[start : start + 4] for start in range(0, len(NAMES), 4)]
    for minute in range(LINKS):
        one, other = rng.sample(rng.choice(households), 2)
        say = Event.linked if rng.random() < 0.3 else Event.unlinked
        time = f"2026-03-01T{minute // 60:02d}:{minute % 60:02d}:00Z"
        yield say(other, id=f"link-{minute:03d}", source="/identity", customer=one, time=time)


@pytest.fixture(scope="module")
def world(kafka: str, clickhouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Touchpoints and links come mixed while two workers run, of which one is killed and another comes."""
    rng = random.Random(2026)
    settings = fresh_settings(kafka, clickhouse.port, tmp_path_factory.mktemp("identity"))
    events = [call(rng, name, number) for name in NAMES for number in range(CALLS)]
    events += links(rng)
    about = {"source": "/crm", "customer": NAMES[0], "time": "2026-01-01"}
    events.append(Event.of(PROFILE, id="p", data={"segment": "club"}, **about))
    rng.shuffle(events)
    half = len(events) // 2
    with database(settings) as client, running_worker(settings):
        with running_worker(settings) as other:
            publish(settings, messages(events[:half]))
            wait_until(lambda: accounted(client) > half // 3, "both are at work")
            other.handle.kill()
            publish(settings, messages(events[half : half + 50]))
        with running_worker(settings):
            publish(settings, messages(events[half + 50 :]))
            wait_until(lambda: accounted(client) == len(events), "all journaled")
            group = settings.topic(CONSUMER_GROUP)
            for topic in (Topic.TOUCHPOINTS, Topic.TOUCHED):
                progress = Progress(kafka, group, settings.topic(topic))
                wait_until(progress.is_at_end, f"{topic} worked off")
                progress.close()
            yield World(settings, client, journaled_links(client))


def messages(events: Iterable[Event]) -> list[tuple[str, bytes]]:
    return [(event.subject, event.to_json()) for event in events]


def journaled_links(client: Client) -> list[Said]:
    rows = client.query(
        "SELECT person_id, other_id, toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(known_at),"
        f" is_linked FROM {Table.LINKS} FINAL"
    ).result_rows
    assert len(rows) == LINKS
    return [Said(*row) for row in rows]


def people(told: Iterable[Said], known_by_ms: int) -> dict[str, frozenset[str]]:
    """Work out the names of each person from scratch, all by pseudonyms."""
    last = {
        frozenset((one.one, one.other)): one.linked
        for one in sorted(told, key=lambda one: one.at)
        if one.known_ms <= known_by_ms
    }
    groups = {name: {name} for name in map(PSEUDONYM_OF, NAMES)}
    for (one, other), linked in last.items():
        if linked:
            joined = groups[one] | groups[other]
            groups.update(dict.fromkeys(joined, joined))
    return {min(names): frozenset(names) for names in groups.values()}


def indices(world: World, at_ms: int, known_by_ms: int) -> dict[str, float]:
    """Read everyone by the reference, from the joined log of their names."""
    logs = Journal(world.client).known([PSEUDONYM_OF(name) for name in NAMES])
    found = {}
    for person, names in people(world.told, known_by_ms).items():
        rows = [row for name in names for row in logs[name].rows if row.known_at <= known_by_ms]
        felt = [row.felt() for row in standing(Known(rows, frozenset())) if row.occurred_at <= at_ms]
        if felt:
            found[person] = read_out(felt, at_ms).index
    return found


def now_ms(client: Client) -> int:
    return int(client.command(f"SELECT toUnixTimestamp64Milli(at) FROM {View.NOW}"))


def bonds(client: Client) -> dict[str, float]:
    return dict(client.query(f"SELECT person_id, bond_index FROM {View.BONDS}").result_rows)


def bonds_at(client: Client, at_ms: int, known_by_ms: int, person: str = "") -> dict[str, float]:
    given = [f"{datetime.fromtimestamp(ms / 1000, UTC):%F %T.%f}"[:-3] for ms in (at_ms, known_by_ms)]
    return dict(
        client.query(
            f"SELECT person_id, bond_index FROM {View.BOND_AT}(at = {{at:String}},"
            " known_by = {known:String}, model = 'bond-1', person = {person:String})",
            {"at": given[0], "known": given[1], "person": person},
        ).result_rows
    )


@pytest.fixture(scope="module")
def settled(world: World) -> World:
    """The world when everybody is derived."""
    newest_ms = int(
        world.client.command(f"SELECT toUnixTimestamp64Milli(max(occurred_at)) FROM {Table.JOURNAL}")
    )
    wanted = indices(world, newest_ms, FOR_EVER_MS)
    wait_until(
        lambda: bonds(world.client) == pytest.approx(wanted, abs=TOLERANCE), "bonds of joined and split logs"
    )
    return world


def test_every_index_is_that_of_the_joined_or_split_log_folded_from_scratch(settled: World) -> None:
    persons = people(settled.told, FOR_EVER_MS)
    assert 1 < len(persons) < len(NAMES), "some are joined"
    assert bonds(settled.client).keys() == persons.keys()
    assert settled.client.command(f"SELECT sum(missing) FROM {View.RECONCILIATION}") == 0
    for view in (View.TOUCHPOINTS, View.STEPS):
        rows = settled.client.query(
            f"SELECT person_id, count(), uniqExact(touchpoint_id) FROM {view} GROUP BY person_id"
        ).result_rows
        calls = {person: CALLS * len(names) for person, names in persons.items()}
        assert {person: count for person, count, _ in rows} == calls
        assert {person: count for person, _, count in rows} == calls


def test_what_is_later_is_read_and_all_facts_are_counted(settled: World) -> None:
    journal, names = Journal(settled.client), [PSEUDONYM_OF(name) for name in NAMES]
    known, links = journal.histories(names)
    until_ms = {name: known[name].rows[number % CALLS].occurred_at for number, name in enumerate(names)}
    later, counted = journal.later(until_ms), journal.counted(names)
    for name in names:
        said = {(link.link_id, link.content_hash) for link in links if link.person_id == name}
        rows = {row.key: row for row in known[name].rows}
        assert counted[name] == len(rows) + len(known[name].withdrawn) + len(said)
        after = {key for key, row in rows.items() if row.occurred_at > until_ms[name]}
        assert {row.key for row in later.get(name, ())} == after


def test_names_and_their_persons_are_published(settled: World) -> None:
    persons = people(settled.told, FOR_EVER_MS)
    rows = settled.client.query(f"SELECT person_id, name_id, names, state FROM {View.IDENTITIES}").result_rows
    assert {name for _, name, _, _ in rows} == {one for said in settled.told for one in said[:2]}
    for person, name, count, state in rows:
        assert name in persons[person]
        assert count == len(persons[person])
        assert state == ("joined" if count > 1 else "apart")
    club = next(person for person, names in persons.items() if PSEUDONYM_OF(NAMES[0]) in names)
    assert settled.client.query(f"SELECT person_id, segment FROM {View.CUSTOMERS}").result_rows == [
        (club, "club")
    ]


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_the_bond_as_it_was_known_joins_only_whom_links_known_then_join(settled: World, share: float) -> None:
    known = sorted(one.known_ms for one in settled.told)
    known_by_ms = known[round(share * (len(known) - 1))]
    at_ms = now_ms(settled.client)
    wanted = indices(settled, at_ms, known_by_ms)
    assert bonds_at(settled.client, at_ms, known_by_ms) == pytest.approx(wanted, abs=TOLERANCE)
    for person, names in list(people(settled.told, known_by_ms).items())[:1]:
        for name in names:
            alone = {person: wanted[person]} if person in wanted else {}
            assert bonds_at(settled.client, at_ms, known_by_ms, name) == pytest.approx(alone, abs=TOLERANCE)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_one_customer_is_told_of_by_any_name_that_links_known_then_join(settled: World, share: float) -> None:
    known = sorted(one.known_ms for one in settled.told)
    known_by_ms, at_ms = known[round(share * (len(known) - 1))], now_ms(settled.client)
    store = GuardedStore(Store(lambda _: settled.client), lambda: NOBODY)
    told = {}
    for person, names in people(settled.told, known_by_ms).items():
        lives = [lived_by(store, name, moment_of(at_ms), moment_of(known_by_ms)) for name in names]
        assert all(life == lives[0] for life in lives), "any name will do"
        if lives[0]:
            told[person] = read_out([row.felt() for row in lives[0]], at_ms).index
    assert told == pytest.approx(indices(settled, at_ms, known_by_ms), abs=TOLERANCE)


def test_a_customer_is_explained_by_any_name(settled: World) -> None:
    persons = people(settled.told, FOR_EVER_MS)
    for name in NAMES[:2]:
        (person,) = (one for one, names in persons.items() if PSEUDONYM_OF(name) in names)
        explained = explain(settled.settings, name, None, None)
        assert explained.reading.index == pytest.approx(bonds(settled.client)[person], abs=TOLERANCE)


def test_whose_names_are_erased_or_exported_is_told_by_links_that_are_not_derived_yet(settled: World) -> None:
    one, other = (PSEUDONYM_OF(f"{name} of nobody") for name in ("one", "other"))
    names_of = partial(circles.names_of, settled.client)
    assert names_of(one) == [one]
    for number, linked in enumerate((True, False)):
        row = LinkRow(one, other, f"/crm|{number}", number, linked, "other", number, number, "t", 0, number)
        settled.client.insert_arrow(Table.LINKS, arrow_table([row]))
        assert names_of(other) == (sorted([one, other]) if linked else [other])
    for names in people(settled.told, FOR_EVER_MS).values():
        assert {tuple(names_of(name)) for name in names} == {tuple(sorted(names))}
