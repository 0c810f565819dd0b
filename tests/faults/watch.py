"""What is measured while a row runs: the longest stall, and how far workers grow."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from .crew import Worker
from .rows.row import Limits

WARM_SHARE = 0.5
"""A worker is warm when so much of the load has been worked off."""


class Size(NamedTuple):
    """What a process takes: memory in megabytes, and open files."""

    megabytes: float
    handles: int


class Watch:
    """Looks on, now and then. Times are monotonic seconds.

    Growth counts from the moment at which something is kept away, while it is; in a row where nothing ever
    is, from the warm-up on.
    """

    def __init__(self, limits: Limits, is_struck: bool) -> None:
        self._limits, self._is_struck = limits, is_struck
        self._progress, self._moved_at = -1, 0.0
        self._before: dict[str, Size] = {}
        self._lags: dict[bool, list[int]] = {True: [], False: []}
        self.stall_seconds = 0.0
        self.grown = Size(0.0, 0)

    def look(
        self,
        now: float,
        progress: int,
        waiting: int,
        disturbed: bool,
        share: float,
        workers: Iterable[Worker],
    ) -> None:
        """Note how things stand: records acknowledged, how many wait, and whether something is away."""
        if progress:
            self._lags[disturbed].append(waiting)
        if progress != self._progress or disturbed or waiting <= 0:
            self._progress, self._moved_at = progress, now
        self.stall_seconds = max(self.stall_seconds, now - self._moved_at)
        if disturbed if self._is_struck else share >= WARM_SHARE:
            self._measure(workers)
        else:
            self._before.clear()

    def _measure(self, workers: Iterable[Worker]) -> None:
        for worker in workers:
            if (pid := worker.pid) is None:
                continue
            size = size_of(pid)
            before = self._before.setdefault(f"{worker.name} {pid}", size)
            self.grown = Size(
                max(self.grown.megabytes, size.megabytes - before.megabytes),
                max(self.grown.handles, size.handles - before.handles),
            )

    @property
    def lag_ratio(self) -> float:
        """Of so many records more did one in twenty looks find waiting while somebody disturbed."""
        if not all(self._lags.values()):
            return 1.0
        disturbed, calm = (quantiles([0, *self._lags[one]], n=20)[-1] for one in (True, False))
        return disturbed / max(calm, 1.0)

    def shortfalls(self) -> Iterator[str]:
        """Yield what went beyond the limits."""
        measured = (
            (self.stall_seconds, self._limits.stall_seconds, "s without progress"),
            (self.lag_ratio, self._limits.lag_ratio, "times the lag"),
            (self.grown.megabytes, self._limits.megabytes, "MB more"),
            (self.grown.handles, self._limits.handles, "more open files"),
        )
        for value, most, what in measured:
            if most is not None and value > most:
                yield f"{value:.1f} {what}, not {most:g}"

    def figures(self) -> Iterator[str]:
        """Yield what was measured, as far as it is limited."""
        if self._limits.stall_seconds is not None:
            yield f"longest stall {self.stall_seconds:.1f} s"
        if self._limits.lag_ratio is not None:
            yield f"{self.lag_ratio:.1f} times the lag"
        if self._limits.megabytes is not None:
            yield f"workers grew by {self.grown.megabytes:.0f} MB"
        if self._limits.handles is not None:
            yield f"and {self.grown.handles} open files"


def size_of(pid: int) -> Size:
    """Return what a process takes; nothing once it has ended."""
    process = Path("/proc") / str(pid)
    try:
        pages = int((process / "statm").read_text().split()[1])
        return Size(pages * 4096 / 1e6, len(list((process / "fd").iterdir())))
    except (FileNotFoundError, ProcessLookupError):
        return Size(0.0, 0)
