"""Processes of the stack: started so that none outlives its starter, awaited, and stopped by id.

Nothing here knows what the processes do.  Times are seconds.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
POLL_SECONDS = 0.05
KILL_GRACE_SECONDS = 5.0
LOOPBACK = "127.0.0.1"


class ProcessError(Exception):
    """A process did not do what was asked; the text is one line for a person."""


class ProcessEndedError(ProcessError):
    """It ended before it was ready."""


class NotReadyError(ProcessError):
    """It did not become ready in time."""


class PortInUseError(ProcessError):
    """Another process listens on the port."""


@dataclass(frozen=True)
class Running:
    """A started process: `name` for messages, its log file, and the handle by which it is ended."""

    name: str
    handle: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.handle.pid

    def ended(self) -> int | None:
        """The exit code if it has ended, else None."""
        return self.handle.poll()


def start(
    name: str,
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Running:
    """Start a command with output appended to `log`; it dies when the calling thread does (see guard).

    It gets a session of its own, so that a Ctrl-C at the terminal reaches only the one who decides.
    Call it from a thread that lives as long as the process should, usually the main one.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    guarded = [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), *command]
    with log.open("ab") as output:
        handle = subprocess.Popen(
            guarded,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
            cwd=folder,
            start_new_session=True,
        )
    return Running(name, handle, log)


def stop(process: Running, wait_seconds: float = 20.0) -> int:
    """SIGTERM, wait for the end, SIGKILL after the deadline; the exit code.  Harmless on an ended one."""
    if process.handle.poll() is None:
        process.handle.send_signal(signal.SIGTERM)
    try:
        return process.handle.wait(wait_seconds)
    except subprocess.TimeoutExpired:
        process.handle.kill()
        return process.handle.wait(KILL_GRACE_SECONDS)


def wait_until_ready(
    process: Running, answers: Callable[[], bool], wait_seconds: float, poll_seconds: float = POLL_SECONDS
) -> None:
    """Return once `answers()` is true.

    Raises ProcessEndedError if the process ends first, NotReadyError after the deadline; both name the
    log and give its last line.
    """
    deadline = time.monotonic() + wait_seconds
    while not answers():
        if (code := process.ended()) is not None:
            raise ProcessEndedError(f"{process.name} ended with code {code}: {last_line(process.log)}")
        if time.monotonic() > deadline:
            raise NotReadyError(
                f"{process.name} did not answer within {wait_seconds:g} s: {last_line(process.log)}"
            )
        time.sleep(poll_seconds)


def last_line(log: Path) -> str:
    """The last line written to a log with the log's path, for a message of one line."""
    if not log.exists():
        return f"no log at {log}"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    return f"{lines[-1].strip() if lines else 'nothing was logged'} (log: {log})"


def port_is_open(port: int, host: str = LOOPBACK) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((host, port)) == 0


def require_free_port(port: int, used_for: str, host: str = LOOPBACK) -> None:
    """Raise PortInUseError, naming the port and what wanted it, if it cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUseError(f"port {port} ({used_for}) is in use by another program") from error


def free_ports(count: int) -> list[int]:
    """Distinct ports that nobody listens on now, on loopback."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
