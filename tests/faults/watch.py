"""What is measured while a row runs: the longest stall, and how far workers grow."""

from collections.abc import Iterable, Iterator
from pathlib import Path
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
        self.stall_seconds = 0.0
        self.grown = Size(0.0, 0)

    def look(
        self,
        now: float,
        progress: int,
        waiting: bool,
        disturbed: bool,
        share: float,
        workers: Iterable[Worker],
    ) -> None:
        """Note how things stand: records acknowledged, whether any wait, and whether something is away."""
        if progress != self._progress or disturbed or not waiting:
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
                *(max(one, now - then) for one, now, then in zip(self.grown, size, before, strict=True))
            )

    def shortfalls(self) -> Iterator[str]:
        """Yield what went beyond the limits."""
        measured = (
            (self.stall_seconds, self._limits.stall_seconds, "s without progress"),
            (self.grown.megabytes, self._limits.megabytes, "MB more"),
            (self.grown.handles, self._limits.handles, "more open files"),
        )
        for value, most, what in measured:
            if most is not None and value > most:
                yield f"{value:.0f} {what}, not {most:g}"

    def figures(self) -> Iterator[str]:
        """Yield what was measured, as far as it is limited."""
        if self._limits.stall_seconds is not None:
            yield f"longest stall {self.stall_seconds:.1f} s"
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
