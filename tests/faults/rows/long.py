"""What only time or a crowd shows: a long run, analysts who ask the worst, all of it once more."""

from collections.abc import Iterator

from ..load import Load
from .row import ANALYSTS, Blow, Fault, Limits, Row, Scale

GROWTH_MEGABYTES, GROWTH_HANDLES = 50.0, 10
GENERATIONS, REMEMBERED, LATEST = 12, 6_000, 0.2
"""So customers come and go, and what a worker remembers of them and their circles is full before half-time:
what fills up is no leak. Where all stay to the end, or what is late comes at any time until then, their pasts
grow, and with them what is remembered of each."""


def rows(scale: Scale) -> Iterator[Row]:
    """Yield the rows of this group."""
    yield Row(
        "replay",
        "all of it again, into an empty database beside the old one",
        Load(scale.of(1_000_000, 2_500), seed=61, a_second=0, late=0.01, repeated=0.01),
        is_replayed=True,
        deadline_seconds=scale.of(3_600, 600),
    )
    yield Row(
        "replay-newer-model",
        "all of it again, by another version of the model beside the old one",
        Load(scale.of(1_000_000, 2_500), seed=64, a_second=0, late=0.01, repeated=0.01),
        is_replayed=True,
        replayed_by="newer_model",
        deadline_seconds=scale.of(3_600, 600),
    )
    asked = scale.of(60, 10)
    yield Row(
        "analysts",
        f"8 analysts ask the worst that they may for {asked} s",
        Load(scale.of(120_000, 4_000), seed=62, a_second=scale.of(1_000, 150)),
        (Fault(0.4, Blow.START, ANALYSTS, away_seconds=asked),),
        limits=Limits(lag_ratio=scale.of(2.0, None)),
        deadline_seconds=scale.of(3_600, 600),
    )
    minutes = scale.of(60, 1)
    yield Row(
        "soak",
        f"none at all, for {minutes} min",
        Load(
            scale.of(1_080_000, 9_000),
            seed=63,
            a_customer=50,
            generations=GENERATIONS,
            a_second=scale.of(300, 150),
            late=0.01,
            repeated=0.01,
            conflicting=0.002,
            withdrawn=0.002,
            linked=0.002,
            latest=LATEST,
            live=True,
        ),
        remembered=REMEMBERED,
        limits=Limits(megabytes=GROWTH_MEGABYTES, handles=GROWTH_HANDLES),
        deadline_seconds=minutes * 90 + 600,
    )
