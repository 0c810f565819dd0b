"""What is asked and answered over HTTP waits in memory."""

import http.client
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from serving import running_server

from dashboards.access.gate import MOST_BODY_BYTES

ANSWER = b"of a customer" * 400_000
QUESTION = b"?" * (MOST_BODY_BYTES - 1)


def answer(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    assert environ["wsgi.input"].read() == QUESTION
    start("200 OK", [("Content-Length", str(len(ANSWER)))])
    return [ANSWER]


def test_nothing_is_written_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[object] = []
    real = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *given: files.append(given) or real(*given))
    with running_server(answer) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(2):
            connection.request("POST", "/", QUESTION)
            assert connection.getresponse().read() == ANSWER
        connection.close()
    assert files == []
