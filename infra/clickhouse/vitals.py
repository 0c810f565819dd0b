"""What the engine's process tells of itself: Prometheus metrics, on a port of its own on loopback."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
ANSWERED, REFUSED, BROKEN_OFF = "answered", "refused", "broken_off"


class Vitals:
    """Counts what was asked; `connections` tells how many are open. Threads may share it."""

    def __init__(self, connections: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        here = self.registry
        self._statements = Counter(
            "vincle_database_statements", "Statements by what became of them", ["outcome"], registry=here
        )
        for outcome in (ANSWERED, REFUSED, BROKEN_OFF):
            self._statements.labels(outcome)
        self._seconds = Histogram(
            "vincle_database_seconds",
            "Seconds until a statement is answered",
            buckets=SECONDS,
            registry=here,
        )
        open_now = Gauge("vincle_database_connections", "Connections that are open", registry=here)
        open_now.set_function(connections)

    def answered(self, outcome: str, seconds: float) -> None:
        """A statement has had its answer, or none."""
        self._statements.labels(outcome).inc()
        self._seconds.observe(seconds)
