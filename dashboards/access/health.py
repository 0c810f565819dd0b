# mypy: disable-error-code="untyped-decorator"
"""Signs of life for whoever runs the dashboard; they say nothing else, so they are open."""

from collections.abc import Callable

from flask import Blueprint, Flask


def install(server: Flask, is_ready: Callable[[], bool]) -> None:
    """Add /healthz (it runs) and /readyz (it can answer questions) to a server."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    def healthz() -> str:
        return "ok\n"

    @health.get("/readyz")
    def readyz() -> tuple[str, int]:
        return ("ok\n", 200) if is_ready() else ("the database does not answer\n", 503)

    server.register_blueprint(health)
