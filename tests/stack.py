"""The real broker and the real engine for tests: started on free ports in folders that vanish.

Context managers here are for tests that kill and restart; the fixtures in conftest.py share one of each
for the whole run.  Every process is ended by its id, and dies with the test run in any case.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra import processes
from infra.clickhouse import process as engine
from infra.clickhouse.identities import FILE_NAME, known, write_identities
from infra.kafka import broker, jars
from schemas.names import DatabaseUser


def jar_cache() -> Path:
    """Where the broker's jars stay between test runs: the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "vincle" / "jars"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder of the system's temporary space that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="vincle-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def broker_place(folder: Path) -> broker.BrokerPlace:
    """A place for a broker under a folder, on free ports."""
    port, controller_port = processes.free_ports(2)
    return broker.BrokerPlace(folder / "kafka", folder / "logs", port, controller_port)


@contextmanager
def running_broker(place: broker.BrokerPlace) -> Iterator[processes.Running]:
    """A broker that answers; stopped afterwards."""
    process = broker.start(place, jars.resolve_jars(jar_cache(), print))
    try:
        broker.wait_until_ready(process, place)
        yield process
    finally:
        broker.stop(process)


def engine_place(folder: Path) -> engine.EnginePlace:
    """A place for an engine under a folder, on a free port.

    Its identities are those of an installation, with empty passwords; who names none is the administrator.
    """
    users = {name: known(name, "") for name in DatabaseUser} | {"default": known(DatabaseUser.ADMIN, "")}
    folder.mkdir(parents=True, exist_ok=True)
    write_identities(folder / FILE_NAME, users)
    return engine.EnginePlace(
        folder / "clickhouse", folder / "logs", processes.free_ports(1)[0], identities=folder / FILE_NAME
    )


@contextmanager
def running_engine(place: engine.EnginePlace) -> Iterator[processes.Running]:
    """An engine that answers; stopped afterwards."""
    process = engine.start(place)
    try:
        engine.wait_until_ready(process, place)
        yield process
    finally:
        engine.stop(process)
