"""Run the dashboard on waitress."""

from collections.abc import Callable
from typing import Any

import waitress
from prometheus_client import start_http_server

from dashboards import vitals
from dashboards.access.gate import MOST_BODY_BYTES
from dashboards.access.wiring import open_access
from dashboards.app import build_dashboard
from dashboards.sending import Send
from dashboards.store import Store, open_store
from dashboards.trying import Try
from schemas.names import DatabaseUser
from schemas.settings import Settings
from streams.sealing import KeysOf

LOOPBACK = "127.0.0.1"
SERVER: dict[str, Any] = {
    "threads": 8,
    "ident": None,
    "max_request_body_size": MOST_BODY_BYTES,
    "inbuf_overflow": MOST_BODY_BYTES,
    "outbuf_overflow": 64_000_000,
    "outbuf_high_watermark": 1_000_000,
}
"""Settings of waitress; sizes in bytes. What is asked and answered waits in memory, not in a file of a
temporary folder, where nothing of a customer belongs (and which waitress leaves open). What a connection was
answered is let go with the first answer after so much."""


def serve(
    settings: Settings, person_of: Callable[[str], str], send: Send, keys_of: KeysOf, try_rule: Try
) -> None:
    """Serve the dashboard until the process is stopped; `person_of` turns a customer's id into the pseudonym,
    `send` takes commands, `keys_of` gives the keys that open what customers said, `try_rule` tries a rule on
    the past.

    ClickHouse need not be there: the dashboard says so and goes on when it comes.
    """
    store = store_of(settings)
    access = open_access(settings)
    app = build_dashboard(
        store, person_of, access, settings.time_zone, send=send, keys_of=keys_of, try_rule=try_rule
    )
    if settings.dashboard_metrics_port:
        start_http_server(settings.dashboard_metrics_port, LOOPBACK, vitals.install(app.server))
    waitress.serve(
        app.server,
        host=settings.dashboard_host,
        port=settings.dashboard_port,
        **SERVER,
    )


def store_of(settings: Settings) -> Store:
    """Return the store that the dashboard asks, as the dashboard; nothing is connected yet."""
    return open_store(
        settings.clickhouse_host,
        settings.clickhouse_port,
        settings.clickhouse_database,
        *settings.clickhouse_login(DatabaseUser.DASHBOARD),
        settings.clickhouse_secure,
        settings.clickhouse_ca_file,
    )
