# mypy: disable-error-code="untyped-decorator"
"""What the dashboard tells of itself: Prometheus metrics, on a port of its own on loopback."""

import time
from collections.abc import Callable

from flask import Flask, Response, g
from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def install(server: Flask, clock: Callable[[], float] = time.perf_counter) -> CollectorRegistry:
    """Count the requests of a server by their status, and how long they take, whoever asks for what."""
    registry = CollectorRegistry()
    requests = Counter("vincle_dashboard_requests", "Requests by status", ["status"], registry=registry)
    seconds = Histogram(
        "vincle_dashboard_seconds", "Seconds until a request is answered", buckets=SECONDS, registry=registry
    )

    def begin() -> None:
        g.began = clock()

    def end(response: Response) -> Response:
        requests.labels(str(response.status_code)).inc()
        seconds.observe(clock() - g.began)
        return response

    # Before the gate, so that whoever is turned away counts too.
    server.before_request_funcs.setdefault(None, []).insert(0, begin)
    server.after_request(end)
    return registry
