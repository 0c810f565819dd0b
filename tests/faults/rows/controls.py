"""Negative controls: workers with a defect each, which the checker must find."""

from collections.abc import Iterator

from ..load import Load
from .row import WORKER, Row, Scale

CONTROLS = (
    ("auto_ack", "acknowledges before the insert; kill -9 meanwhile", ("worked_out:4",)),
    ("no_dedup", "takes every delivery for a new touchpoint", ()),
    ("small_window", "remembers only a customer's last 4 touchpoints", ()),
    ("never_joins", "joins nobody, whatever links say", ()),
)


def rows(scale: Scale) -> Iterator[Row]:
    """Yield the rows of this group."""
    for number, (defect, fault, crash_at) in enumerate(CONTROLS, start=41):
        yield Row(
            f"control-{defect.replace('_', '-')}",
            fault,
            Load(scale.of(5_000, 2_000), seed=number, a_second=800),
            crash_at=crash_at,
            oddities=((WORKER, defect),),
            is_control=True,
            in_slice=defect in ("auto_ack", "no_dedup"),
        )
