"""v_bond_at, and one customer by what was told, read on the real engine what the reference reads."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError
from felt_journal import (
    DAY_MS,
    LATE_MS,
    START_MS,
    TOLERANCE,
    World,
    assert_same,
    expected,
    journal,
    moment,
    written_world,
)

from dashboards.access.guard import GuardedStore
from dashboards.access.rights import NOBODY
from dashboards.questions.told import lived_by
from dashboards.store import Store
from schemas.names import View
from streams.bond.reading import read_out

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def world(clickhouse: Any) -> Iterator[World]:
    with written_world(clickhouse) as world:
        yield world


def read(
    client: Client, at_ms: int, known_by_ms: int, person: str = "", model: str = "bond-1"
) -> dict[str, dict[str, Any]]:
    result = client.query(
        f"SELECT * FROM {View.BOND_AT}(at = {{at:String}}, known_by = {{known_by:String}},"
        " model = {model:String}, person = {person:String})",
        {
            "at": f"{moment(at_ms):%F %T.%f}"[:-3],
            "known_by": f"{moment(known_by_ms):%F %T.%f}"[:-3],
            "model": model,
            "person": person,
        },
    )
    return {row["person_id"]: row for row in result.named_results()}


def read_as_told(client: Client, at_ms: int, known_by_ms: int, people: Iterable[str]) -> dict[str, float]:
    """Read customers one by one, as pages do."""
    store = GuardedStore(Store(lambda _: client), lambda: NOBODY)
    lives = {who: lived_by(store, who, moment(at_ms), moment(known_by_ms)) for who in people}
    felt = {who: [row.felt() for row in life if row.is_felt] for who, life in lives.items()}
    return {who: read_out(theirs, at_ms).index for who, theirs in felt.items() if theirs}


@pytest.mark.parametrize(
    ("day", "known_day"), [(7, 1_000), (41, 1_000), (41, -1), (41, 19.999), (41, 31), (20, 20)]
)
def test_one_customer_reads_by_what_was_told_as_the_reference(
    world: World, day: int, known_day: float
) -> None:
    at_ms, known_by_ms = START_MS + day * DAY_MS, START_MS + round(known_day * DAY_MS)
    people = sorted({row.person for row in world.rows})[::3]
    wanted = expected(world, at_ms, known_by_ms)
    told = read_as_told(world.client, at_ms, known_by_ms, [*people, "stranger"])
    assert told == {who: pytest.approx(wanted[who].index, abs=TOLERANCE) for who in people if who in wanted}
    assert len(told) > 10 or known_day < 0


@pytest.mark.parametrize("day", [0, 7, 20, 39, 45, 400])
def test_everyone_reads_as_the_reference_at_any_time(world: World, day: int) -> None:
    at_ms = START_MS + day * DAY_MS
    assert_same(read(world.client, at_ms, LATE_MS), expected(world, at_ms, LATE_MS))


@pytest.mark.parametrize("known_day", [-1, 0, 19.999, 20, 31, 59])
def test_everyone_reads_as_was_known_at_any_time(world: World, known_day: float) -> None:
    known_by_ms = START_MS + round(known_day * DAY_MS)
    at_ms = START_MS + 41 * DAY_MS
    assert_same(read(world.client, at_ms, known_by_ms), expected(world, at_ms, known_by_ms))


def test_one_customer_reads_as_among_all(world: World) -> None:
    at_ms = START_MS + 41 * DAY_MS
    everyone = read(world.client, at_ms, LATE_MS)
    for person in sorted(everyone)[:5]:
        alone = read(world.client, at_ms, LATE_MS, person)
        assert alone.keys() == {person}
        assert alone[person]["bond_index"] == pytest.approx(everyone[person]["bond_index"], abs=1e-9)
    assert read(world.client, at_ms, LATE_MS, "stranger") == {}


def test_everything_delivered_twice_reads_the_same(world: World) -> None:
    at_ms = START_MS + 41 * DAY_MS
    journal(world.client, world.rows)
    everyone = read(world.client, at_ms, LATE_MS)
    assert_same(everyone, expected(world, at_ms, LATE_MS))
    for person, index in read_as_told(world.client, at_ms, LATE_MS, sorted(everyone)[:20]).items():
        assert index == pytest.approx(everyone[person]["bond_index"], abs=TOLERANCE)


def test_the_journal_of_the_test_has_commitments_of_every_state(world: World) -> None:
    states = world.client.query(
        f"SELECT DISTINCT state FROM {View.COMMITMENTS_AT}(at = '{moment(START_MS + 30 * DAY_MS):%F}',"
        " known_by = '2299-01-01', person = '')"
    ).result_columns[0]
    assert set(states) == {"open", "kept", "missed", "kept_late"}


def test_an_unknown_model_is_refused(world: World) -> None:
    with pytest.raises(DatabaseError, match="There is no bond model of this version"):
        read(world.client, LATE_MS, LATE_MS, model="bond-0")
