"""What a worker tells of itself: Prometheus metrics, and whether it lives and is ready, on loopback.

/healthz   200 while the conveyor turns; 503 once it has not for a minute
/readyz    200 while it has partitions and nothing it needs is away; else 503 with the reason
/metrics   throughput, lag, rejected by reason, read-outs, alerts, seconds of inserts, what audits found
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from schemas.names import Table
from streams.alerts.alert import Alert
from streams.events import Record
from streams.outcome import Batch
from streams.rows import AuditRow

LOOPBACK = "127.0.0.1"
STALLED_SECONDS = 60.0
INSERT_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
OUTCOMES = {
    Table.JOURNAL: "journaled",
    Table.PROFILES: "journaled",
    Table.WITHDRAWALS: "journaled",
    Table.LINKS: "journaled",
    Table.REJECTED: "rejected",
    Table.HELD: "held",
    Table.REPEATED: "repeated",
    Table.ERASED: "erased",
}


class Vitals:
    """Counts what the conveyor tells. `clock` gives monotonic seconds; threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.registry = CollectorRegistry()
        self._clock = clock
        self._turned_at = clock()
        self._owned: frozenset[int] = frozenset()
        self._next: dict[int, int] = {}
        self._away: dict[str, str] = {}
        here = self.registry
        self._records = Counter(
            "vincle_records", "Records by what became of them", ["outcome"], registry=here
        )
        self._rejected = Counter("vincle_rejected", "Rejected events by reason", ["reason"], registry=here)
        self._read_outs = Counter("vincle_read_outs", "Bonds read out anew", registry=here)
        self._alerts = Counter("vincle_alerts", "Alerts raised", registry=here)
        self._hints = Counter("vincle_routing_hints", "Hints for routing", registry=here)
        self._outages = Counter(
            "vincle_outages", "Attempts that failed and were made again", ["what"], registry=here
        )
        self._inserts = Histogram(
            "vincle_insert_seconds",
            "Seconds until a batch's rows are written",
            buckets=INSERT_BUCKETS,
            registry=here,
        )
        self._reread = Counter(
            "vincle_reread_records", "Records that an audit found nowhere and read again", registry=here
        )
        self._missing = Counter(
            "vincle_missing_records",
            "Records that an audit found nowhere, not in Kafka either",
            registry=here,
        )
        self._audited = Gauge("vincle_audited_seconds", "Time of the last audit", registry=here)
        self._received = Gauge(
            "vincle_newest_record_seconds",
            "Kafka's time of the newest record of a partition that is journaled",
            ["partition"],
            registry=here,
        )
        self._lag = Gauge(
            "vincle_lag_records", "Records of a partition not journaled yet", ["partition"], registry=here
        )

    def turned(self) -> None:
        """The conveyor lives."""
        self._turned_at = self._clock()

    def own(self, partitions: Iterable[int]) -> None:
        """These partitions are read from now on, and no others."""
        self._owned = frozenset(partitions)
        self._next.clear()
        self._lag.clear()
        self._received.clear()

    def done(self, records: Sequence[Record]) -> None:
        """Records of one partition are journaled and acknowledged."""
        last = records[-1]
        if last.partition in self._owned:
            self._next[last.partition] = last.offset + 1
            self._received.labels(str(last.partition)).set(last.received_ms / 1000)

    def reaches(self, partition: int, end: int | None, committed: int | None) -> None:
        """The next record of a partition will have the offset `end`, None while it is not known.

        `committed` is how far the group had come, None if it has committed nothing yet.
        """
        if end is not None and partition in self._owned:
            done = self._next.get(partition, committed or 0)
            self._lag.labels(str(partition)).set(max(0, end - done))

    def wrote(self, batch: Batch, seconds: float) -> None:
        """A batch is written."""
        self._inserts.observe(seconds)
        for table, outcome in OUTCOMES.items():
            self._records.labels(outcome).inc(sum(map(_tells_a_record, batch.rows[table])))
        for refusal in batch.rejected:
            self._rejected.labels(refusal.reason).inc()
        self._read_outs.inc(len(batch.changes))
        alerts = sum(isinstance(word.told, Alert) for word in batch.words)
        self._alerts.inc(alerts)
        self._hints.inc(len(batch.words) - alerts)

    def audited(self, row: AuditRow) -> None:
        """A part of a partition was audited."""
        self._reread.inc(row.reread)
        self._missing.inc(len(row.missing))
        self._audited.set_to_current_time()

    def told(self, what: str, error: BaseException | None) -> None:
        """Something that is needed is away, or works again."""
        if error is None:
            self._away.pop(what, None)
            return
        self.turned()
        self._outages.labels(what).inc()
        self._away[what] = type(error).__name__

    def trouble(self) -> str:
        """Why the worker should be restarted; empty if it lives."""
        still = self._clock() - self._turned_at
        return "" if still < STALLED_SECONDS else f"the conveyor has not turned for {still:.0f} s"

    def wants(self) -> str:
        """What the worker waits for; empty if it is ready."""
        if away := dict(self._away):
            return "; ".join(f"{what} fails: {error}" for what, error in away.items())
        return self.trouble() or ("" if self._owned else "no partitions")


def _tells_a_record(row: Any) -> bool:
    """Tell whether a row is the first of its record: no moment of a contact, nor what waits no longer."""
    return not (getattr(row, "moment_number", 0) or getattr(row, "released", False))


def serve(vitals: Vitals, port: int) -> ThreadingHTTPServer:
    """Answer on loopback from a thread of its own. Raises OSError if the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(HTTPStatus.OK, generate_latest(vitals.registry), CONTENT_TYPE_LATEST)
            elif self.path in ("/healthz", "/readyz"):
                trouble = vitals.trouble() if self.path == "/healthz" else vitals.wants()
                status = HTTPStatus.SERVICE_UNAVAILABLE if trouble else HTTPStatus.OK
                self._answer(status, f"{trouble or 'ok'}\n".encode(), "text/plain; charset=utf-8")
            else:
                self._answer(HTTPStatus.NOT_FOUND, b"", "text/plain")

        def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Scrapes are not logged."""

    server = ThreadingHTTPServer((LOOPBACK, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="vitals", daemon=True).start()
    return server
