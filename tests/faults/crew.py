"""The workers of a row: started, killed, frozen, and brought back as a supervisor would."""

import json
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra import processes
from infra.processes import Running

from .rows.row import Blow

PAUSE_SECONDS = 1.0
"""Before a worker that ended is started again."""
STOP_SECONDS = 30.0
PRODUCT = (sys.executable, "-m", "infra.cli", "worker")


class Worker:
    """One worker and its successors. The first `crash_at` is for the first of them, and so on."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        crash_at: Sequence[str],
        logs: Path,
        folder: Path,
    ) -> None:
        self.name = name
        self._command, self._environment, self._folder = command, environment, folder
        self._crash_at = list(crash_at)
        self._log = logs / f"{name.replace(' ', '-')}.log"
        self._process: Running | None = None
        self._ended_at = 0.0
        self._told_to_run = False
        self.crashes = 0
        """Ends by kill -9 that nobody but a crash point ordered."""
        self.failures: list[str] = []
        """Ends that nobody ordered at all."""
        self._ordered = False

    @property
    def pid(self) -> int | None:
        """The id of its process, while it runs."""
        return None if self._process is None or self._process.ended() is not None else self._process.pid

    def strike(self, blow: Blow) -> Callable[[], None] | None:
        """Suffer a blow; return what ends it, if it lasts."""
        match blow:
            case Blow.KILL:
                self.kill()
            case Blow.START:
                self.start()
            case Blow.STOP:
                self.stop()
            case Blow.FREEZE:
                self.signal(signal.SIGSTOP)
                return lambda: self.signal(signal.SIGCONT)
            case _:
                raise ValueError(f"a worker knows no {blow}")
        return None

    def said(self, word: str) -> bool:
        """Does its log hold a word?"""
        return self._log.exists() and word in self._log.read_text(errors="replace")

    def start(self) -> None:
        """Run, and be brought back from now on."""
        self._told_to_run = True
        self._ordered = False
        crash_at = {"VINCLE_CRASH_AT": self._crash_at.pop(0)} if self._crash_at else {}
        environment = {**self._environment, **crash_at}
        self._process = processes.start(self.name, self._command, self._log, environment, self._folder)

    def kill(self) -> None:
        """Die by kill -9 now."""
        self._ordered = True
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Get a signal, if it runs."""
        if self._process is not None and self._process.ended() is None:
            self._process.handle.send_signal(number)

    def stop(self) -> None:
        """End in peace, and stay away."""
        self._told_to_run = False
        if self._process is not None:
            self.signal(signal.SIGCONT)
            processes.stop(self._process, STOP_SECONDS)

    def tend(self) -> None:
        """Start again if it ended and should run."""
        if not self._told_to_run or self._process is None or (code := self._process.ended()) is None:
            return
        if not self._ended_at:
            self._ended_at = time.monotonic()
            self._note(code)
        if time.monotonic() - self._ended_at >= PAUSE_SECONDS:
            self._ended_at = 0.0
            self.start()

    def _note(self, code: int) -> None:
        if self._ordered:
            return
        if code == -signal.SIGKILL:
            self.crashes += 1
        else:
            self.failures.append(f"{self.name} ended with code {code}: {_last_words(self._log)}")


def _last_words(log: Path) -> str:
    """Return the last line of a log, or of the exception in it."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    last = lines[-1] if lines else "nothing was logged"
    if last.startswith("{"):
        told = json.loads(last)
        last = str(told.get("exception", told["event"])).splitlines()[-1]
    return last[:200]
