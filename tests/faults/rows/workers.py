"""Workers that come, go, freeze, or are not quite the product: what is worked off is the same."""

from collections.abc import Iterator

from ..load import Load
from .row import (
    SECOND_WORKER,
    THIRD_WORKER,
    WORKER,
    Blow,
    Fault,
    Limits,
    Row,
    Scale,
    in_turn,
)

STALL_SECONDS = 60.0


def rows(scale: Scale) -> Iterator[Row]:
    """Yield the rows of this group."""
    yield Row(
        "two-workers",
        "a second worker joins and leaves in peace",
        Load(scale.of(10_000, 2_500), seed=21, a_second=scale.of(300, 120)),
        (Fault(0.1, Blow.START, SECOND_WORKER), Fault(0.6, Blow.STOP, SECOND_WORKER)),
        in_slice=True,
    )
    yield Row(
        "holes",
        "one record in fifty is acknowledged and never written",
        # A second delivery would stand for a first one that is lost, until that is read again.
        Load(scale.of(20_000, 2_500), seed=25, a_second=scale.of(300, 200), repeated=0, conflicting=0),
        oddities=((WORKER, "forgetful"),),
        has_holes=True,
    )
    frozen, times = scale.of(90, 25), scale.of(10, 2)
    yield Row(
        "zombie",
        f"a worker of two frozen {frozen} s and resumed, {times} times",
        Load(scale.of(500_000, 5_000), seed=23, a_second=scale.of(500, 100)),
        (
            Fault(0.0, Blow.START, SECOND_WORKER),
            *in_turn(times, (Blow.FREEZE, WORKER), (Blow.FREEZE, SECOND_WORKER), away_seconds=frozen),
        ),
        deadline_seconds=scale.of(3_600, 600),
    )
    rounds = scale.of(20, 2)
    yield Row(
        "scaling",
        f"workers 1, 2, 3 and 1 again, {rounds} times",
        Load(scale.of(600_000, 6_000), seed=24, a_second=scale.of(500, 80)),
        in_turn(
            4 * rounds,
            (Blow.START, SECOND_WORKER),
            (Blow.START, THIRD_WORKER),
            (Blow.STOP, SECOND_WORKER),
            (Blow.STOP, THIRD_WORKER),
        ),
        limits=Limits(stall_seconds=STALL_SECONDS),
        deadline_seconds=scale.of(3_600, 600),
    )
