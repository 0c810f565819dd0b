"""What comes is broken, from another time, or written by another release."""

from collections.abc import Iterator

from ..load import Load
from .row import REJECTIONS, SECOND_WORKER, THIRD_WORKER, WORKER, Blow, Fault, Row, Scale


def rows(scale: Scale) -> Iterator[Row]:
    """Yield the rows of this group."""
    good = scale.of(10_000, 1_500)
    yield Row(
        "mutants",
        "as many mutants as good events, of every codec",
        Load(good, seed=51, a_second=scale.of(400, 300), mutated=0.75),
        has_mutants=True,
        in_slice=True,
        deadline_seconds=scale.of(3_600, 600),
    )
    yield Row(
        "clocks",
        "clocks of two workers an hour off, either way; times of 1900, 1970, 2100 and when clocks change",
        Load(scale.of(10_000, 2_500), seed=52, a_second=scale.of(500, 200), untimely=0.1),
        (Fault(0.0, Blow.START, SECOND_WORKER), Fault(0.6, Blow.KILL, WORKER)),
        oddities=((WORKER, "ahead"), (SECOND_WORKER, "behind")),
    )
    yield Row(
        "upgrade",
        "workers of a newer release come, the old one leaves; a field and a version that it does not know",
        Load(
            scale.of(50_000, 2_500),
            seed=53,
            a_second=scale.of(500, 200),
            newer=0.1,
            repeated=0,
            conflicting=0,
            held=0,
        ),
        (
            Fault(0.3, Blow.START, SECOND_WORKER),
            Fault(0.5, Blow.STOP, WORKER),
            Fault(0.6, Blow.START, THIRD_WORKER),
        ),
        oddities=((SECOND_WORKER, "newer"), (THIRD_WORKER, "newer")),
        deadline_seconds=scale.of(3_600, 600),
    )
    yield Row(
        "rejections",
        "a worker that is too strict is replaced, and what was rejected published again, twice",
        Load(scale.of(20_000, 2_500), seed=54, a_second=scale.of(500, 200)),
        (
            Fault(1.0, Blow.STOP, WORKER),
            Fault(1.0, Blow.START, SECOND_WORKER),
            Fault(1.0, Blow.REPLAY, REJECTIONS),
            Fault(1.0, Blow.REPLAY, REJECTIONS),
        ),
        oddities=((WORKER, "strict"),),
    )
