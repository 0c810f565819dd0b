"""What every look needs: somewhere to look, and a way to take up what was found."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from streams.lane import Lane
from streams.outcome import Batch
from streams.sinks.journal import Journal


class Desk(NamedTuple):
    """A journal, and the lane in which alone it is read."""

    lane: Lane
    journal: Journal


TakeUp = Callable[[], Awaitable[Batch | None]]
"""Takes up what was found, and returns what is to be written, if anything; no batch may be on its way."""
