"""What is answered over HTTP waits in memory."""

import http.client
import tempfile
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import waitress
from waitress import wasyncore

from dashboards.serve import BODIES_IN_MEMORY

BODY = b"of a customer" * 400_000


def answer(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    start("200 OK", [("Content-Length", str(len(BODY)))])
    return [BODY]


def test_no_answer_is_written_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[object] = []
    real = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *given: files.append(given) or real(*given))
    server = waitress.create_server(answer, host="127.0.0.1", port=0, **BODIES_IN_MEMORY)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=30)
        for _ in range(2):
            connection.request("GET", "/")
            assert connection.getresponse().read() == BODY
        connection.close()
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(10)
    assert files == []
