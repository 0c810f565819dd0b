"""A WSGI app behind waitress as the dashboard runs there, in a thread, on a free port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import waitress
from waitress import wasyncore

from dashboards.serve import SERVER


@contextmanager
def running_server(app: Any) -> Iterator[int]:
    """Serve an app and yield its port."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, **SERVER)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        # First those who answer: they would write into a pipe whose number is another file's by then. Then
        # all that is open, by the thread that waits for it: another would close it under its hands.
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(10)
