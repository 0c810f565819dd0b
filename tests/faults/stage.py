"""What faults strike: a real broker and a real engine, each a process of its own, ended by its id."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from stack import broker_place, engine_place, jar_cache, scratch_folder

from infra import processes
from infra.clickhouse import process as engine
from infra.kafka import broker, jars
from infra.processes import Running

from .disk import Disk, small_disk
from .rows.row import BROKER_DISK, ENGINE_DISK, Blow

KILL_SECONDS = 10.0
ROOT = Path(__file__).parents[2]


class Server:
    """One process of the stack that can be killed and brought back."""

    def __init__(self, begin: Callable[[], Running], await_ready: Callable[[Running], None]) -> None:
        self._begin, self._await_ready = begin, await_ready
        self._process: Running | None = None

    @property
    def is_away(self) -> bool:
        """Has it ended?"""
        return self._process is None or self._process.ended() is not None

    def start(self) -> None:
        """Start it; it is ready afterwards."""
        self._process = self._begin()
        self._await_ready(self._process)

    def strike(self, blow: Blow) -> Callable[[], None]:
        """Be killed, and gone afterwards; return what brings it back."""
        assert blow is Blow.KILL
        assert self._process is not None
        if not self.is_away:
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.handle.wait(KILL_SECONDS)
        return self.start

    def revive(self) -> None:
        """Start it if it has ended, as its supervisor would."""
        if self.is_away:
            self.start()

    def stop(self) -> None:
        """End it in peace."""
        if self._process is not None:
            processes.stop(self._process)


class Stage:
    """A broker and an engine. They live as long as the thread that started them, at most."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.interrupted = threading.Event()
        """Nobody waits for the rows any more."""
        self._broker_place, self._engine_place = broker_place(folder), engine_place(folder)
        self.broker = Server(
            lambda: broker.start(self._broker_place, jars.resolve_jars(jar_cache(), _to_stderr)),
            lambda process: broker.wait_until_ready(process, self._broker_place),
        )
        self.engine = Server(
            lambda: engine.start(self._engine_place),
            lambda process: engine.wait_until_ready(process, self._engine_place),
        )
        self.broker_disk = Disk(self._broker_place.data, self.broker.revive)
        self.engine_disk = Disk(self._engine_place.data, self.engine.revive)

    @contextmanager
    def on_small_disks(self, disks: Collection[str]) -> Iterator[None]:
        """Keep the data of these servers on small disks of their own."""
        folders = {BROKER_DISK: self._broker_place.data, ENGINE_DISK: self._engine_place.data}
        with ExitStack() as mounted:
            for disk in disks:
                mounted.enter_context(small_disk(folders[disk]))
            yield

    @property
    def bootstrap(self) -> str:
        """Address of the broker."""
        return self._broker_place.bootstrap

    @property
    def engine_port(self) -> int:
        """Port of the engine's HTTP interface."""
        return self._engine_place.port

    @property
    def engine_url(self) -> str:
        """Address of the engine."""
        return f"http://{self._engine_place.host}:{self._engine_place.port}"


@contextmanager
def running_stage(keep_logs: Path | None = None, disks: Collection[str] = ()) -> Iterator[Stage]:
    """A stage that answers; it and its folder are gone afterwards, but for logs that are to be kept."""
    with scratch_folder() as folder:
        stage = Stage(folder)
        if keep_logs is not None:
            stage.logs = keep_logs
        with stage.on_small_disks(disks):
            try:
                stage.broker.start()
                stage.engine.start()
                yield stage
            finally:
                stage.engine.stop()
                stage.broker.stop()


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)
