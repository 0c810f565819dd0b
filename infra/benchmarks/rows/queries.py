"""What pages and analysts' questions take as touchpoints and people grow tenfold.

The first section of a page is what is seen first. The growth of a page is that of its first section.
"""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from clickhouse_connect.driver.client import Client

from dashboards.state import Filters
from infra.benchmarks.multiplied import multiply
from infra.benchmarks.pages import PAGES, asked, opened
from infra.benchmarks.stage import PATIENCE_SECONDS, accounted, apart, published, stack, wait_for
from infra.benchmarks.suite import Figure, Row, Scale
from infra.simulation import Plan, sector_names, simulate
from infra.workers import running_worker
from schemas.names import View
from schemas.settings import Settings
from streams.connections import connect

README = Path(__file__).parents[3] / "README.md"
ASKED = re.compile(r"^([A-Z][^\n]+\?)\n\n```sql\n(.*?)```", re.DOTALL | re.MULTILINE)
"""A question of the README, and its SQL."""
DAYS, EACH = 365, 50
"""The simulated year, and touchpoints of a customer in it."""
COPIES, VAST_COPIES = (5, 50), 500
TIMES = 10
MOST_FIRST_SECONDS, MOST_CHANGED_SECONDS, MOST_GROWTH = 1.5, 0.7, 1.5
MOST_VAST_GROWTH = 2.0
CHANGED = (
    Filters(period="7d"),
    Filters(segment="{segment}"),
    Filters(sector="{sector}"),
    Filters(language="{language}"),
)
"""What somebody may change; a value in braces is one that occurs."""


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield seconds by page and question at each size, and how they grow from one to the next."""
    touchpoints = scale.of(200_000, 20_000)
    plan = Plan(
        touchpoints // EACH, touchpoints, 3, datetime(2025, 1, 1, tzinfo=UTC), DAYS, tuple(sector_names())
    )
    with stack() as settings, connect(settings) as client:
        count = published(settings, simulate(plan))
        with running_worker(settings):
            wait_for(lambda: accounted(client), count)
        before: dict[str, float] = {}
        for copies in (*COPIES, *([VAST_COPIES] if scale.vast else [])):
            place = apart(settings, f"copies_{copies}")
            with connect(place, answer_seconds=PATIENCE_SECONDS) as many:
                multiply(many, settings.clickhouse_database, copies)
                size = f"{touchpoints * copies / 1e6:g} M"
                first = dict[str, float]()
                for figure, name in _pages(place, many, size, scale):
                    yield figure
                    if name:
                        first[name] = figure.value
                yield from _questions(many, size, scale)
            most = MOST_GROWTH if copies < VAST_COPIES else MOST_VAST_GROWTH
            for name in first.keys() & before.keys():
                yield Figure(f"{name}, growth to {size}", first[name] / before[name], "×", most=most)
            before = first


def _pages(settings: Settings, client: Client, size: str, scale: Scale) -> Iterator[tuple[Figure, str]]:
    """Yield of each page what is seen first, all of it, and what is seen first of it with another filter."""
    at = client.query(f"SELECT at FROM {View.NOW}").first_row[0]
    changed = [_filled(client, filters) for filters in CHANGED]
    for name in PAGES:
        times = scale.of(TIMES, 3)
        whole = [_seconds(settings, name, Filters(), at) for _ in range(times)]
        other = [_seconds(settings, name, filters, at)[0] for filters in changed for _ in range(times // 3)]
        first = _p95([seconds[0] for seconds in whole])
        yield Figure(f"{name} at {size}, seen first, p95", first, "s", most=MOST_FIRST_SECONDS), name
        yield Figure(f"{name} at {size}, all of it, p95", _p95([sum(one) for one in whole]), "s"), ""
        changed_p95 = _p95(other)
        yield (
            Figure(f"{name} at {size}, filter changed, p95", changed_p95, "s", most=MOST_CHANGED_SECONDS),
            "",
        )


def _seconds(settings: Settings, name: str, filters: Filters, at: datetime) -> list[float]:
    """Return what each section of a page takes that is opened anew."""
    seconds = []
    with opened(settings) as context:
        for section in PAGES[name](context, filters, at):
            started = time.perf_counter()
            asked(section)
            seconds.append(time.perf_counter() - started)
    return seconds


def _questions(client: Client, size: str, scale: Scale) -> Iterator[Figure]:
    """Yield what the questions of the README take."""
    for question, sql in ASKED.findall(README.read_text(encoding="utf-8")):
        seconds = []
        for _ in range(scale.of(TIMES, 3)):
            started = time.perf_counter()
            client.query(sql)
            seconds.append(time.perf_counter() - started)
        yield Figure(f"“{question}” at {size}, p95", _p95(seconds), "s")


def _filled(client: Client, filters: Filters) -> Filters:
    """Return filters with values that occur in place of those in braces."""
    values = dict(client.query(f"SELECT kind, min(value) FROM {View.CHOICES} GROUP BY kind").result_rows)
    return Filters(**{name: str(value).format(**values) for name, value in vars(filters).items()})


def _p95(seconds: list[float]) -> float:
    return float(np.percentile(seconds, 95))


ROW = Row("queries", "Pages and analysts' questions as touchpoints grow", measure)
