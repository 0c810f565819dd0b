"""Run the parts of the stack in order, start again what dies, stop everything in reverse order.

One thread, one loop.  Parts are started from the thread that calls `run`, which must be the main one, so
that the kernel ends them with it (see guard): nothing is orphaned, even when this process is killed.
Messages go to `report`, one line each; the output of each service to a log of its own.
"""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from infra import processes
from infra.processes import ProcessError, Running

POLL_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
ROLL_LOG_BYTES = 20 << 20
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Report = Callable[[str], None]


class StartError(Exception):
    """The stack cannot start; the text is one line that names the port, the folder or the part."""


class _StopAskedError(Exception):
    """Somebody asked to stop while something was awaited."""


@dataclass(frozen=True)
class Service:
    """A process that is to run until the end.

    `prepare` gives its command before each start and may raise ProcessError; `answers` tells whether it is
    ready (None: as soon as it runs); `address` is printed when it is.
    """

    name: str
    prepare: Callable[[], Sequence[str]]
    answers: Callable[[], bool] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    ready_seconds: float = 60.0
    stop_seconds: float = 20.0


@dataclass(frozen=True)
class Task:
    """Something done once between services, in this process; what it raises ends the start."""

    name: str
    run: Callable[[], None]


@dataclass
class _Kept:
    """A service and its present life: running, or to be started at `start_at` (seconds of the clock)."""

    service: Service
    running: Running | None = None
    ready: bool = False
    since: float = 0.0
    start_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS


class Supervisor:
    """Runs parts until `ask_to_stop` or a signal.  `clock` gives monotonic seconds."""

    def __init__(self, log_folder: Path, report: Report, clock: Callable[[], float] = time.monotonic) -> None:
        self._log_folder = log_folder
        self._report = report
        self._clock = clock
        self._kept: list[_Kept] = []
        self._stop_asked = False
        self._task_runs = False

    def run(self, parts: Sequence[Service | Task], when_up: Callable[[], None] = lambda: None) -> None:
        """Start the parts, call `when_up`, keep them running, and stop them when asked.

        Raises StartError if a part does not come up, after all others were stopped.
        """
        with self._signals():
            try:
                for part in parts:
                    self._bring_up(part)
                when_up()
                while not self._stop_asked:
                    self._look_after_all()
                    time.sleep(POLL_SECONDS)
            except _StopAskedError:
                self._report("stopping before everything was up")
            finally:
                self._stop_all()

    def ask_to_stop(self) -> None:
        """Make `run` stop everything and return; may be called from a signal handler or another thread."""
        self._stop_asked = True

    def _bring_up(self, part: Service | Task) -> None:
        began = self._clock()
        self._report(f"{part.name}: starting")
        try:
            if isinstance(part, Task):
                self._run_task(part)
            else:
                self._bring_up_service(part)
        except ProcessError as error:
            raise StartError(str(error)) from error
        if self._stop_asked:
            raise _StopAskedError
        where = f" at {part.address}" if isinstance(part, Service) and part.address else ""
        self._report(f"{part.name}: ready{where} ({self._clock() - began:.1f} s)")

    def _run_task(self, task: Task) -> None:
        self._task_runs = True
        try:
            task.run()
        finally:
            self._task_runs = False

    def _bring_up_service(self, service: Service) -> None:
        kept = _Kept(service)
        self._kept.append(kept)
        running = self._start(kept)
        processes.wait_until_ready(running, lambda: self._is_ready(service), service.ready_seconds)
        kept.ready = True

    def _is_ready(self, service: Service) -> bool:
        if self._stop_asked:
            raise _StopAskedError
        return service.answers is None or service.answers()

    def _start(self, kept: _Kept) -> Running:
        service = kept.service
        log = self._log_folder / f"{service.name}.log"
        if log.exists() and log.stat().st_size > ROLL_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        running = processes.start(service.name, service.prepare(), log, service.environment)
        kept.running, kept.ready, kept.since = running, service.answers is None, self._clock()
        return running

    def _look_after_all(self) -> None:
        for kept in self._kept:
            if kept.running is None:
                self._start_again(kept)
            elif (code := kept.running.ended()) is not None:
                self._plan_restart(kept, f"ended with code {code}: {processes.last_line(kept.running.log)}")
            elif not kept.ready:
                self._wait_for(kept)

    def _start_again(self, kept: _Kept) -> None:
        if self._clock() < kept.start_at:
            return
        try:
            self._start(kept)
        except ProcessError as error:
            self._plan_restart(kept, str(error))

    def _wait_for(self, kept: _Kept) -> None:
        """See whether a service that was started again answers; end one that does not in its time."""
        service = kept.service
        if service.answers is None or service.answers():
            kept.ready = True
            self._report(f"{service.name}: ready again ({self._clock() - kept.since:.1f} s)")
        elif self._clock() - kept.since > service.ready_seconds and kept.running is not None:
            kept.running.handle.kill()

    def _plan_restart(self, kept: _Kept, reason: str) -> None:
        """Start it again after a pause, which doubles as long as it does not run steadily."""
        now = self._clock()
        if kept.ready and kept.running is not None and now - kept.since > STEADY_SECONDS:
            kept.pause = FIRST_PAUSE_SECONDS
        self._report(f"{kept.service.name}: {reason}; starting again in {kept.pause:g} s")
        kept.running, kept.start_at = None, now + kept.pause
        kept.pause = min(kept.pause * 2, LONGEST_PAUSE_SECONDS)

    def _stop_all(self) -> None:
        while self._kept:
            kept = self._kept.pop()
            if kept.running is not None and kept.running.ended() is None:
                self._report(f"{kept.service.name}: stopping")
                processes.stop(kept.running, kept.service.stop_seconds)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def asked(_number: int, _frame: FrameType | None) -> None:
            self.ask_to_stop()
            if self._task_runs:
                # A task looks at nothing but its work: take it out of it.
                self._task_runs = False
                raise _StopAskedError

        before = {number: signal.signal(number, asked) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold a folder for this process.  Raises StartError, naming folder and process, if another holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "running", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(descriptor, 32, 0).decode()
            raise StartError(f"vincle is running already on {folder} (process {owner})") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def require_disk(folder: Path, needed_bytes: int) -> None:
    """Raise StartError, naming the folder, if its disk has less free."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise StartError(
            f"too little disk for {folder}: {free / 1e9:.1f} GB free, {needed_bytes / 1e9:.1f} GB needed"
        )


def require_ports(ports: Mapping[str, int]) -> None:
    """Raise StartError, naming the first port that is taken and what it is for."""
    for used_for, port in ports.items():
        try:
            processes.require_free_port(port, used_for)
        except ProcessError as error:
            raise StartError(str(error)) from error
