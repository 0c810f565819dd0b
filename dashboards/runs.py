"""Long questions in pieces: answered one after another in the background, their progress told meanwhile.

Whoever asks the same shares the run. Runs are remembered by one process; another begins its own.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

REMEMBERED = 32
Piece = Callable[[], Sequence[Any]]


@dataclass
class Run:
    """A question in pieces; the rows of those that are answered."""

    pieces: Sequence[Piece]
    rows: list[Any] = field(default_factory=list)
    answered: int = 0
    error: Exception | None = None

    @property
    def is_answered(self) -> bool:
        """Is everything answered? What failed never is; `Runs.of` says why."""
        return self.answered == len(self.pieces)

    def go(self) -> None:
        """Answer piece by piece until all are, or one fails."""
        try:
            for piece in self.pieces:
                self.rows.extend(piece())
                self.answered += 1
        except Exception as error:  # told to whoever asks, in the thread that can show it
            self.error = error


class Runs:
    """The runs of a process, one at a time: the database has others to answer too."""

    def __init__(self) -> None:
        self._runs: OrderedDict[Hashable, Run] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, "what-if")

    def of(self, key: Hashable, pieces: Callable[[], Sequence[Piece]]) -> Run:
        """Return the run of a question, begun if it is new; raises what made it fail, and then forgets it."""
        with self._lock:
            run = self._runs.get(key)
            if run is not None and run.error is not None:
                del self._runs[key]
                raise run.error
            if run is None:
                run = self._runs[key] = Run(pieces())
                self._pool.submit(run.go)
                while len(self._runs) > REMEMBERED:
                    self._runs.popitem(last=False)
        return run

    def wait(self) -> None:
        """Return when every run that was begun is over."""
        self._pool.submit(lambda: None).result()

    def close(self) -> None:
        """Begin nothing more, and return when what was begun is over."""
        self._pool.shutdown()
