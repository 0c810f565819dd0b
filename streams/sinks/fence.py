"""A fence between those who write and one who erases: many may be within at once, or one alone.

Two locks of files, which the system lets go of when a process dies. Who wants to be alone shuts the gate
first: without it, workers whose writing overlaps would keep it out for ever.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 10.0
LOOK_SECONDS = 0.02


class FenceBusyError(OSError):
    """Somebody was within for too long; trying again is right."""


class Fence:
    """The fence around what a vault guards; threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        self._gate, self._within = path.with_suffix(".gate"), path.with_suffix(".within")

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Be within, with others; waits while somebody is alone there."""
        with _opened(self._within) as within:
            with _opened(self._gate) as gate:
                fcntl.flock(gate, fcntl.LOCK_SH)
                fcntl.flock(within, fcntl.LOCK_SH)
            yield

    def drain(self) -> None:
        """Return when all who were within have left; raises FenceBusyError if they do not."""
        with self.alone():
            pass

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be within with nobody else; raises FenceBusyError if others do not leave."""
        with _opened(self._gate) as gate, _opened(self._within) as within:
            fcntl.flock(gate, fcntl.LOCK_EX)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not _alone(within):
                if time.monotonic() > deadline:
                    raise FenceBusyError("a worker does not end its writing")
                time.sleep(LOOK_SECONDS)
            yield


def _alone(within: int) -> bool:
    try:
        fcntl.flock(within, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Give a description of the file of one's own, to which a lock belongs; closing it lets go."""
    description = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield description
    finally:
        os.close(description)
