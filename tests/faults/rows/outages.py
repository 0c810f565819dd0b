"""What the workers need is away, errs, hangs, breaks off, forgets to answer, or has no room left."""

from collections.abc import Iterator

from ..load import Load
from .row import (
    BROKER,
    BROKER_DISK,
    ENGINE,
    ENGINE_DISK,
    WAY,
    Blow,
    Fault,
    Limits,
    Row,
    Scale,
    in_turn,
)

STALL_SECONDS = 60.0
GROWTH_MEGABYTES = 50.0


def rows(scale: Scale) -> Iterator[Row]:
    """Yield the rows of this group."""
    pace = scale.of(1_000, 300)
    for seconds in scale.of((5, 60, 300), (5,)):
        yield Row(
            f"broker-away-{seconds}",
            f"broker away {seconds} s",
            Load(scale.of(30_000, 4_000), seed=15, a_second=pace),
            (Fault(0.3, Blow.KILL, BROKER, away_seconds=seconds),),
            limits=Limits(stall_seconds=STALL_SECONDS),
            deadline_seconds=600 + 2 * seconds,
        )
    away = scale.of(600, 10)
    yield Row(
        "engine-away",
        f"database away {away} s",
        Load(scale.of(630_000, 6_000), seed=16, a_second=pace),
        (Fault(scale.of(0.02, 0.3), Blow.KILL, ENGINE, away_seconds=away),),
        limits=Limits(megabytes=GROWTH_MEGABYTES),
        deadline_seconds=scale.of(3_600, 600),
    )
    for name, blow, told in (
        ("errs", Blow.ERR, "answers with errors"),
        ("hangs", Blow.HANG, "takes requests and never answers"),
        ("resets", Blow.RESET, "breaks off in the middle of requests"),
        ("forgets", Blow.FORGET, "does what is asked, and its replies are lost"),
    ):
        seconds, times = scale.of(20, 4), scale.of(8, 3)
        yield Row(
            f"engine-{name}",
            f"database {told}, {times} times {seconds} s",
            Load(scale.of(200_000, 4_000), seed=17, a_second=pace),
            in_turn(times, (blow, WAY), away_seconds=seconds),
            limits=Limits(megabytes=GROWTH_MEGABYTES),
            in_slice=blow is Blow.FORGET,
            deadline_seconds=scale.of(3_600, 600),
        )
    for whose, disk, alarm in (("database", ENGINE_DISK, "space"), ("broker", BROKER_DISK, "")):
        full = scale.of(60, 15)
        yield Row(
            f"disk-full-{whose}",
            f"disk full under the {whose} for {full} s",
            Load(scale.of(60_000, 4_000), seed=18, a_second=pace),
            (Fault(0.3, Blow.FILL, disk, away_seconds=full),),
            alarm=alarm,
            deadline_seconds=900,
        )
