"""How much of everything so many touchpoints need: workers, partitions, ClickHouse nodes, disk, money. Pure.

    python -m infra.sizing        write the page, infra/sizing.md

Measured figures come from `make bench` on one machine of two cores, where the broker, the database and the
worker share them; assumptions are what a company has to judge for itself. Everything else follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from math import ceil
from pathlib import Path
from typing import Any

SECONDS_A_DAY = 86_400
DAYS_A_MONTH = 30
GIGABYTE, TERABYTE = 1e9, 1e12
PAGE = Path(__file__).with_name("sizing.md")
DAILY = (100_000, 1_000_000, 10_000_000, 100_000_000, 333_333_333)
"""Touchpoints a day on the page; the last are ten billion a month."""


def _told(value: float, what: str) -> Any:
    """A figure, and what it is."""
    return field(default=value, metadata={"what": what})


@dataclass(frozen=True)
class Measured:
    """What one touchpoint takes."""

    worker_rate: float = _told(
        14_000.0, "Touchpoints a second of one worker beside broker and database on two cores (`ROW=worker`)"
    )
    text_rate: float = _told(7_600.0, "Texts a second that one core reads (`ROW=words`)")
    bytes_kept: float = _told(115.0, "Bytes in ClickHouse, all tables, merged (`ROW=storage`)")


@dataclass(frozen=True)
class Assumed:
    """What a company has to judge."""

    peak: float = _told(4.0, "The busiest hour beside the mean one")
    headroom: float = _told(
        2.0,
        "A worker and a node are loaded to one part in so many at the peak: to catch up, and to lose one",
    )
    with_words: float = _told(0.3, "Share of touchpoints in which the customer speaks")
    kept_years: float = _told(3.0, "So long touchpoints are kept")
    kafka_days: float = _told(90.0, "As long as topics are kept by default")
    copies: int = _told(
        2, "Replicas of a shard, and of a topic one more (the brokers' `default.replication.factor`)"
    )
    bytes_on_kafka: float = _told(150.0, "Bytes of an event on Kafka, under zstd in batches")
    rows_a_node: float = _told(
        650_000.0, "Rows a second that one database takes in as Arrow; a touchpoint is two rows and a bit"
    )
    disk_a_node: float = _told(2 * TERABYTE, "Bytes of disk of a node or broker")
    touchpoints_a_shard: float = _told(
        10e9,
        "So many are read by a page's period and by one query for everybody without waiting for minutes",
    )
    partitions_a_worker: int = _told(
        4, "So that workers can be added, and one hot customer keeps few others waiting"
    )
    core_month: float = _told(25.0, "Euro for a core with 4 GB for a month")
    terabyte_month: float = _told(90.0, "Euro for a terabyte of fast disk for a month")
    cores_a_worker: int = _told(2, "Cores of a worker's machine")
    cores_a_node: int = _told(8, "Cores of a ClickHouse node")
    cores_a_broker: int = _told(4, "Cores of a broker")


@dataclass(frozen=True)
class Size:
    """What is needed. Disk in bytes, cost in euro a month."""

    peak_rate: float
    workers: int
    partitions: int
    brokers: int
    shards: int
    nodes: int
    database_disk: float
    kafka_disk: float
    cost: float


def size_of(a_day: float, measured: Measured | None = None, assumed: Assumed | None = None) -> Size:
    """Return what so many touchpoints a day need. ValueError if there are none."""
    if not a_day > 0:
        raise ValueError("touchpoints a day must be above 0")
    measured, assumed = measured or Measured(), assumed or Assumed()
    peak_rate = a_day / SECONDS_A_DAY * assumed.peak
    worker_seconds = 1 / measured.worker_rate + assumed.with_words / measured.text_rate
    workers = max(2, ceil(peak_rate * worker_seconds * assumed.headroom))
    kept = a_day * 365 * assumed.kept_years
    one_copy = kept * measured.bytes_kept
    shards = max(
        1,
        ceil(one_copy * assumed.headroom / assumed.disk_a_node),
        ceil(kept / assumed.touchpoints_a_shard),
        ceil(peak_rate * 2 * assumed.headroom / assumed.rows_a_node),
    )
    topic_copies = assumed.copies + 1
    kafka_disk = a_day * assumed.kafka_days * assumed.bytes_on_kafka * topic_copies
    brokers = max(topic_copies, ceil(kafka_disk * assumed.headroom / assumed.disk_a_node))
    nodes = shards * assumed.copies
    database_disk = one_copy * assumed.copies
    cores = workers * assumed.cores_a_worker + nodes * assumed.cores_a_node + brokers * assumed.cores_a_broker
    disk = (database_disk + kafka_disk) * assumed.headroom
    return Size(
        peak_rate,
        workers,
        workers * assumed.partitions_a_worker,
        brokers,
        shards,
        nodes,
        database_disk,
        kafka_disk,
        cores * assumed.core_month + disk / TERABYTE * assumed.terabyte_month,
    )


def page() -> str:
    """Return the page in Markdown: a table, what was measured, what is assumed."""
    return "\n".join(
        [
            "# Sizing",
            "",
            "Made by `python -m infra.sizing` from measured figures and assumptions; both stand below and in",
            "`infra/sizing.py`, where they can be changed. Nothing here was run at these sizes.",
            "",
            "| touchpoints a day | at the peak | workers | partitions | brokers | ClickHouse shards × copies"
            " | disk of ClickHouse | disk of Kafka | euro a month |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            *map(_row, DAILY),
            "",
            "## Measured",
            "",
            *_listed(Measured()),
            "",
            "## Assumed",
            "",
            *_listed(Assumed()),
            "",
        ]
    )


def _row(a_day: int) -> str:
    size = size_of(a_day)
    cells = (
        f"{a_day:,}",
        f"{size.peak_rate:,.0f}/s",
        f"{size.workers}",
        f"{size.partitions}",
        f"{size.brokers}",
        f"{size.shards} × {size.nodes // size.shards}",
        _disk(size.database_disk),
        _disk(size.kafka_disk),
        f"{size.cost:,.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _disk(size: float) -> str:
    return f"{size / TERABYTE:.1f} TB" if size >= TERABYTE else f"{size / GIGABYTE:.0f} GB"


def _listed(figures: Measured | Assumed) -> Iterator[str]:
    for each in fields(figures):
        yield f"- `{each.name}` {getattr(figures, each.name):,.12g}: {each.metadata['what']}"


if __name__ == "__main__":
    PAGE.write_text(page())
