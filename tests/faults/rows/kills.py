"""kill -9: at random times, and at every named point on the way of a batch."""

from collections.abc import Iterator
from random import Random

from streams.crashpoints import ErasurePoint, Point

from ..load import Load
from .row import (
    BROKER,
    CUSTOMERS,
    ENGINE,
    SECOND_WORKER,
    WAY,
    WORKER,
    Blow,
    Fault,
    Row,
    Scale,
    in_turn,
    random_kills,
)

SELDOM = (Point.ASSIGNED, Point.LOOKED)
"""Points that a worker comes past only now and then."""
IN_SLICE = (Point.FETCHED, Point.FACTS_WRITTEN, Point.ALL_WRITTEN)


def rows(scale: Scale) -> Iterator[Row]:
    """Yield the rows of this group."""
    for seed in range(1, scale.of(10, 1) + 1):
        for point in Point:
            yield crash(point, seed, scale)
    for seed in range(1, scale.of(10, 1) + 1):
        for point in ErasurePoint:
            yield crash_erasing(point, seed, scale)
    for seed in range(1, scale.of(10, 1) + 1):
        yield Row(
            f"crash-mid-insert-{seed}",
            "kill -9 in the middle of an insert, 3 times",
            Load(scale.of(5_000, 2_000), seed=seed, a_second=scale.of(1_000, 400)),
            in_turn(3, (Blow.HALVE, WAY)),
        )
    million = Load(
        scale.of(1_000_000, 2_500), seed=14, a_second=scale.of(2_500, 100), late=0.01, repeated=0.01
    )
    yield Row(
        "kill-any",
        f"kill -9 of workers, broker and database, {scale.of(20, 6)} times at random",
        million,
        (
            Fault(0.0, Blow.START, SECOND_WORKER),
            *random_kills([WORKER, SECOND_WORKER, BROKER, ENGINE], scale.of(20, 6), 14, away_seconds=3),
        ),
        deadline_seconds=scale.of(3_600, 600),
    )
    few = scale.of(5_000, 2_500)
    kills = random_kills([WORKER], 4, 11)
    yield Row(
        "kill-worker", "kill -9 of the worker, 4 times at random", Load(few, seed=11, a_second=120), kills
    )
    yield Row(
        "kill-workers",
        "a second worker joins, both are killed in turn",
        Load(few, seed=22, a_second=120),
        (Fault(0.0, Blow.START, SECOND_WORKER), *in_turn(4, (Blow.KILL, WORKER), (Blow.KILL, SECOND_WORKER))),
    )


def crash(point: Point, seed: int, scale: Scale) -> Row:
    """Return the row of a crash point: at its n-th time, and the successor at another."""
    chance = Random(f"{point}{seed}")
    latest = 1 if point in SELDOM else 4
    times = [chance.randint(1, latest) for _ in range(scale.of(2, 1))]
    return Row(
        f"crash-{point.value.replace('_', '-')}-{seed}",
        f"kill -9 at {point.value}, time {' and then time '.join(map(str, times))}",
        Load(scale.of(5_000, 2_000), seed=seed, a_second=scale.of(1_000, 800)),
        crash_at=tuple(f"{point.value}:{number}" for number in times),
        in_slice=point in IN_SLICE,
    )


def crash_erasing(point: ErasurePoint, seed: int, scale: Scale) -> Row:
    """Return the row of a crash point of erasures: customers are erased while touchpoints of theirs come.

    Nobody is linked, so that the names of an erased customer do not depend on when it is.
    """
    return Row(
        f"crash-{point.value.replace('_', '-')}-{seed}",
        f"customers erased meanwhile, kill -9 at {point.value}",
        Load(scale.of(5_000, 2_000), seed=seed, a_second=scale.of(500, 200), linked=0),
        (Fault(Random(f"{point}{seed}").uniform(0.2, 0.7), Blow.ERASE, CUSTOMERS),),
        crash_at=(f"{point.value}:1",),
    )
