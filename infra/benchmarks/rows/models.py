"""Everybody by another version of the model: in SQL from what was felt, in SQL from raw, by the kernel.

The journal is made inside ClickHouse: customers of fifty felt touchpoints, contacts of one or two, some of
them failures and acts of recovery in cases. A what-if is asked as the page asks it, range by range.
"""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial

from clickhouse_connect.driver.client import Client

from dashboards.questions.what_if import ranges_of
from infra.benchmarks.stage import PATIENCE_SECONDS, stack
from infra.benchmarks.suite import Figure, Row, Scale
from schemas.names import DatabaseUser, Table, View
from schemas.settings import Settings
from streams.bond.kernel import everyone_at
from streams.bond.parameters import BOND_1
from streams.connections import connect
from streams.replay import felt_columns
from streams.sinks.copying import renew
from streams.sinks.door import door_of

Ranges = list[tuple[str, str]]
EACH = 50
"""Felt touchpoints of a customer."""
AT, AT_MS = "2026-01-01 00:00:00", 1_767_225_600_000
MOST_MEMORY = 3_000_000_000
LEAST = {"felt": 4e6, "raw": 0.5e6, "kernel": 1e6}
"""Touchpoints a second that are promised."""
MOST_SECONDS = {"read-out": 15.0, "never": 30.0}
"""Of a what-if on all."""
CHANGED = {
    "read-out": {"changes": json.dumps({"shrinkage": 4, "half_life_relief": 60}), "instead": ""},
    "never": {"changes": json.dumps({"loss_aversion": 1.8}), "instead": "never"},
}
WHAT_IF = f"""
SELECT count(), sum(bond_index) FROM {View.WHAT_IF}(
    at = '{AT}', model = '{BOND_1.version}', changes = {{changes:String}}, instead = {{instead:String}},
    type = 'type.7', department = '', hours = 24, first = {{first:String}}, until = {{until:String}})
"""
RAW = f"""
SELECT count(), sum(bond_index)
FROM {View.BOND_AT}(at = '{AT}', known_by = '2299-01-01 00:00:00', model = '{BOND_1.version}', person = '')
"""


def _chance(salt: int, of: int) -> str:
    """Return a number below `of` that follows from person, place and salt."""
    return f"cityHash64(person, place, {salt}) % {of}"


MADE = {
    "person_id": "lower(hex(sipHash128(person)))",
    "touchpoint_id": "concat('/shop|', toString(person), '-', toString(place))",
    "content_hash": "1",
    "revision": "1",
    "kind": "'felt'",
    "type": f"concat('type.', toString({_chance(1, 60)}))",
    "department": f"concat('department.', toString({_chance(1, 9)}))",
    "source": "'/shop'",
    "occurred_at": "toDateTime64('2023-01-01', 3, 'UTC')"
    f" + toIntervalHour(place * 24 * 20 + {_chance(2, 200)})",
    "known_at": "occurred_at",
    "first_received_at": "occurred_at",
    "episode_id": "concat('/shop|', toString(person), '-',"
    f" toString(place - ({_chance(3, 6)} = 0 AND place % 2 = 1)))",
    "case_id": f"if({_chance(4, 8)} = 0,"
    " concat('/shop|case-', toString(person), '-', toString(intDiv(place, 16))), '')",
    "valence": f"{_chance(5, 2000)} / 1000 - 0.85",
    "arousal": f"0.5 + {_chance(6, 3)} / 10",
    "importance": f"0.8 * (1 + {_chance(7, 3)})",
    "confidence": "0.8",
    "promise": f"0.4 * ({_chance(8, 2)})",
    "profile_surprise": "0.1",
    "profile_relief": "0.4",
    "profile_gratitude": "0.2",
    "profile_familiarity": "0.2",
    "profile_belonging": "0.1",
    "recovery": f"{_chance(9, 20)} = 0",
    "needs_met_mask": f"if(recovery, {_chance(10, 64)}, 0)",
}
"""Each column of the journal, from `person` and `place`, the number of a touchpoint in a life."""
JOURNAL = f"""
INSERT INTO {Table.JOURNAL} ({", ".join(MADE)})
SELECT {", ".join(f"{value} AS {name}" for name, value in MADE.items())}
FROM
(
    SELECT intDiv(number, {EACH}) AS person, number % {EACH} AS place
    FROM numbers({{first:UInt64}}, {{count:UInt64}})
)
"""
BONDS = f"""
INSERT INTO {Table.BONDS} (person_id, felt, newest_at, revision, model_version)
SELECT person_id, count(), max(occurred_at), 1, '{BOND_1.version}' FROM {Table.JOURNAL} GROUP BY person_id
"""
PIECE = 2_500_000


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield touchpoints a second of each way, and the seconds of a what-if on all."""
    touchpoints = scale.of(10_000_000, 500_000)
    with (
        stack() as settings,
        connect(settings, DatabaseUser.ADMIN, answer_seconds=PATIENCE_SECONDS) as client,
    ):
        fill(client, touchpoints)
        door = door_of(settings)
        renewing = _seconds(lambda: sum(renew(client, door)))
        ranges = ranges_of(touchpoints // EACH)
        yield Figure("copy, renewed from nothing", touchpoints / renewing, "touchpoints/s")
        ways = {
            "felt": lambda: _what_if(client, **CHANGED["read-out"]),
            "raw": lambda: client.query(RAW, settings={"max_memory_usage": MOST_MEMORY}),
            "kernel": lambda: _kernel(settings, ranges),
        }
        for name, ask in ways.items():
            rate = touchpoints / _seconds(ask)
            # On small sizes the planning of one query is most of it.
            least = None if scale.quick else LEAST[name]
            yield Figure(f"another version, {name}", rate, "touchpoints/s", least=least)
        for name, changed in CHANGED.items():
            seconds = _seconds(partial(_in_ranges, client, changed, ranges))
            yield Figure(f"what-if, {name}", seconds, "s", most=MOST_SECONDS[name])


def fill(client: Client, touchpoints: int) -> None:
    """Make a journal of so many felt touchpoints, and bonds that say that they are folded."""
    for first in range(0, touchpoints, PIECE):
        client.command(JOURNAL, {"first": first, "count": min(PIECE, touchpoints - first)})
    client.command(BONDS)
    for table in (Table.JOURNAL, Table.BONDS):
        client.command(f"OPTIMIZE TABLE {table} FINAL")


def _seconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def _what_if(client: Client, changes: str, instead: str, first: str = "", until: str = "") -> object:
    given = {"changes": changes, "instead": instead, "first": first, "until": until}
    return client.query(WHAT_IF, given).result_rows


def _in_ranges(client: Client, changed: dict[str, str], ranges: Ranges) -> None:
    for first, until in ranges:
        _what_if(client, **changed, first=first, until=until)


def _kernel(settings: Settings, ranges: Ranges) -> None:
    """Read what was felt by Arrow, range by range, and everybody by the kernel."""
    with connect(settings) as client:
        for first, until in ranges:
            felt = f"SELECT * FROM {View.FELT}(first = '{first}', until = '{until}')"
            lives = client.query_arrow(felt, use_strings=True)
            if len(lives):
                everyone_at(felt_columns(lives), AT_MS)


ROW = Row("models", "Everybody's index by another version of the model", measure)
