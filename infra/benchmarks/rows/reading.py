"""The bond index read in SQL: of one customer now, of one at a past date, of all; and the agent brief.

Beside each stands the processor time that the engine spent: on a busy machine that says more than the clock.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import psutil
from clickhouse_connect.driver.client import Client

from dashboards.access.guard import GuardedStore
from dashboards.context import Context
from dashboards.questions.brief import brief
from dashboards.questions.told import lived_by
from dashboards.store import Limits, open_store
from infra.benchmarks.altered import without_words
from infra.benchmarks.rows.worker import plan_of
from infra.benchmarks.stage import accounted, published, stack, wait_for
from infra.benchmarks.suite import Figure, Row, Scale
from infra.briefing import context_of
from infra.simulation import simulate
from infra.workers import running_worker
from schemas.instants import millis_of
from schemas.names import View
from schemas.settings import Settings
from streams.bond.parameters import BOND_1
from streams.bond.reading import read_out
from streams.connections import connect

TIMES = 20
"""Readings of each question; the median counts, and the first is not among them."""
MOST_SECONDS = {"one now": 0.015, "one at a past date": 0.030, "brief": 0.200}
MOST_MICROSECONDS_A_CUSTOMER = 1.0
DAYS_AGO = 60

NOW = f"SELECT bond_index, level FROM {View.BARE_BONDS} WHERE person_id = {{person:String}}"
THEN = f"""
SELECT bond_index, level FROM {View.BOND_AT}(
    at = {{at:DateTime64(3)}}, known_by = '2299-01-01 00:00:00',
    model = '{BOND_1.version}', person = {{person:String}}
)
"""
ALL = f"SELECT level, count(), avg(bond_index) FROM {View.BONDS} GROUP BY level"


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield the seconds of each question over the journeys of so many touchpoints, ten a customer."""
    with stack() as settings, connect(settings) as client:
        count = published(settings, without_words(simulate(plan_of(scale.of(1_000_000, 30_000)))))
        with running_worker(settings):
            wait_for(lambda: accounted(client), count)
        engine = _engine_of(settings)
        for name, ask in _questions(settings, client).items():
            seconds, processor = _timed(ask, engine)
            yield Figure(name, seconds, "s", most=MOST_SECONDS.get(name))
            yield Figure(f"{name}, processor of the engine", processor, "s")
            if name == "all now":
                a_customer = seconds / int(client.command(f"SELECT count() FROM {View.BONDS}"))
                most = MOST_MICROSECONDS_A_CUSTOMER
                yield Figure("all now, a customer", a_customer * 1e6, "µs", most=most)


def _questions(settings: Settings, client: Client) -> dict[str, Callable[[], object]]:
    """Return what is asked, about the customer of whom most was felt."""
    person, at = client.query(
        f"SELECT person_id, at FROM {View.BONDS} ORDER BY felt DESC, person_id LIMIT 1"
    ).first_row
    of_one = {"person": person}
    then = {"person": person, "at": at - timedelta(days=DAYS_AGO)}
    context = _context(settings)
    texts = context.texts()
    return {
        "one now": lambda: client.query(NOW, of_one),
        "one at a past date": lambda: _index_then(context.store, **then),
        "one at a past date, in SQL": lambda: client.query(THEN, then),
        "all now": lambda: client.query(ALL),
        "brief": lambda: brief(context, person, texts),
    }


def _index_then(store: GuardedStore, person: str, at: datetime) -> float:
    """Return the index as pages, the brief and `vincle explain` read it."""
    return read_out([row.felt() for row in lived_by(store, person, at) if row.is_felt], millis_of(at)).index


def _context(settings: Settings) -> Context:
    """Return what the brief is made from, with a store that remembers nothing."""
    store = open_store(
        settings.clickhouse_host,
        settings.clickhouse_port,
        settings.clickhouse_database,
        limits=Limits(fresh_seconds=0.0),
    )
    return context_of(settings, store)


def _timed(ask: Callable[[], object], engine: psutil.Process) -> tuple[float, float]:
    """Return the median seconds of an answer, and the mean seconds of processor it took in the engine."""
    ask()
    seconds, before = [], _processor(engine)
    for _ in range(TIMES):
        started = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - started)
    return median(seconds), (_processor(engine) - before) / TIMES


def _processor(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def _engine_of(settings: Settings) -> psutil.Process:
    """Return the process of the stage's engine: the child of ours that listens on its port."""
    port = settings.clickhouse_port
    for child in psutil.Process().children(recursive=True):
        if any(_listens(one, port) for one in child.net_connections()):
            return child
    raise ProcessLookupError(f"nothing of ours listens on port {port}")


def _listens(connection: Any, port: int) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr.port == port)


ROW = Row("reading", "The index and the agent brief, read", measure)
