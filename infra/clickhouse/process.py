"""The engine as a process of its own: start it, wait until it answers, stop it."""

import http.client
import sys
from dataclasses import dataclass
from pathlib import Path

from infra import processes
from infra.processes import LOOPBACK, Running

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
ANSWER_SECONDS = 2.0


@dataclass(frozen=True)
class EnginePlace:
    """Where an engine lives: folders for data and logs, port of its HTTP interface, memory for queries."""

    data: Path
    logs: Path
    port: int
    memory_megabytes: int = 2048

    @property
    def host(self) -> str:
        return LOOPBACK


def command_for(place: EnginePlace) -> list[str]:
    """The command that runs the engine, for whoever supervises it.  Raises PortInUseError."""
    processes.require_free_port(place.port, "ClickHouse")
    memory = ["--memory-megabytes", str(place.memory_megabytes)]
    return [
        sys.executable,
        "-m",
        "infra.clickhouse",
        "--folder",
        str(place.data),
        "--port",
        str(place.port),
        *memory,
    ]


def start(place: EnginePlace) -> Running:
    """Start the engine; it is not ready yet."""
    return processes.start("clickhouse", command_for(place), place.logs / "clickhouse.log")


def answers(host: str, port: int) -> bool:
    """Whether something there answers ClickHouse's ping."""
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().read() == b"Ok.\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until_ready(process: Running, place: EnginePlace) -> None:
    """Return once the engine answers.  Raises ProcessEndedError or NotReadyError."""
    processes.wait_until_ready(process, lambda: answers(place.host, place.port), READY_SECONDS)


def stop(process: Running) -> int:
    """SIGTERM, wait for the end, SIGKILL after 15 s; the exit code."""
    return processes.stop(process, STOP_SECONDS)
