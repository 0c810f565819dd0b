"""One worker, from Kafka into ClickHouse, beside its peers and its ceiling on the same events."""

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime

from infra.benchmarks.altered import without_words
from infra.benchmarks.peers import programs, seconds_of
from infra.benchmarks.peers.ceiling import TABLES
from infra.benchmarks.stage import apart, published, stack
from infra.benchmarks.suite import Figure, Row, Scale
from infra.benchmarks.worker import seconds_of_worker, tables_of_a_batch
from infra.simulation import Plan, sector_names, simulate
from schemas.settings import Settings

DAYS = 180


def plan_of(events: int) -> Plan:
    """Return journeys of so many touchpoints, ten a customer."""
    return Plan(events // 10, events, 1, datetime(2026, 1, 1, tzinfo=UTC), DAYS, tuple(sector_names()))


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield events a second of the worker and of each peer, and their ratios."""
    plan = plan_of(scale.of(200_000, 40_000))
    with stack() as settings:
        count = published(settings, without_words(simulate(plan)))
        ours = count / seconds_of_worker(settings, count)
        yield Figure("worker", ours, "events/s")
        for name, (seconds, least) in _peers(settings, plan, count).items():
            yield Figure(name, count / seconds, "events/s")
            yield Figure(f"worker ÷ {name}", ours * seconds / count, "×", least)


def _peers(settings: Settings, plan: Plan, count: int) -> dict[str, tuple[float, float | None]]:
    """Return the seconds of each peer over the same events, and what the worker promises beside it."""
    cache = settings.cache_folder.expanduser()
    job, ceiling = apart(settings, "job"), apart(settings, "ceiling")
    folder = ceiling.data_folder / "peer-ceiling"
    folder.mkdir()
    (folder / TABLES).write_bytes(pickle.dumps(tables_of_a_batch(without_words(simulate(plan)))))
    found: dict[str, tuple[float, float | None]] = {
        "plain Faust that counts": (seconds_of(programs.ours("faust_count"), settings, count, "count"), None),
        "plain Faust doing the job": (seconds_of(programs.ours("faust_job"), job, count, "job"), 4.0),
        "Quix Streams' sum": (seconds_of(programs.quix(cache), settings, count, "quix"), 0.9),
    }
    streams = programs.kafka_streams(cache)
    if streams is not None:
        found["Kafka Streams' sum"] = (seconds_of(streams, settings, count, "streams"), 0.6)
    found["ceiling"] = (seconds_of(programs.ours("ceiling"), ceiling, count, "ceiling"), 0.4)
    return found


ROW = Row("worker", "One worker from Kafka into ClickHouse, without words", measure)
