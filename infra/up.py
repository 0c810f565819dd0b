"""`vincle up`: the whole stack on this machine, from nothing."""

import http.client
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dashboards.access.wiring import open_access
from infra import setup
from infra.clickhouse import identities
from infra.clickhouse import process as engine
from infra.kafka import broker, jars
from infra.processes import ProcessError
from infra.supervisor import Report, Service, Supervisor, Task, only_one, require_disk, require_ports
from infra.users import link_address
from schemas.names import DatabaseUser
from schemas.settings import Settings, secret_name

NEEDED_BYTES = 2_000_000_000
WORKER_STOP_SECONDS = 30.0
ANSWER_SECONDS = 2.0


def up(settings: Settings, report: Report) -> None:
    """Bring everything up, keep it running, stop it when asked.

    Raises StartError, or FileError if a company's own file is wrong, in one clear line.
    """
    setup.check_files(settings)
    require_disk(settings.data_folder, NEEDED_BYTES)
    with only_one(settings.data_folder):
        require_ports(_ports(settings))
        supervisor = Supervisor(settings.log_folder, report)
        supervisor.run(list(parts(settings, report)), lambda: _greet(settings, report))


def parts(settings: Settings, report: Report) -> Iterator[Service | Task]:
    """Yield what runs, in the order in which it starts."""
    if settings.kafka_embedded:
        yield from _kafka(settings, report)
    if settings.clickhouse_embedded:
        yield Task("identities of ClickHouse", lambda: _make_identities(settings, report))
        yield _clickhouse(settings)
    yield Task("set-up", lambda: _set_up(settings, report))
    for number in range(1, settings.workers + 1):
        yield Service(
            f"worker-{number}",
            _vincle("worker"),
            environment=_health_port(settings, number),
            stop_seconds=WORKER_STOP_SECONDS,
        )
    if settings.webhook_url:
        yield Service("webhook", _vincle("webhook"))
    yield Service(
        "dashboard",
        _vincle("dashboard"),
        lambda: _answers(settings.dashboard_host, settings.dashboard_port),
        address=settings.public_address,
    )
    yield Task("sample journeys", lambda: _load_samples(settings, report))


def _health_port(settings: Settings, number: int) -> dict[str, str]:
    """Workers on one machine answer on ports that follow each other."""
    first = settings.worker_health_port
    return {"VINCLE_WORKER_HEALTH_PORT": str(first + number - 1)} if first else {}


def _ports(settings: Settings) -> dict[str, int]:
    ports = {"the dashboard": settings.dashboard_port}
    if settings.kafka_embedded:
        ports |= {"Kafka": settings.kafka_port, "Kafka's controller": settings.kafka_controller_port}
    if settings.clickhouse_embedded:
        ports["ClickHouse"] = settings.clickhouse_port
    return ports


def _kafka(settings: Settings, report: Report) -> Iterator[Service | Task]:
    place = broker.BrokerPlace(
        settings.data_folder.absolute() / "kafka",
        settings.log_folder.absolute(),
        settings.kafka_port,
        settings.kafka_controller_port,
    )
    found: list[Path] = []

    def fetch() -> None:
        try:
            found[:] = jars.resolve_jars(settings.cache_folder.expanduser() / "jars", report)
        except jars.JarError as error:
            raise ProcessError(str(error)) from error

    yield Task("Apache Kafka's jars", fetch)
    yield Service("kafka", lambda: broker.command_for(place, found), lambda: broker.answers(place.bootstrap))


def engine_place(settings: Settings) -> engine.EnginePlace:
    """Return where the engine of our own lies and listens."""
    return engine.EnginePlace(
        settings.data_folder.absolute() / "clickhouse",
        settings.log_folder.absolute(),
        settings.clickhouse_port,
        identities=settings.keys_folder.absolute() / identities.FILE_NAME,
        home=settings.clickhouse_database,
        listen=settings.clickhouse_listen,
        certificate=settings.clickhouse_certificate_file,
        key=settings.clickhouse_key_file,
        metrics_port=settings.clickhouse_metrics_port or None,
    )


@contextmanager
def with_engine(settings: Settings) -> Iterator[None]:
    """Run the engine of our own meanwhile, if it is to be ours and nobody runs it; raises ProcessError."""
    place = engine_place(settings)
    if not settings.clickhouse_embedded or engine.place_answers(place):
        yield
        return
    identities.make_secrets(settings.keys_folder)
    running = engine.start(place)
    try:
        engine.wait_until_ready(running, place)
        yield
    finally:
        engine.stop(running)


def _clickhouse(settings: Settings) -> Service:
    place = engine_place(settings)
    return Service(
        "clickhouse",
        lambda: engine.command_for(place),
        lambda: engine.place_answers(place),
        address=_clickhouse_address(settings),
    )


def _make_identities(settings: Settings, report: Report) -> None:
    for made in identities.make_secrets(settings.keys_folder):
        report(f"made {made}")


def _clickhouse_address(settings: Settings) -> str:
    scheme = "https" if settings.clickhouse_secure else "http"
    return f"{scheme}://{settings.clickhouse_host}:{settings.clickhouse_port}"


def _set_up(settings: Settings, report: Report) -> None:
    try:
        for line in setup.set_up(settings):
            report(f"set-up: {line}")
    except setup.SetupError as error:
        raise ProcessError(str(error)) from error


def _load_samples(settings: Settings, report: Report) -> None:
    from infra.first_journeys import load_once

    report(f"sample journeys: {load_once(settings)}")


def _vincle(command: str) -> Callable[[], Sequence[str]]:
    return lambda: [sys.executable, "-m", "infra.cli", command]


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _greet(settings: Settings, report: Report) -> None:
    report("")
    report(f"vincle is up. Journey map: {settings.public_address}")
    report(f"ClickHouse: {_clickhouse_address(settings)}, database {settings.clickhouse_database}")
    if settings.clickhouse_embedded:
        secret = settings.keys_folder / secret_name(DatabaseUser.ANALYST)
        report(f"Analysts: user {DatabaseUser.ANALYST}, password in {secret}")
    report(f"Kafka: {settings.kafka_bootstrap}")
    if settings.sign_in == "local" and (token := open_access(settings).links.to_first_admin()):
        report(f"Nobody can sign in yet. Become the administrator: {link_address(settings, token)}")
        report("This link works once, within an hour.")
    report("Ctrl-C stops everything; the data stays.")
