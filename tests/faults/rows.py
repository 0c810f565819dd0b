"""The table: every row is a load, the faults that strike while it is worked off, and who works.

A further row is a further entry here; a further kind of blow is a member of `Blow` and its line in `run`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from streams.crashpoints import Point

from .load import Load

BROKER, ENGINE = "broker", "engine"
WORKER, SECOND_WORKER = "worker 1", "worker 2"


class Blow(StrEnum):
    """What is done to a process."""

    KILL = "kill"
    """kill -9; it comes back after `away_seconds`."""
    FREEZE = "freeze"
    """Stopped where it stands; it goes on after `away_seconds` as if nothing had happened."""
    START = "start"
    """Joins."""
    STOP = "stop"
    """Leaves in peace."""


@dataclass(frozen=True)
class Fault:
    """A blow, when so much of the load has been worked off."""

    at: float
    blow: Blow
    whom: str
    away_seconds: float = 0.0


@dataclass(frozen=True)
class Row:
    """A scenario and what must come of it."""

    name: str
    fault: str
    """In words, for the table."""
    load: Load = field(default_factory=Load)
    faults: tuple[Fault, ...] = ()
    crash_at: tuple[str, ...] = ()
    """Where the first worker, its successor and so on kill themselves."""
    defect: str = ""
    """A negative control: a worker with this defect of `defects`, and the checker must find fault."""
    quick: bool = False
    strikes_stage: bool = False
    """Does it strike broker or engine? Then no other row may use them meanwhile."""
    deadline_seconds: float = 240.0


def crash_row(point: Point, seed: int, quick: bool = False) -> Row:
    """Return the row of a crash point: at its n-th time, and the successor at another."""
    chance = Random(f"{point}{seed}")
    times = [chance.randint(2, 5) for _ in range(1 if quick else 2)]
    return Row(
        name=f"crash-{point.value.replace('_', '-')}-{seed}",
        fault=f"kill -9 at {point.value}, time {' and then time '.join(map(str, times))}",
        load=Load(size=2_000, seed=seed, a_second=800) if quick else Load(seed=seed, a_second=1_000),
        crash_at=tuple(f"{point.value}:{n}" for n in times),
        quick=quick,
    )


def random_kills(whom: Sequence[str], count: int, seed: int, away_seconds: float = 0.0) -> tuple[Fault, ...]:
    """Return kills at random times, each of a random one of some processes."""
    chance = Random(f"kills{seed}")
    times = sorted(chance.uniform(0.05, 0.9) for _ in range(count))
    return tuple(Fault(at, Blow.KILL, chance.choice(list(whom)), away_seconds) for at in times)


CRASHES = tuple(crash_row(point, seed) for point in Point for seed in (1, 2))
QUICK_CRASHES = tuple(
    crash_row(point, 0, quick=True) for point in (Point.FETCHED, Point.FACTS_WRITTEN, Point.ALL_WRITTEN)
)

KILLS = (
    Row(
        "kill-worker",
        "kill -9 of the worker, 4 times at random",
        Load(seed=11, a_second=120),
        random_kills([WORKER], 4, 11),
    ),
    Row(
        "kill-engine",
        "kill -9 of the database, 4 times at random, away 3 s",
        Load(seed=12, a_second=200),
        random_kills([ENGINE], 4, 12, away_seconds=3),
        strikes_stage=True,
    ),
    Row(
        "kill-broker",
        "kill -9 of the broker, 3 times at random",
        Load(seed=13, a_second=150),
        random_kills([BROKER], 3, 13),
        strikes_stage=True,
    ),
    Row(
        "kill-any",
        "kill -9 of worker, broker and database, 6 times at random",
        Load(seed=14, a_second=100),
        random_kills([WORKER, BROKER, ENGINE], 6, 14),
        strikes_stage=True,
        deadline_seconds=400,
    ),
    Row(
        "broker-away",
        "broker away 20 s",
        Load(seed=15, a_second=300),
        (Fault(0.3, Blow.KILL, BROKER, away_seconds=20),),
        strikes_stage=True,
    ),
    Row(
        "engine-away",
        "database away 20 s",
        Load(seed=16, a_second=300),
        (Fault(0.3, Blow.KILL, ENGINE, away_seconds=20),),
        strikes_stage=True,
    ),
)

SCALING = (
    Row(
        "two-workers",
        "a second worker joins and leaves in peace",
        Load(size=2_500, seed=21, a_second=120),
        (Fault(0.1, Blow.START, SECOND_WORKER), Fault(0.6, Blow.STOP, SECOND_WORKER)),
        quick=True,
    ),
    Row(
        "two-workers-killed",
        "a second worker joins, both are killed in turn",
        Load(seed=22, a_second=120),
        (
            Fault(0.1, Blow.START, SECOND_WORKER),
            Fault(0.4, Blow.KILL, WORKER),
            Fault(0.7, Blow.KILL, SECOND_WORKER),
        ),
    ),
    Row(
        "zombie",
        "a worker of two frozen 25 s, twice, and resumed",
        Load(seed=23, a_second=100),
        (
            Fault(0.05, Blow.START, SECOND_WORKER),
            Fault(0.3, Blow.FREEZE, WORKER, away_seconds=25),
            Fault(0.6, Blow.FREEZE, SECOND_WORKER, away_seconds=25),
        ),
    ),
)

ORDER = (
    Row("no-fault", "none at all", Load(seed=30)),
    Row(
        "shuffled",
        "any order, 10 % repeated, the worker killed twice",
        Load(seed=31, a_second=200, shuffled=True, repeated=0.1, conflicting=0.03),
        random_kills([WORKER], 2, 31),
    ),
    Row(
        "late",
        "20 % late, 5 % repeated, the worker killed twice",
        Load(seed=32, a_second=200, late=0.2, repeated=0.05),
        random_kills([WORKER], 2, 32),
    ),
    Row(
        "long-lives",
        "few customers with long lives, 5 % conflicting, the worker killed once",
        Load(size=3_000, seed=34, a_second=200, a_customer=100, conflicting=0.05),
        random_kills([WORKER], 1, 34),
    ),
    Row("backlog", "the whole load waits before the worker starts", Load(seed=33, a_second=0)),
)

CONTROLS = (
    Row(
        "control-auto-ack",
        "acknowledges before the insert; kill -9 meanwhile",
        Load(size=2_000, seed=41, a_second=800),
        crash_at=("worked_out:4",),
        defect="auto_ack",
        quick=True,
    ),
    Row(
        "control-no-dedup",
        "takes every delivery for a new touchpoint",
        Load(size=2_000, seed=42, a_second=800),
        defect="no_dedup",
        quick=True,
    ),
    Row(
        "control-small-window",
        "remembers only a customer's last 4 touchpoints",
        Load(size=2_000, seed=43, a_second=800),
        defect="small_window",
    ),
    Row(
        "control-never-joins",
        "joins nobody, whatever links say",
        Load(size=2_000, seed=44, a_second=800),
        defect="never_joins",
    ),
)

ROWS = (*QUICK_CRASHES, *SCALING, *CRASHES, *ORDER, *KILLS, *CONTROLS)
