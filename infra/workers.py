"""A worker as a process of its own, for measurements and tests: it dies with whoever runs it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from infra import processes
from infra.processes import Running
from schemas.settings import Settings

STOP_SECONDS = 30.0


@contextmanager
def running_worker(settings: Settings) -> Iterator[Running]:
    """A worker process; told to stop afterwards, and killed if it does not."""
    command = [sys.executable, "-m", "infra.cli", "worker"]
    worker = processes.start("worker", command, settings.log_folder / "worker.log", environment_of(settings))
    try:
        yield worker
    finally:
        processes.stop(worker, STOP_SECONDS)


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a process reads these settings."""
    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {
        **os.environ,
        **{
            f"VINCLE_{name.upper()}": each.get_secret_value() if isinstance(each, SecretStr) else str(each)
            for name, each in given.items()
            if each is not None
        },
    }
