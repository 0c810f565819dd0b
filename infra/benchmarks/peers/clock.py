"""The clock of a peer: from its first event to its last."""

import os
import time


class Clock:
    """Counts events; tells the seconds on standard output when all have come."""

    def __init__(self, events: int) -> None:
        self._events, self._count = events, 0
        self._started: float | None = None

    def start(self) -> None:
        """Start the clock, if it does not run yet."""
        if self._started is None:
            self._started = time.perf_counter()

    def tick(self, count: int = 1) -> None:
        """Count so many events; the first call starts the clock."""
        self.start()
        self._count += count
        if self._count >= self._events > self._count - count:
            assert self._started is not None
            os.write(1, b"seconds %f\n" % (time.perf_counter() - self._started))
