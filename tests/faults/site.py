"""A row's own topics, database, workers and way to the database, on a stage."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from kafka.admin import KafkaAdminClient

from infra.setup import model_row, set_up
from schemas.names import CONSUMER_GROUP, DatabaseUser, Table, Topic
from schemas.settings import Settings
from streams.bond.parameters import Parameters
from streams.connections import connect
from streams.outages import is_outage
from streams.sealing import opened_rows
from streams.sinks.door import door_of

from .analysts import Analysts
from .checker.ledger import Fate
from .checker.views import HttpViews
from .crew import Worker
from .erasures import Customers
from .load import publications
from .odd_workers import NEWER_MODEL, command_of
from .progress import Progress
from .publisher import Publisher
from .rejections import Rejections
from .rows.row import (
    ANALYSTS,
    BROKER,
    BROKER_DISK,
    CUSTOMERS,
    ENGINE,
    ENGINE_DISK,
    REJECTIONS,
    WAY,
    WORKER,
    Blow,
    Row,
)
from .stage import ROOT, Stage
from .way import Way

PARTITIONS = 4
FEW, BATCH = 20_000, 200
"""Of a few records batches are small, so that they make many; of more they are what the product takes."""
TABLES = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
UNSETTLED = """
SELECT
(SELECT sum(missing) FROM v_reconciliation) +
greatest((SELECT count() FROM v_held) - {held:Int64}, 0) +
(
    SELECT count() FROM v_commitments
    WHERE state IN ('missed', 'kept_late')
      AND (person_id, missed_id) NOT IN (SELECT person_id, touchpoint_id FROM v_steps)
)
"""
REJECTED = "SELECT kafka_partition, kafka_offset, value FROM rejected FINAL"
REREAD = "SELECT sum(reread) FROM v_audits"
PSEUDONYM_KEY = "a key for made-up people"


class Kept(NamedTuple):
    """The bytes of a rejected record, and where it came from."""

    partition: int
    offset: int
    value: bytes


class Target(Protocol):
    """Somebody or something that faults strike."""

    def strike(self, blow: Blow) -> Callable[[], None] | None:
        """Suffer a blow; return what ends it, if it lasts."""
        ...


class Site:
    """What belongs to one row alone."""

    def __init__(self, row: Row, stage: Stage, database: str, publisher: Publisher | None = None) -> None:
        self.row, self.stage, self._database = row, stage, database
        self.settings = Settings(**self._values(stage.engine_port))
        self.topic = self.settings.topic(Topic.TOUCHPOINTS)
        self.views = HttpViews(stage.engine_url, self.settings.clickhouse_database)
        group, touched = self.settings.topic(CONSUMER_GROUP), self.settings.topic(Topic.TOUCHED)
        self.progress = Progress(stage.bootstrap, group, self.topic)
        self.joining = Progress(stage.bootstrap, group, touched)
        self.publisher = publisher or Publisher(
            stage.bootstrap, self.topic, publications(row.load), row.load.a_second
        )
        self.analysts = Analysts(stage.engine_url, database)
        self.customers = Customers(self.settings, lambda: self.publisher.ledger)
        self.way = Way(stage.engine_port, lambda: self.workers[WORKER].kill())
        self.workers = {name: self._worker(name) for name in _workers_of(row)}
        self.targets: dict[str, Target] = {
            BROKER: stage.broker,
            ENGINE: stage.engine,
            BROKER_DISK: stage.broker_disk,
            ENGINE_DISK: stage.engine_disk,
            WAY: self.way,
            ANALYSTS: self.analysts,
            CUSTOMERS: self.customers,
            REJECTIONS: Rejections(self.settings, lambda: self.publisher.ledger),
            **self.workers,
        }

    def _worker(self, name: str) -> Worker:
        row, stage = self.row, self.stage
        takes_way = any(fault.whom == WAY for fault in row.faults)
        values = self._values(self.way.port if takes_way else stage.engine_port)
        return Worker(
            name,
            command_of(dict(row.oddities).get(name)),
            {f"VINCLE_{key.upper()}": str(value) for key, value in values.items()},
            row.crash_at if name == WORKER else (),
            stage.logs / row.name,
            ROOT,
        )

    def _values(self, engine_port: int) -> dict[str, Any]:
        """Return the settings of the row's installation."""
        row, stage = self.row, self.stage
        return {
            "data_folder": stage.folder / row.name,
            "kafka_bootstrap": stage.bootstrap,
            "topic_prefix": f"{row.name}.",
            "partitions": PARTITIONS,
            "clickhouse_port": engine_port,
            "clickhouse_database": self._database,
            "pseudonym_key": PSEUDONYM_KEY,
            **({"worker_batch": BATCH} if row.load.size <= FEW else {}),
            **({"worker_customers": row.remembered} if row.remembered else {}),
        }

    def committed(self) -> int:
        """Return how many records of the load are acknowledged by the workers."""
        return sum(self.progress.committed().values())

    def has_crashed(self) -> bool:
        """Has every crash point been reached?"""
        return sum(worker.crashes for worker in self.workers.values()) >= len(self.row.crash_at)

    def is_settled(self) -> bool:
        """Is everything published, and all worked off by the workers?"""
        if not self.publisher.is_done():
            return False
        committed = self.progress.committed()
        if sum(committed.values()) < len(self.publisher.ledger):
            return False  # to look at each of a million records five times a second took a fifth of a core
        ends = self.publisher.ledger.ends()
        if any(committed.get(partition, 0) < end for partition, end in ends.items()):
            return False
        return self.joining.is_at_end() and (self.row.is_control or self.is_whole())

    def is_whole(self) -> bool:
        """Has every commitment that was missed its step, and is nothing missing or held that need not be?

        And is everybody gone who was to be erased?
        These come when the workers next look for them.
        """
        held = sum(
            one.publication.fate in (Fate.HELD, Fate.MUTANT) for one in self.publisher.ledger.deliveries
        )
        try:
            with connect(self.settings) as client:
                whole = not client.command(UNSETTLED, {"held": held})
            return whole and self.customers.are_gone() and (not self.row.has_holes or self.reread() > 0)
        except Exception as error:
            if is_outage(error):
                return False
            raise

    def reread(self) -> int:
        """Return how many records an audit had to read again."""
        with connect(self.settings) as client:
            return int(client.command(REREAD) or 0)

    def rejected_bytes(self) -> dict[tuple[int, int], bytes]:
        """Return the bytes that are kept of each rejected record."""
        with connect(self.settings, DatabaseUser.ADMIN) as client:
            rows = client.query(REJECTED, column_formats={"value": "bytes"}).result_rows
        opened = opened_rows(rows, Kept._fields, ("value",), door_of(self.settings).known)
        kept = [Kept(*row) for row in opened]
        return {(one.partition, one.offset): one.value for one in kept}

    def add_model(self, model: Parameters) -> None:
        """Let the database know a further version of the model, as the set-up of a later release would."""
        row = model_row(model)
        with connect(self.settings, DatabaseUser.ADMIN) as client:
            client.insert(Table.BOND_MODELS, [list(row.values())], column_names=list(row))

    def merge(self) -> None:
        """Let the engine merge every table down to one part, as it would in time."""
        with connect(self.settings, DatabaseUser.ADMIN) as client:
            for (table,) in client.query(TABLES).result_rows:
                client.command(f"OPTIMIZE TABLE {table} FINAL")


def _workers_of(row: Row) -> list[str]:
    """Return the names of all workers that ever come."""
    struck = {fault.whom for fault in row.faults if fault.whom.startswith("worker")}
    return sorted({WORKER} | struck)


@contextmanager
def site_of(row: Row, stage: Stage) -> Iterator[Site]:
    """A site that is set up; everybody has left it afterwards."""
    with _left(Site(row, stage, row.name.replace("-", "_"))) as site:
        yield site


@contextmanager
def anew(site: Site) -> Iterator[Site]:
    """A site in which the same topics are worked off again from their beginning, into an empty database."""
    group = site.settings.topic(CONSUMER_GROUP)
    admin = KafkaAdminClient(bootstrap_servers=site.stage.bootstrap)
    try:
        admin.delete_groups([group])
    finally:
        admin.close()
    oddities = ((WORKER, site.row.replayed_by),) if site.row.replayed_by else ()
    row = replace(site.row, faults=(), crash_at=(), oddities=oddities)
    with _left(Site(row, site.stage, f"{site.settings.clickhouse_database}_anew", site.publisher)) as again:
        again.add_model(NEWER_MODEL)
        yield again


@contextmanager
def _left(site: Site) -> Iterator[Site]:
    for _ in set_up(site.settings):
        pass
    try:
        yield site
    finally:
        site.publisher.stop()
        site.analysts.leave()
        for worker in site.workers.values():
            worker.stop()
        site.way.close()
        site.progress.close()
        site.joining.close()
