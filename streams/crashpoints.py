"""Named points at which a worker kills itself, so that tests can show what a crash there costs: nothing.

Set by `VINCLE_CRASH_AT=name:n`: the n-th time the point is reached, the process ends as by kill -9.
"""

import os
import signal
from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """A point on the way of a batch, or beside it."""

    ASSIGNED = "assigned"
    """Partitions were taken over, or some of them given up."""
    FETCHED = "fetched"
    WORKED_OUT = "worked_out"
    REJECTED_WRITTEN = "rejected_written"
    FACTS_WRITTEN = "facts_written"
    """The journal is, and nothing that is derived from it."""
    STEPS_WRITTEN = "steps_written"
    BONDS_WRITTEN = "bonds_written"
    ALL_WRITTEN = "all_written"
    """All that is written before anybody is told."""
    LINKS_SHARED = "links_shared"
    ANNOUNCED = "announced"
    """And nothing is acknowledged, or settled."""
    LOOKED = "looked"
    """What time has brought was found, and is not written."""


class ErasurePoint(StrEnum):
    """A point on the way of an erasure."""

    KEYS_DESTROYED = "keys_destroyed"
    PLACES_NOTED = "places_noted"
    ROWS_DELETED = "rows_deleted"
    RECEIPT_WRITTEN = "receipt_written"


Reached = Callable[[Point | ErasurePoint], None]


def never(_: Point | ErasurePoint) -> None:
    """Crash nowhere."""


def crash_at(text: str) -> Reached:
    """Return what to call at each point; ValueError if the text is not `name:n`. Empty: crash nowhere."""
    if not text:
        return never
    name, _, number = text.partition(":")
    point = ErasurePoint(name) if name in set(ErasurePoint) else Point(name)
    left = int(number or "1")

    def reached(here: Point | ErasurePoint) -> None:
        nonlocal left
        if here is point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached
