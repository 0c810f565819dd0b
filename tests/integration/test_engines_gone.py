"""The engine's clients that go away while their statement waits for a place: it does not run behind them."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from asking import connect

from infra.clickhouse.engine import EngineLimits

pytestmark = pytest.mark.stack
PATIENCE_SECONDS = 30.0


class Source(ThreadingHTTPServer):
    """Gives a row when it is told to: whoever inserts it has a place among the writers until then."""

    def __init__(self) -> None:
        self.asked, self.gives = threading.Semaphore(0), threading.Event()
        super().__init__(("127.0.0.1", 0), Giving)


class Giving(BaseHTTPRequestHandler):
    server: Source

    def do_GET(self) -> None:
        self.server.asked.release()
        self.server.gives.wait(PATIENCE_SECONDS)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"1\n")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def all_places_taken(place, database: str) -> Iterator[Source]:
    """All places among the writers are taken until the source gives."""
    writers = EngineLimits().writers
    with Source() as source, ThreadPoolExecutor(writers + 1) as threads:
        threads.submit(source.serve_forever, 0.05)
        query = (
            f"INSERT INTO held SELECT * FROM url('http://127.0.0.1:{source.server_port}/', 'TSV', 'n UInt32')"
        )

        def hold() -> None:
            with connect(place, database=database) as client:
                client.command(query)

        holding = [threads.submit(hold) for _ in range(writers)]
        try:
            for _ in holding:
                assert source.asked.acquire(timeout=PATIENCE_SECONDS)
            yield source
        finally:
            source.gives.set()
            for each in holding:
                each.result(PATIENCE_SECONDS)
            source.shutdown()


def asked_in_vain(place, database: str, source: Source, leaves: bool) -> bytes:
    """What is answered to an insert that waits for a place; who leaves has ended their side by then."""
    query = quote(f"INSERT INTO {database}.given FORMAT TSV")
    head = f"POST /?query={query} HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection((place.host, place.port), PATIENCE_SECONDS) as client:
        client.sendall(head.encode() + b"7\n")
        if leaves:
            client.shutdown(socket.SHUT_WR)
        source.gives.set()
        return client.recv(1 << 16)


@pytest.mark.parametrize(("leaves", "rows"), [(True, 0), (False, 1)], ids=["gone", "there"])
def test_what_waits_for_a_place_runs_only_if_its_client_is_still_there(
    clickhouse, client, leaves: bool, rows: int
) -> None:
    for table in ("held", "given"):
        client.command(f"CREATE TABLE {table} (n UInt32) ENGINE = MergeTree ORDER BY n")
    with all_places_taken(clickhouse, client.database) as source:
        answer = asked_in_vain(clickhouse, client.database, source, leaves)
    assert answer.startswith(b"HTTP/1.1 200") is not leaves
    assert client.command("SELECT count() FROM given") == rows
