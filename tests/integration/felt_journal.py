"""Journals of invented people for tests of what SQL reads, and what the reference reads of them.

Histories are made from a seed, with everything that has gone wrong somewhere: ties in time and size, ids that
sort unlike numbers, contacts that straddle the reading, acts before, at and after failures, deliveries
repeated, readings revised, contents in conflict, touchpoints withdrawn, rows that became known later, events
that tell several moments, other ones in each content, commitments kept, kept late, missed and made again.
"""

import random
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from infra.migrate import migrate
from infra.setup import insert_models
from schemas.names import MISSED, Table
from streams.bond.felt import FeltTouchpoint
from streams.bond.parameters import EMOTIONS
from streams.bond.reading import Reading, read_out
from streams.value import replace

TOLERANCE = 1e-6
START_MS = 1_767_225_600_000
DAY_MS = 86_400_000
PEOPLE = 150
COMPONENTS = {"memory": "memory", "treasure": "treasure", "scar": "scar", "last": "end"} | {
    name: name for name in ("pressure", "recovery")
}
LATE_MS = START_MS + 1_000 * DAY_MS
Owners = Mapping[str, str]
NOBODY_JOINED: Owners = MappingProxyType({})


class Promise(NamedTuple):
    """A commitment, and what is felt if it is missed."""

    id: str
    due_ms: int
    felt: FeltTouchpoint


class Row(NamedTuple):
    """What matters of a row of the journal."""

    person: str
    felt: FeltTouchpoint
    known_ms: int = START_MS
    content_hash: int = 1
    revision: int = 1
    kind: str = "felt"
    moment_number: int = 0
    makes: Promise | None = None
    keeps: str = ""

    @property
    def order(self) -> tuple[int, str]:
        """The order in time."""
        return self.felt.at_ms, self.felt.id

    @property
    def event(self) -> tuple[str, str]:
        """The person and the event that told it."""
        return self.person, "|".join(self.felt.id.split("|")[:2])


def moment(millis: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)


def touchpoint(rng: random.Random, name: str) -> FeltTouchpoint:
    weights = [rng.randrange(4) for _ in range(4)] + [1]
    return FeltTouchpoint(
        id=name,
        at_ms=START_MS + rng.randrange(40) * DAY_MS + rng.choice([0, 0, 0, 1, -1, 3_600_000]),
        valence=rng.choice([-1.0, -0.5, 0.0, 0.5, 4e-10, 6e-10, round(rng.uniform(-1, 1), 3)]),
        episode=rng.choice([name, name, name, "e1", "e2", "e10", "é"]),
        arousal=rng.choice([0.0, 0.5, 1.0, rng.random()]),
        importance=rng.choice([1.0, 1.0, 2.0, 3.0, 1.2]),
        promise=rng.choice([0.0, 0.0, 0.4, -0.6, 1.0]),
        profile=tuple(weight / sum(weights) for weight in weights),
        case=rng.choice([None, None, "C1", "C2", "C10"]),
        recovery=rng.random() < 0.4,
        needs=rng.randrange(64),
    )


def rows_of(rng: random.Random, person: str) -> Iterator[Row]:
    """Yield the rows of one person: deliveries, repetitions, revisions, conflicts."""
    source = "st"[int(person[1:]) % 2]  # neighbours, who may be joined, are told of by different systems
    for number in rng.sample(range(40), rng.randrange(1, 16)):
        felt = touchpoint(rng, f"{source}|{number}")
        row = promising(rng, Row(person, felt, kind=rng.choice(["felt"] * 8 + ["unfelt", "outcome"])))
        yield row
        yield from moments_of(rng, row)
        if rng.random() < 0.2:
            yield row
        if rng.random() < 0.2:
            again = touchpoint(rng, felt.id)
            yield promising(rng, Row(person, again, known_ms=START_MS + 20 * DAY_MS, revision=2))
        if rng.random() < 0.1:
            other = touchpoint(rng, felt.id)
            row = Row(person, other, known_ms=START_MS + 30 * DAY_MS, content_hash=rng.choice([0, 2]))
            row = promising(rng, row)
            yield row
            yield from moments_of(rng, row)


def promising(rng: random.Random, row: Row) -> Row:
    """Let some touchpoints make a commitment, keep one, or both."""
    makes, keeps = None, ""
    if rng.random() < 0.3:
        due_ms = row.felt.at_ms + rng.choice([0, 1, DAY_MS, 5 * DAY_MS, 20 * DAY_MS])
        missed = f"{row.felt.id}|missed"
        felt = replace(
            touchpoint(rng, missed), at_ms=due_ms, episode=missed, case=row.felt.case, recovery=False, needs=0
        )
        makes = Promise(rng.choice(["s|a", "s|b", "|a"]), due_ms, felt)
    if rng.random() < 0.2:
        keeps = rng.choice(["s|a", "s|b", "|a"])
    return row._replace(makes=makes, keeps=keeps)


def moments_of(rng: random.Random, row: Row) -> Iterator[Row]:
    """Yield the rows of the moments that an event tells; most tell none."""
    for number in range(1, rng.choice([0, 0, 0, 1, 3]) + 1):
        felt = touchpoint(rng, f"{row.felt.id}|{number:03d}")
        yield row._replace(felt=felt, kind="felt", moment_number=number, makes=None, keeps="")


class World(NamedTuple):
    """A journal and what is in it."""

    client: Client
    rows: list[Row]
    withdrawn: dict[tuple[str, str], int]
    """When each withdrawal became known."""


@contextmanager
def written_world(clickhouse: Any) -> Iterator[World]:
    """A journal in a database of its own."""
    rng = random.Random(2026)
    database = f"bond_{uuid.uuid4().hex[:8]}"
    rows = [row for number in range(PEOPLE) for row in rows_of(rng, f"p{number:03d}")]
    rng.shuffle(rows)
    withdrawn = {row.event: START_MS + rng.randrange(60) * DAY_MS for row in rng.sample(rows, 60)}
    with clickhouse_connect.get_client(host=clickhouse.host, port=clickhouse.port) as client:
        migrate(client, database, values={"time_zone": "UTC"})
    with clickhouse_connect.get_client(
        host=clickhouse.host, port=clickhouse.port, database=database
    ) as client:
        insert_models(client)
        for part in (rows[::2], rows[1::2]):
            journal(client, part)
        client.insert(
            Table.WITHDRAWALS,
            [[*key, f"w{place}", moment(at_ms)] for place, (key, at_ms) in enumerate(withdrawn.items())],
            column_names=["person_id", "withdrawn_id", "withdrawal_id", "known_at"],
        )
        yield World(client, rows, withdrawn)


def journal(client: Client, rows: list[Row]) -> None:
    names = ["person_id", "touchpoint_id", "content_hash", "revision", "kind", "known_at", "occurred_at"]
    names += ["valence", "episode_id", "arousal", "importance", "promise", "case_id", "recovery"]
    names += ["needs_met_mask", "moment_number", *(f"profile_{emotion}" for emotion in EMOTIONS)]
    names += ["commitment_id", "due_at", "felt_if_missed", "keeps_id", "type", "department"]
    client.insert(
        Table.JOURNAL,
        [
            [
                row.person,
                row.felt.id,
                row.content_hash,
                row.revision,
                row.kind,
                moment(row.known_ms),
                moment(row.felt.at_ms),
                row.felt.valence,
                row.felt.episode,
                row.felt.arousal,
                row.felt.importance,
                row.felt.promise,
                row.felt.case or "",
                row.felt.recovery,
                row.felt.needs,
                row.moment_number,
                *row.felt.profile,
                row.makes.id if row.makes else "",
                moment(row.makes.due_ms if row.makes else 0),
                if_missed(row.makes.felt) if row.makes else [],
                row.keeps,
                type_of(row.felt),
                department_of(row.felt),
            ]
            for row in rows
        ],
        column_names=names,
    )


def type_of(felt: FeltTouchpoint) -> str:
    """Return the type of a touchpoint, which follows from its id."""
    return MISSED if felt.id.endswith("|missed") else f"type.{sum(map(ord, felt.id)) % 3}"


def department_of(felt: FeltTouchpoint) -> str:
    """Return who owns a touchpoint: of a missed commitment, who made it."""
    return f"department.{sum(map(ord, felt.id.removesuffix('|missed'))) % 2}"


def if_missed(felt: FeltTouchpoint) -> list[float]:
    return [felt.valence, felt.arousal, felt.importance, 1.0, felt.promise, *felt.profile]


def expected(world: World, at_ms: int, known_by_ms: int) -> dict[str, Reading]:
    """Read everyone by the reference, from the rows that stood as known then."""
    lives = lived(world, at_ms, known_by_ms)
    return {person: read_out(theirs, at_ms) for person, theirs in lives.items()}


def lived(
    world: World, at_ms: int, known_by_ms: int, owners: Owners = NOBODY_JOINED
) -> dict[str, list[FeltTouchpoint]]:
    """Return what everyone felt until a time; `owners` tells whose the names are that were joined."""
    standing: dict[tuple[str, str], Row] = {}
    content: dict[tuple[str, str], int] = {}
    for row in world.rows:
        key = owners.get(row.person, row.person), row.felt.id
        rival = standing.get(key)
        if row.known_ms <= known_by_ms:
            content[row.event] = min(row.content_hash, content.get(row.event, row.content_hash))
            if rival is None or rank(row) < rank(rival):
                standing[key] = row
    withdrawn = {
        (owners.get(name, name), event) for (name, event), at in world.withdrawn.items() if at <= known_by_ms
    }
    lives: dict[str, list[Row]] = {}
    for (person, _), row in standing.items():
        gone = (person, row.event[1]) in withdrawn or row.content_hash != content[row.event]
        if row.felt.at_ms <= at_ms and not gone:
            lives.setdefault(person, []).append(row)
    felt = {
        person: [row.felt for row in life if row.kind == "felt"] + missed(life, at_ms)
        for person, life in lives.items()
    }
    return {person: theirs for person, theirs in felt.items() if theirs}


def missed(life: list[Row], at_ms: int) -> list[FeltTouchpoint]:
    """Return what is felt of commitments that nothing kept or moved until they were due."""
    return [
        maker.makes.felt
        for maker in life
        if maker.makes and maker.makes.due_ms <= at_ms and not any(spares(other, maker) for other in life)
    ]


def spares(other: Row, maker: Row) -> bool:
    """Does a touchpoint keep the commitment of a maker in time, or make it again?"""
    assert maker.makes is not None
    again = other.makes is not None and other.makes.id == maker.makes.id and other.order > maker.order
    return other.felt.at_ms <= maker.makes.due_ms and (again or other.keeps == maker.makes.id)


def rank(row: Row) -> tuple[int, int, str]:
    return row.content_hash, -row.revision, row.person


def assert_same(got: dict[str, dict[str, Any]], wanted: dict[str, Reading]) -> None:
    assert got.keys() == wanted.keys()
    for person, reading in wanted.items():
        row = got[person]
        assert row["bond_index"] == pytest.approx(reading.index, abs=TOLERANCE), person
        assert row["evidence"] == pytest.approx(reading.evidence, abs=TOLERANCE), person
        assert row["level"] == reading.level, person
        for column, component in COMPONENTS.items():
            value = getattr(reading.components, component)
            assert row[column] == pytest.approx(value, abs=TOLERANCE), (person, column)
        for emotion, value in zip(EMOTIONS, reading.emotions, strict=True):
            assert row[emotion] == pytest.approx(value, abs=TOLERANCE), (person, emotion)
        assert row["felt"] == len(reading.of_touchpoints)
        assert row["episodes"] == len(reading.of_episodes)
