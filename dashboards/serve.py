"""Run the dashboard on waitress."""

from collections.abc import Callable

import waitress

from dashboards.app import build_dashboard
from dashboards.store import open_store

THREADS = 8


def serve(
    host: str,
    port: int,
    *,
    clickhouse_host: str,
    clickhouse_port: int,
    database: str,
    person_of: Callable[[str], str],
    username: str = "default",
    password: str = "",
    secure: bool = False,
    time_zone: str = "UTC",
) -> None:
    """Serve the dashboard until the process is stopped.

    ClickHouse need not be there: the dashboard says so and goes on when it comes.
    """
    store = open_store(clickhouse_host, clickhouse_port, database, username, password, secure)
    app = build_dashboard(store, person_of, time_zone)
    waitress.serve(app.server, host=host, port=port, threads=THREADS, ident=None)
