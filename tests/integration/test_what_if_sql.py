"""v_what_if on the real engine reads what the reference reads of lives as they were, or might have been."""

import asyncio
import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError
from felt_journal import (
    DAY_MS,
    LATE_MS,
    START_MS,
    World,
    assert_same,
    department_of,
    journal,
    lived,
    moment,
    type_of,
    written_world,
)

from schemas.names import Table, View
from schemas.settings import Settings
from streams.bond.felt import FeltTouchpoint
from streams.bond.imagined import had_been_recovered, had_not_been
from streams.bond.kernel import everyone_at
from streams.bond.parameters import BOND_1, Parameters
from streams.bond.reading import read_out
from streams.replay import felt_columns
from streams.sinks.copying import Copier, renew
from streams.sinks.door import door_of
from streams.value import replace

pytestmark = pytest.mark.stack

NOW_MS = START_MS + 45 * DAY_MS
OWNERS = {name: least for least, name in ((f"p{n:03d}", f"p{n + 1:03d}") for n in range(0, 40, 2))}
"""Names that links joined, each with the least of its customer's names."""
OTHER = dataclasses.replace(
    BOND_1,
    promise_weight=0.2,
    loss_aversion=1.6,
    calm_share=0.4,
    peak_share=0.2,
    mean_share=0.4,
    half_lives=(14.0, 60.0, 120.0, 365.0, 900.0),
    shrinkage=5.0,
    pressure_weight=0.3,
    gain_threshold=0.5,
)
CHANGES = {
    "promise_weight": 0.2,
    "loss_aversion": 1.6,
    "calm_share": 0.4,
    "peak_share": 0.2,
    "mean_share": 0.4,
    "half_life_relief": 60,
    "half_life_belonging": 900,
    "shrinkage": 5,
    "pressure_weight": 0.3,
    "gain_threshold": 0.5,
}

Lives = dict[str, list[FeltTouchpoint]]
Change = Callable[[list[FeltTouchpoint]], list[FeltTouchpoint]]


@pytest.fixture(scope="module")
def world(clickhouse: Any) -> Iterator[World]:
    with written_world(clickhouse) as world:
        join(world)
        touch(world, 1)
        yield world


def join(world: World) -> None:
    """Write whose the joined names are."""
    whose = OWNERS | {least: least for least in OWNERS.values()}
    world.client.insert(
        Table.IDENTITIES,
        [[name, person, 2, [moment(START_MS)], [person], 1] for name, person in whose.items()],
        column_names=["name_id", "person_id", "names", "known_times", "persons", "revision"],
    )


def touch(world: World, revision: int) -> None:
    """Write bonds as a worker does once it has folded everybody; what they say is not looked at."""
    people = {OWNERS.get(row.person, row.person) for row in world.rows}
    world.client.insert(
        Table.BONDS,
        [[person, 1, moment(NOW_MS), revision] for person in people],
        column_names=["person_id", "felt", "newest_at", "revision"],
    )


def read(world: World, at_ms: int, **given: Any) -> dict[str, dict[str, Any]]:
    parameters = {
        "at": f"{moment(at_ms):%F %T.%f}"[:-3],
        "model": BOND_1.version,
        "changes": "{}",
        "instead": "",
        "type": "",
        "department": "",
        "hours": 24.0,
        "first": "",
        "until": "",
    } | given
    named = ", ".join(f"{name} = {{{name}:{kind_of(value)}}}" for name, value in parameters.items())
    result = world.client.query(f"SELECT * FROM {View.WHAT_IF}({named})", parameters)
    return {row["person_id"]: row for row in result.named_results()}


def kind_of(value: object) -> str:
    return "Float64" if isinstance(value, float) else "String"


def reads(lives: Lives, at_ms: int, change: Change = list, parameters: Parameters = BOND_1) -> dict[str, Any]:
    """Read everybody by the reference after a change of their lives; who is left with nothing is not read."""
    changed = {person: [one for one in change(life) if one.at_ms <= at_ms] for person, life in lives.items()}
    return {person: read_out(life, at_ms, parameters) for person, life in changed.items() if life}


def assert_as_imagined(got: dict[str, dict[str, Any]], wanted: dict[str, Any]) -> None:
    """Compare but for the number of touchpoints: imagined acts are none."""
    assert got.keys() == wanted.keys()
    for person, reading in wanted.items():
        assert got[person]["bond_index"] == pytest.approx(reading.index, abs=1e-6), person
        assert got[person]["level"] == reading.level, person


def meant(type: str = "", department: str = "") -> Callable[[FeltTouchpoint], bool]:
    return lambda one: type in ("", type_of(one)) and department in ("", department_of(one))


@pytest.mark.parametrize("day", [20, 45])
def test_everybody_reads_as_the_reference_without_any_copy_at_any_time(world: World, day: int) -> None:
    at_ms = START_MS + day * DAY_MS
    assert_same(read(world, at_ms), reads(lived(world, at_ms, LATE_MS, OWNERS), at_ms))


def test_everybody_reads_the_same_by_other_parameters(world: World) -> None:
    lives = lived(world, NOW_MS, LATE_MS, OWNERS)
    assert_same(read(world, NOW_MS, changes=json.dumps(CHANGES)), reads(lives, NOW_MS, parameters=OTHER))


@pytest.mark.parametrize("kind", [{}, {"type": "type.2", "department": "department.1"}])
def test_something_bad_that_never_happened(world: World, kind: dict[str, str]) -> None:
    lives = lived(world, NOW_MS, LATE_MS, OWNERS)
    got = read(world, NOW_MS, instead="never", **kind)
    assert_same(got, reads(lives, NOW_MS, lambda life: had_not_been(life, meant(**kind))))


@pytest.mark.parametrize(("kind", "hours"), [({}, 24.0), ({"type": "type.1"}, 400.0)])
def test_something_bad_that_was_put_right_soon(world: World, kind: dict[str, str], hours: float) -> None:
    lives = lived(world, NOW_MS, LATE_MS, OWNERS)

    def change(life: list[FeltTouchpoint]) -> list[FeltTouchpoint]:
        return had_been_recovered(life, NOW_MS, meant(**kind), timedelta(hours=hours))

    got = read(world, NOW_MS, instead="recovered", hours=hours, **kind)
    assert_as_imagined(got, reads(lives, NOW_MS, change))


def test_the_kernel_reads_everybody_as_sql_does(world: World) -> None:
    lives = world.client.query_arrow(f"SELECT * FROM {View.FELT}(first = '', until = '')", use_strings=True)
    people, readouts = everyone_at(felt_columns(lives), NOW_MS, OTHER)
    got = dict(zip(lives["person_id"].take(pa.array(people)).to_pylist(), readouts.index, strict=True))
    wanted = read(world, NOW_MS, changes=json.dumps(CHANGES))
    assert got == pytest.approx({person: row["bond_index"] for person, row in wanted.items()}, abs=1e-6)


def test_a_range_of_customers_reads_as_among_all(world: World) -> None:
    everybody = read(world, NOW_MS)
    some = read(world, NOW_MS, first="p020", until="p050")
    assert some.keys() == {person for person in everybody if "p020" <= person < "p050"}
    for person, row in some.items():
        assert row["bond_index"] == pytest.approx(everybody[person]["bond_index"], abs=1e-9)


def test_the_copy_reads_as_the_journal_and_what_comes_after_it_counts_at_once(
    world: World, tmp_path: Path
) -> None:
    door = door_of(Settings(data_folder=tmp_path, master_key="a key for tests"))
    pieces = list(renew(world.client, door, most_felt=40))
    assert len(pieces) > 1
    assert sum(pieces) == len(lived(world, NOW_MS, LATE_MS, OWNERS))
    assert sum(renew(world.client, door, most_felt=40)) == 0
    assert_same(read(world, NOW_MS), reads(lived(world, NOW_MS, LATE_MS, OWNERS), NOW_MS))

    late = [
        row._replace(felt=replace(row.felt, id=f"{row.felt.id}-late", episode="e2"))
        for row in world.rows[:30]
    ]
    journal(world.client, late)
    after = world._replace(rows=[*world.rows, *late])
    touch(after, 2)
    assert_same(read(after, NOW_MS), reads(lived(after, NOW_MS, LATE_MS, OWNERS), NOW_MS))

    asyncio.run(Copier(world.client, door).renew())
    assert sum(renew(world.client, door)) == 0
    assert_same(read(after, NOW_MS), reads(lived(after, NOW_MS, LATE_MS, OWNERS), NOW_MS))


@pytest.mark.parametrize("changes", ["no JSON", '{"gravity": 1}'])
def test_a_change_of_no_parameter_is_refused(world: World, changes: str) -> None:
    with pytest.raises(DatabaseError, match="changes is to be JSON of parameters of the model"):
        read(world, NOW_MS, changes=changes)


def test_an_unknown_model_is_refused(world: World) -> None:
    with pytest.raises(DatabaseError, match="There is no bond model of this version"):
        read(world, NOW_MS, model="bond-0")
