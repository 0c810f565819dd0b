"""A log that stays readable, and finds room on the disk, while something is away for hours.

Kafka's client tries again ten times a second on each of its connections, and says so in four lines each time.
"""

import logging
import time
from collections.abc import Callable

WHO_COMPLAINS = "aiokafka"
EVERY_SECONDS = 10.0


class Complaints(logging.Filter):
    """Lets each complaint of Kafka's client through once in a while, with how often it was made meanwhile.

    `clock` gives monotonic seconds. Complaints are the same if they differ in nothing but arguments.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._made: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be logged; what was kept back since is told at its end."""
        if record.levelno < logging.WARNING or record.name.partition(".")[0] != WHO_COMPLAINS:
            return True
        complaint, now = (record.name, str(record.msg)), self._clock()
        told_at, kept_back = self._made.get(complaint, (now - EVERY_SECONDS, 0))
        if now - told_at < EVERY_SECONDS:
            self._made[complaint] = told_at, kept_back + 1
            return False
        self._made[complaint] = now, 0
        if kept_back:
            record.msg, record.args = f"{record.getMessage()} (and {kept_back} more like it)", ()
        return True
