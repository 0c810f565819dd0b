"""The body of `vincle simulate`: from options to a plan, published or written."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiokafka.errors import KafkaError
from rich.console import Console
from rich.progress import Progress

from infra.publisher import DeliveryError
from infra.simulation import Plan, ScriptError, sector_names
from infra.simulation.running import publish, write
from schemas.instants import instant_of, moment_of
from schemas.settings import Settings


class SimulateError(Exception):
    """The simulation cannot run; the text is one line."""


def run(
    settings: Settings,
    touchpoints: int,
    customers: int,
    days: float,
    start: str | None,
    seed: int,
    sectors: str | None,
    jobs: int,
    rate: float | None,
    out: str | None,
) -> int:
    """Publish a plan's events, or write them to `out`, with a progress bar; return how many.

    Raises SimulateError if an option is wrong or Kafka does not take the events.
    """
    try:
        begins = moment_of(instant_of(start)) if start else _days_ago(days)
        plan = Plan(customers, touchpoints, seed, begins, days, _sectors(sectors))
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("simulating", total=touchpoints)

            def progress(count: int) -> None:
                bar.update(task, advance=count)

            if out is None:
                return publish(plan, settings, jobs=jobs, rate=rate, progress=progress)
            with nullcontext(sys.stdout.buffer) if out == "-" else Path(out).open("wb") as stream:
                return write(plan, stream, progress)
    except (ValueError, ScriptError, OSError, KafkaError, DeliveryError) as error:
        raise SimulateError(str(error)) from error


def _days_ago(days: float) -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=days)


def _sectors(names: str | None) -> tuple[str, ...]:
    wanted = tuple(names.split(",")) if names else tuple(sector_names())
    for name in wanted:
        if name not in sector_names():
            raise ValueError(f"{name} is no sector; there are {', '.join(sector_names())}")
    return wanted
