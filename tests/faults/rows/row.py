"""The vocabulary of the table: a load, the faults that strike meanwhile, and what must come of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TypeVar

from ..load import Load

T = TypeVar("T")

BROKER, ENGINE, WAY = "broker", "engine", "way"
"""Two servers, and the way from the workers to the second: a proxy that can do what networks do."""
ENGINE_DISK, BROKER_DISK = "disk of the engine", "disk of the broker"
ANALYSTS, CUSTOMERS, REJECTIONS = "analysts", "customers", "rejections"
WORKER, SECOND_WORKER, THIRD_WORKER = "worker 1", "worker 2", "worker 3"


@dataclass(frozen=True)
class Scale:
    """How much is struck: `quick` shows that a row works, the whole is what is promised."""

    quick: bool = False

    def of(self, whole: T, quick: T) -> T:
        """Return a size by the scale."""
        return quick if self.quick else whole


class Blow(StrEnum):
    """What is done. A blow that lasts ends after the fault's `away_seconds`."""

    KILL = "kill"
    """kill -9 of a process; it comes back afterwards."""
    FREEZE = "freeze"
    """A process stopped where it stands; it goes on afterwards as if nothing had happened."""
    START = "start"
    """Somebody joins."""
    STOP = "stop"
    """Somebody leaves in peace."""
    ERR = "err"
    """Every request is answered with an error."""
    HANG = "hang"
    """Requests are taken, and nothing comes back."""
    RESET = "reset"
    """Connections break in the middle of a request."""
    FORGET = "forget"
    """Requests are done, and their replies lost."""
    HALVE = "halve"
    """The next request breaks in its middle, and kill -9 of the worker with it."""
    REPLAY = "replay"
    """What was rejected is published again."""
    FILL = "fill"
    """A disk is full; it has room again afterwards."""
    ERASE = "erase"
    """Customers are erased."""


@dataclass(frozen=True)
class Fault:
    """A blow, when so much of the load has been worked off."""

    at: float
    blow: Blow
    whom: str
    away_seconds: float = 0.0


@dataclass(frozen=True)
class Limits:
    """What a row may cost, beside losing nothing; None: it is not looked at."""

    stall_seconds: float | None = None
    """Without progress while somebody waits for it and nothing is kept away."""
    lag_ratio: float | None = None
    """Of the 95th percentile of the lag, while somebody disturbs, to that before."""
    megabytes: float | None = None
    """By which a worker grows after its warm-up."""
    handles: int | None = None
    """By which a worker's open files grow after its warm-up."""


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
    oddities: tuple[tuple[str, str], ...] = ()
    """Workers that are not quite the product: who, and which of `odd_workers`."""
    is_control: bool = False
    """Must the checker find fault?"""
    in_slice: bool = False
    """Does it run among the few that end within 3 minutes?"""
    limits: Limits = Limits()
    remembered: int | None = None
    """How many customers a worker remembers, if not as many as it usually does."""
    has_holes: bool = False
    """Must an audit find records that stand nowhere, and read them again?"""
    is_replayed: bool = False
    """Is all of it worked off once more, into an empty database?"""
    replayed_by: str = ""
    """And which of `odd_workers` does so, if it is not the product?"""
    has_mutants: bool = False
    """Does the validator say what must be rejected? Then figures are not looked at."""
    alarm: str = ""
    """What the log of the worker must say of it."""
    deadline_seconds: float = 600.0
    """When it is given up. No promise: a machine that is busy otherwise takes longer."""

    @property
    def needs_stage_alone(self) -> bool:
        """Does it strike what others use, or measure what they would disturb?"""
        struck = {fault.whom for fault in self.faults}
        return bool(struck & {BROKER, ENGINE, ENGINE_DISK, BROKER_DISK, ANALYSTS}) or self.limits != Limits()

    @property
    def disks(self) -> frozenset[str]:
        """The small disks that it fills."""
        return frozenset(fault.whom for fault in self.faults) & {ENGINE_DISK, BROKER_DISK}


def random_kills(whom: Sequence[str], count: int, seed: int, away_seconds: float = 0.0) -> tuple[Fault, ...]:
    """Return kills at random times, each of a random one of some processes."""
    chance = Random(f"kills{seed}")
    times = sorted(chance.uniform(0.05, 0.9) for _ in range(count))
    return tuple(Fault(at, Blow.KILL, chance.choice(list(whom)), away_seconds) for at in times)


def in_turn(count: int, *blows: tuple[Blow, str], away_seconds: float = 0.0) -> tuple[Fault, ...]:
    """Return `count` faults, evenly over the load, that repeat some blows in turn."""
    return tuple(
        Fault(0.05 + 0.85 * number / count, *blows[number % len(blows)], away_seconds)
        for number in range(count)
    )
