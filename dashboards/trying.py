"""Trying a rule of alerts on the past. How is a function that is given, for the dashboard folds no histories.

A trial reads everybody's history, which may take minutes: it runs on a thread of its own, one at a time.
"""

import threading
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from streams.alerts.alert import Alert


class Trial(Protocol):
    """What a rule would have raised since a time."""

    @property
    def customers(self) -> int:
        """How many histories were read."""

    @property
    def alerts(self) -> Sequence[Alert]:
        """What it would have raised."""

    @property
    def alerted(self) -> Set[str]:
        """On whom."""

    @property
    def left_after(self) -> Set[str]:
        """Who of them left after the alert."""

    @property
    def left_untold(self) -> int:
        """How many of the others left."""


Progress = Callable[[int, int], None]
"""Told how many customers of how many are done."""
Try = Callable[[str, datetime, Progress], Trial]
"""Try a rule since a time; raises UntriedError if that is not possible."""


class UntriedError(Exception):
    """A rule could not be tried; the text is one line for whoever runs the dashboard."""


def no_way(rule: str, since: datetime, progress: Progress) -> Trial:
    """Try nothing: where a dashboard is without the histories."""
    raise UntriedError(f"there is no way to try {rule}")


@dataclass(frozen=True)
class Tried:
    """How far the trial of a rule is; with neither trial nor problem it is going on."""

    rule: str
    since: datetime
    done: int = 0
    of: int = 0
    trial: Trial | None = None
    problem: str = ""

    @property
    def is_running(self) -> bool:
        """Is it going on?"""
        return self.trial is None and not self.problem


class Trials:
    """The last trial of each rule. Threads may share it."""

    def __init__(self, try_rule: Try = no_way) -> None:
        self._try = try_rule
        self._lock = threading.Lock()
        self._tried: dict[str, Tried] = {}

    def of(self, rule: str) -> Tried | None:
        """Return the last trial of a rule, if it was tried."""
        with self._lock:
            return self._tried.get(rule)

    def begin(self, rule: str, since: datetime) -> bool:
        """Begin to try a rule since a time, and tell whether it began: not while another is tried."""
        with self._lock:
            if any(one.is_running for one in self._tried.values()):
                return False
            self._tried[rule] = Tried(rule, since)
        threading.Thread(target=self._run, args=(rule, since), name=f"try {rule}", daemon=True).start()
        return True

    def _run(self, rule: str, since: datetime) -> None:
        try:
            trial = self._try(rule, since, lambda done, of: self._tell(rule, done=done, of=of))
        except UntriedError as error:
            self._tell(rule, problem=str(error))
        except BaseException as error:
            self._tell(rule, problem=repr(error))
            raise
        else:
            self._tell(rule, trial=trial)

    def _tell(self, rule: str, **news: object) -> None:
        with self._lock:
            self._tried[rule] = replace(self._tried[rule], **news)  # type: ignore[arg-type]
