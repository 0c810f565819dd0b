"""How often somebody may try: some at once, then one every so often. One number is kept for each."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Allowance:
    """So many tries at once, and one more each `seconds`."""

    at_once: int
    seconds: float


class Throttle:
    """Counts tries by key, in the manner of a leaky bucket (GCRA); threads may share it.

    `clock` gives monotonic seconds. At most `kept` keys are remembered, the latest.
    """

    def __init__(self, allowance: Allowance, clock: Callable[[], float], kept: int = 10_000) -> None:
        self._allowance, self._clock, self._kept = allowance, clock, kept
        self._empty_at: OrderedDict[str, float] = OrderedDict()
        """When the bucket of a key will have run out."""
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Count a try and return 0, or return how many seconds are left until the next is allowed."""
        with self._lock:
            now = self._clock()
            empty_at = max(now, self._empty_at.get(key, now)) + self._allowance.seconds
            over = empty_at - now - self._allowance.at_once * self._allowance.seconds
            if over > 0:
                return over
            self._empty_at[key] = empty_at
            self._empty_at.move_to_end(key)
            if len(self._empty_at) > self._kept:
                self._empty_at.popitem(last=False)
            return 0.0

    def forget(self, key: str) -> None:
        """Let a key start again: it has shown that it belongs here."""
        with self._lock:
            self._empty_at.pop(key, None)
