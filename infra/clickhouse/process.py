"""The engine as a process of its own: start it, wait until it answers, stop it."""

import http.client
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

from infra import processes
from infra.processes import LOOPBACK, Running

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
ANSWER_SECONDS = 2.0
ANYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True)
class EnginePlace:
    """Where an engine lives: folders for data and logs, port of its HTTP interface, memory for queries.

    `identities` is the file of those who get in, everybody on this machine if there is none; `home` the
    database of those who name none.  `listen` may be another address than loopback, with TLS and secrets.
    Metrics are answered on a port of their own, if one is given; `configuration` is the engine's own file, of
    clusters and their keeper.
    """

    data: Path
    logs: Path
    port: int
    memory_megabytes: int = 2048
    identities: Path | None = None
    home: str = "default"
    listen: str = LOOPBACK
    certificate: Path | None = None
    key: Path | None = None
    metrics_port: int | None = None
    configuration: Path | None = None

    @property
    def host(self) -> str:
        """Where this machine reaches it."""
        return LOOPBACK if self.listen in ANYWHERE else self.listen


def command_for(place: EnginePlace) -> list[str]:
    """The command that runs the engine, for whoever supervises it.  Raises PortInUseError."""
    processes.require_free_port(place.port, "ClickHouse")
    options = {
        "folder": place.data,
        "port": place.port,
        "memory-megabytes": place.memory_megabytes,
        "home": place.home,
        "listen": place.listen,
        "identities": place.identities,
        "certificate": place.certificate,
        "key": place.key,
        "metrics-port": place.metrics_port,
        "configuration": place.configuration,
    }
    given = [f"--{name}={value}" for name, value in options.items() if value is not None]
    return [sys.executable, "-m", "infra.clickhouse", *given]


def start(place: EnginePlace) -> Running:
    """Start the engine; it is not ready yet."""
    return processes.start("clickhouse", command_for(place), place.logs / "clickhouse.log")


def answers(host: str, port: int, secure: bool = False) -> bool:
    """Whether something there answers ClickHouse's ping; whose certificate it has is not looked at."""
    connection: http.client.HTTPConnection
    if secure:
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(host, port, timeout=ANSWER_SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().read() == b"Ok.\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def place_answers(place: EnginePlace) -> bool:
    """Whether the engine of a place answers."""
    return answers(place.host, place.port, secure=place.certificate is not None)


def wait_until_ready(process: Running, place: EnginePlace) -> None:
    """Return once the engine answers.  Raises ProcessEndedError or NotReadyError."""
    processes.wait_until_ready(process, lambda: place_answers(place), READY_SECONDS)


def stop(process: Running) -> int:
    """SIGTERM, wait for the end, SIGKILL after 15 s; the exit code."""
    return processes.stop(process, STOP_SECONDS)
