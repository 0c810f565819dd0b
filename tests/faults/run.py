"""Runs one row on a stage: publishes, strikes, waits until all is worked off, and lets the checker judge."""

import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.setup import set_up
from schemas.names import CONSUMER_GROUP, DatabaseUser, Topic
from schemas.settings import Settings
from streams.connections import connect
from streams.outages import is_outage

from .checker.check import check
from .checker.expectation import Expected, expected_of
from .checker.findings import Findings
from .checker.views import HttpViews
from .crew import PRODUCT, Worker
from .defects import command_of
from .load import publications
from .progress import Progress
from .publisher import Publisher
from .rows import BROKER, ENGINE, WORKER, Blow, Fault, Row
from .stage import ROOT, Server, Stage

POLL_SECONDS = 0.2
PARTITIONS = 4
BATCH = 200
"""Small batches, so that a small load makes many."""
TABLES = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
UNFELT_ABSENCES = """
SELECT count() FROM v_commitments
WHERE state IN ('missed', 'kept_late')
  AND (person_id, missed_id) NOT IN (SELECT person_id, touchpoint_id FROM v_steps)
"""
MOST_FAILURES = 5
"""A worker that ended so often unasked will not stay up any more."""
PSEUDONYM_KEY = "a key for made-up people"


@dataclass(frozen=True)
class Outcome:
    """What came of a row."""

    row: Row
    delivered: int
    lost: int
    doubled: int
    wrong: int
    shortfall: str
    """Why the row falls short; empty if it holds."""
    notes: list[str]
    seconds: float

    @property
    def verdict(self) -> str:
        """One word, and why."""
        if self.shortfall:
            return f"FALLS SHORT: {self.shortfall}"
        return "caught, as it must be" if self.row.defect else "holds"


class Site:
    """A row's own topics, database and workers on a stage."""

    def __init__(self, row: Row, stage: Stage) -> None:
        self.row, self.stage = row, stage
        values: dict[str, Any] = {
            "data_folder": stage.folder / row.name,
            "kafka_bootstrap": stage.bootstrap,
            "topic_prefix": f"{row.name}.",
            "partitions": PARTITIONS,
            "clickhouse_port": stage.engine_port,
            "clickhouse_database": row.name.replace("-", "_"),
            "pseudonym_key": PSEUDONYM_KEY,
            "worker_batch": BATCH,
        }
        self.settings = Settings(**values)
        self.topic = self.settings.topic(Topic.TOUCHPOINTS)
        self.views = HttpViews(stage.engine_url, self.settings.clickhouse_database)
        self.progress = Progress(stage.bootstrap, self.settings.topic(CONSUMER_GROUP), self.topic)
        touched = self.settings.topic(Topic.TOUCHED)
        self.joining = Progress(stage.bootstrap, self.settings.topic(CONSUMER_GROUP), touched)
        self.publisher = Publisher(stage.bootstrap, self.topic, publications(row.load), row.load.a_second)
        environment = {f"VINCLE_{name.upper()}": str(value) for name, value in values.items()}
        command = command_of(row.defect) if row.defect else PRODUCT
        names = sorted({WORKER, *(fault.whom for fault in row.faults if fault.whom.startswith("worker"))})
        self.workers = {
            name: Worker(
                name,
                command,
                environment,
                row.crash_at if name == WORKER else (),
                stage.logs / row.name,
                ROOT,
            )
            for name in names
        }

    def worked_off(self) -> float:
        """Return the share of the load that is acknowledged by the workers."""
        return sum(self.progress.committed().values()) / len(self.publisher)

    def has_crashed(self) -> bool:
        """Has every crash point been reached?"""
        return sum(worker.crashes for worker in self.workers.values()) >= len(self.row.crash_at)

    def is_settled(self) -> bool:
        """Is everything published, and all worked off by the workers?"""
        if not self.publisher.is_done():
            return False
        ends, committed = self.publisher.ledger.ends(), self.progress.committed()
        if any(committed.get(partition, 0) < end for partition, end in ends.items()):
            return False
        return self.joining.is_at_end() and (bool(self.row.defect) or self.has_felt_absences())

    def has_felt_absences(self) -> bool:
        """Has every commitment that was missed its step? They come when the workers next look for them."""
        try:
            with connect(self.settings) as client:
                return not client.command(UNFELT_ABSENCES)
        except Exception as error:
            if is_outage(error):
                return False
            raise

    def merge(self) -> None:
        """Let the engine merge every table down to one part, as it would in time."""
        with connect(self.settings, DatabaseUser.ADMIN) as client:
            for (table,) in client.query(TABLES).result_rows:
                client.command(f"OPTIMIZE TABLE {table} FINAL")


@contextmanager
def site_of(row: Row, stage: Stage) -> Iterator[Site]:
    """A site that is set up; everybody has left it afterwards."""
    site = Site(row, stage)
    for _ in set_up(site.settings):
        pass
    try:
        yield site
    finally:
        site.publisher.stop()
        for worker in site.workers.values():
            worker.stop()
        site.progress.close()
        site.joining.close()


class Strikes:
    """The faults of a row that are still to come, and who is away because of one."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._left = sorted(site.row.faults, key=lambda fault: fault.at)
        self._returns: list[tuple[float, Callable[[], None]]] = []
        self.broker_is_away = False

    @property
    def are_over(self) -> bool:
        """Has everything struck, and is everybody back?"""
        return not self._left and not self._returns

    def strike(self, worked_off: float) -> None:
        """Strike what is due at this share of the load, and bring back whose time has come."""
        now = time.monotonic()
        for due in [one for one in self._returns if one[0] <= now]:
            self._returns.remove(due)
            due[1]()
        if self._left and not self._returns and worked_off >= self._left[0].at:
            self._strike(self._left.pop(0))

    def _strike(self, fault: Fault) -> None:
        if fault.whom in (BROKER, ENGINE):
            server = self._site.stage.broker if fault.whom == BROKER else self._site.stage.engine
            server.kill()
            self.broker_is_away = fault.whom == BROKER
            self._returns.append((time.monotonic() + fault.away_seconds, lambda: self._bring_back(server)))
            return
        worker = self._site.workers[fault.whom]
        match fault.blow:
            case Blow.KILL:
                worker.kill()
            case Blow.START:
                worker.start()
            case Blow.STOP:
                worker.stop()
            case Blow.FREEZE:
                worker.signal(signal.SIGSTOP)
                back = time.monotonic() + fault.away_seconds
                self._returns.append((back, lambda: worker.signal(signal.SIGCONT)))

    def _bring_back(self, server: Server) -> None:
        server.start()
        self.broker_is_away = False


def run(row: Row, stage: Stage) -> Outcome:
    """Run a row; whatever goes wrong with it is in its outcome."""
    began = time.monotonic()
    try:
        return _run(row, stage, began)
    except Exception as error:
        traceback.print_exc()
        return Outcome(row, 0, 0, 0, 0, f"the row itself failed: {error!r}", [], time.monotonic() - began)


def _run(row: Row, stage: Stage, began: float) -> Outcome:
    with site_of(row, stage) as site:
        shortfalls = _play(site)
        for worker in site.workers.values():
            worker.stop()
        delivered = len(site.publisher.ledger)
        findings = _judge(site, expected_of(site.publisher.ledger), site.publisher.ledger.topic)
    shortfalls += [
        f"{len(failures)} sends given up" for failures in [site.publisher.ledger.failures] if failures
    ]
    crashes = sum(worker.crashes for worker in site.workers.values())
    if crashes != len(row.crash_at):
        shortfalls.append(f"{crashes} crashes, not {len(row.crash_at)}")
    if row.defect and findings.clean:
        shortfalls.append("the defect was not found")
    if not row.defect and not findings.clean:
        shortfalls.append("the views are not right")
    ended = Counter(text for worker in site.workers.values() for text in worker.failures)
    notes = [*findings.summary(), *(f"{count} x {text}" for text, count in ended.items())]
    counts = len(findings.lost), len(findings.doubled), len(findings.wrong)
    return Outcome(row, delivered, *counts, ", ".join(shortfalls), notes, time.monotonic() - began)


def _play(site: Site) -> list[str]:
    """Let the load be worked off while faults strike; return what did not happen by the deadline."""
    strikes = Strikes(site)
    if not site.row.load.a_second:
        site.publisher.start()
        site.publisher.wait()
    site.workers[WORKER].start()
    if site.row.load.a_second:
        site.publisher.start()
    deadline = time.monotonic() + site.row.deadline_seconds
    while not (strikes.are_over and site.has_crashed() and site.is_settled()):
        if site.stage.interrupted.is_set():
            raise InterruptedError("nobody waits for this row any more")
        if time.monotonic() > deadline:
            return [f"not settled after {site.row.deadline_seconds:g} s ({site.worked_off():.0%} worked off)"]
        strikes.strike(0.0 if strikes.broker_is_away else site.worked_off())
        for worker in site.workers.values():
            worker.tend()
            if len(worker.failures) > MOST_FAILURES:
                return [f"{worker.name} does not stay up"]
        time.sleep(POLL_SECONDS)
    return []


def _judge(site: Site, expected: Expected, topic: str) -> Findings:
    """Return what is wrong now, or else what is wrong once all tables are merged."""
    findings = check(expected, topic, site.views)
    if not findings.clean:
        return findings
    site.merge()
    return check(expected, topic, site.views)
