"""The HTTP side of the engine: one thread a connection, kept alive, bounded in every size.

What is asked is read by `request` and `statement`; this module only moves bytes and words answers.
"""

import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from infra.clickhouse import bodies, encodings
from infra.clickhouse.access import Access, Identity, OpenAccess
from infra.clickhouse.engine import Answer, Engine, Work
from infra.clickhouse.errors import READONLY, EngineError, refusal
from infra.clickhouse.request import Request, read_form, read_request
from infra.clickhouse.sessions import Sessions
from infra.clickhouse.statement import Statement, read_statement

COMPRESS_FROM_BYTES = 16 << 10
STREAMED_FORMATS = frozenset({"Native", "TabSeparated", "TSV", "CSV", "RowBinary", "JSONEachRow"})
CONTENT_TYPES = {
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "TSV": "text/tab-separated-values; charset=UTF-8",
    "TabSeparatedWithNames": "text/tab-separated-values; charset=UTF-8",
    "TabSeparatedWithNamesAndTypes": "text/tab-separated-values; charset=UTF-8",
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "CSVWithNames": "text/csv; charset=UTF-8; header=present",
    "JSON": "application/json; charset=UTF-8",
    "JSONCompact": "application/json; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
    "Native": "application/octet-stream",
    "RowBinary": "application/octet-stream",
    "Arrow": "application/octet-stream",
    "ArrowStream": "application/octet-stream",
    "Parquet": "application/octet-stream",
    "XML": "application/xml; charset=UTF-8",
}
PLAIN = "text/plain; charset=UTF-8"


@dataclass(frozen=True)
class ServerLimits:
    """Bounds of the HTTP side: bytes of a body once decompressed, connections, idle seconds."""

    body_bytes: int = 1 << 30
    connections: int = 128
    idle_seconds: float = 60.0


class EngineServer(ThreadingHTTPServer):
    """Listens at once and serves when `serve_forever` runs."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(
        self,
        address: tuple[str, int],
        engine: Engine,
        access: Access | None = None,
        limits: ServerLimits | None = None,
    ) -> None:
        self.engine = engine
        self.access = access or OpenAccess()
        self.limits = limits or ServerLimits()
        self.sessions = Sessions(engine, time.monotonic)
        self._places = threading.BoundedSemaphore(self.limits.connections)
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, or close it when there are too many."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of ours."""


class Handler(BaseHTTPRequestHandler):
    """Serves the requests of one connection."""

    server: EngineServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 1 << 16

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.limits.idle_seconds)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in ("/ping", "/replicas_status"):
            self._reply(200, [b"Ok.\n"], {"Content-Type": PLAIN})
        elif path != "/":
            self._reply(404, [b"There is no such page.\n"], {"Content-Type": PLAIN})
        else:
            self._serve()

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        if urlsplit(self.path).path == "/":
            self._serve()
        else:
            self.close_connection = True
            self._reply(404, [b"There is no such page.\n"], {"Content-Type": PLAIN})

    do_PUT = do_POST  # noqa: N815

    def _serve(self) -> None:
        """Answer one query, or say in ClickHouse's way why not."""
        self._body_read = False
        self._answering = False
        try:
            self._answer_query()
        except EngineError as error:
            self._refuse(error)
        except OSError:
            self.close_connection = True
        if not self._body_read:
            self.close_connection = True

    def _answer_query(self) -> None:
        request = read_request(self.path, self.headers)  # type: ignore[arg-type]
        identity = self.server.access.identify(request.credentials)
        body = bodies.open_body(self._pieces())
        if self.headers.get("Content-Type", "").startswith("multipart/form-data"):
            form = read_form(self.headers["Content-Type"], body.whole())
            request, body = read_request(self.path, self.headers, form), bodies.Body(b"", iter(()))  # type: ignore[arg-type]
        if not request.query and not body.head and self.command in ("GET", "HEAD"):
            self._reply(200, [b"Ok.\n"], {"Content-Type": PLAIN})
            return
        statement, rows = _statement_and_rows(request, body)
        statement = self.server.access.admit(identity, statement)
        if self.command in ("GET", "HEAD") and not statement.gives_rows:
            raise refusal(READONLY, "Cannot execute query in readonly mode: GET only reads")
        if statement.takes_rows:
            with bodies.spooled(rows, self.server.engine.spool_folder) as path:
                self._run(request, identity, statement, statement.from_file(path))
        else:
            self._run(request, identity, statement, statement.sql)

    def _run(self, request: Request, identity: Identity, statement: Statement, sql: bytes) -> None:
        read_only = identity.read_only or self.command in ("GET", "HEAD")
        session = request.session if identity.sessions_allowed else None
        output_format = statement.output_format or request.default_format
        work = Work(
            sql=sql,
            output_format=output_format,
            database=request.database,
            parameters=request.parameters,
            settings=request.settings if identity.settings_allowed else {},
            guards={**identity.limits, **({"readonly": "2"} if read_only and not session else {})},
            writes=not statement.gives_rows,
        )
        streams = statement.gives_rows and not request.waits_for_end and output_format in STREAMED_FORMATS
        if session is not None:
            with self.server.sessions.borrowed(identity.name, session) as borrowed:
                answer = self.server.sessions.run(borrowed, work, statement.keeps_in_session)
            self._reply_answer(request, statement, output_format, answer)
        elif streams:
            self._reply_stream(request, output_format, self.server.engine.stream(work))
        else:
            self._reply_answer(request, statement, output_format, self.server.engine.run(work))

    def _pieces(self) -> Iterator[bytes]:
        """The request's body, decompressed and bounded; notes when it has been read to its end."""
        length = self.headers.get("Content-Length", "0")
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            raw = bodies.by_chunks(self.rfile)  # type: ignore[arg-type]
        elif length.isdecimal():
            raw = bodies.by_length(self.rfile, int(length))  # type: ignore[arg-type]
        else:
            raise refusal(117, "Content-Length is no number")
        encoding = self.headers.get("Content-Encoding", "").strip().lower()
        plain = (
            encodings.decompress(raw, encoding)
            if length != "0" or "Transfer-Encoding" in self.headers
            else raw
        )
        yield from bodies.bounded(plain, self.server.limits.body_bytes)
        self._body_read = True

    def _reply_answer(
        self, request: Request, statement: Statement, output_format: str, answer: Answer
    ) -> None:
        headers = self._headers(request, output_format if statement.gives_rows else None)
        headers["X-ClickHouse-Summary"] = _summary(answer)
        self._reply(200, [answer.data], self._compressed(request, headers, len(answer.data)))

    def _reply_stream(self, request: Request, output_format: str, blocks: Iterator[memoryview]) -> None:
        """Send blocks as they come; a short answer goes out whole."""
        first = next(blocks, None)
        second = next(blocks, None) if first is not None else None
        headers = self._headers(request, output_format)
        if second is None:
            data: Any = first if first is not None else b""
            self._reply(200, [data], self._compressed(request, headers, len(data)))
            return
        headers["Transfer-Encoding"] = "chunked"
        headers = self._compressed(request, headers, COMPRESS_FROM_BYTES)

        def all_blocks() -> Iterator[memoryview]:
            yield first  # type: ignore[misc]
            yield second
            yield from blocks

        self._reply(200, all_blocks(), headers)

    def _headers(self, request: Request, output_format: str | None) -> dict[str, str]:
        headers = {
            "Content-Type": CONTENT_TYPES.get(output_format or "", PLAIN),
            "X-ClickHouse-Query-Id": request.query_id,
            "X-ClickHouse-Timezone": self.server.engine.timezone,
            "X-ClickHouse-Server-Display-Name": "vincle",
        }
        if output_format is not None:
            headers["X-ClickHouse-Format"] = output_format
        return headers

    def _compressed(self, request: Request, headers: dict[str, str], size: int) -> dict[str, str]:
        encoding = (
            encodings.choose(self.headers.get("Accept-Encoding", "")) if request.wants_compression else None
        )
        return (
            {**headers, "Content-Encoding": encoding} if encoding and size >= COMPRESS_FROM_BYTES else headers
        )

    def _refuse(self, error: EngineError) -> None:
        """Word an error; after half an answer only the connection's end can tell."""
        if self._answering:
            self.close_connection = True
            return
        text = f"{error} (version {self.server.engine.version} (official build))\n"
        headers = {"Content-Type": PLAIN, "X-ClickHouse-Exception-Code": str(error.code)}
        with suppress(OSError):
            self._reply(error.status, [text.encode(errors="replace")], headers)

    def _reply(self, status: int, pieces: Iterable[bytes | memoryview], headers: dict[str, str]) -> None:
        """Send an answer whole, or in chunks if its headers say so, compressed as they say."""
        compressor = encodings.COMPRESSORS.get(headers.get("Content-Encoding", ""))
        body: Iterable[bytes | memoryview] = pieces
        if compressor is not None:
            body = _compress(compressor(), pieces)
        chunked = headers.get("Transfer-Encoding") == "chunked"
        if not chunked:
            body = [b"".join(body)] if compressor is not None else list(body)
            headers = {**headers, "Content-Length": str(sum(len(piece) for piece in body))}
        if self.close_connection or not getattr(self, "_body_read", True):
            headers = {**headers, "Connection": "close"}
        self._answering = True
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        start = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}\r\n".encode("latin-1", "replace")
        self._send(start, body if self.command != "HEAD" else [], chunked)

    def _send(self, start: bytes, body: Iterable[bytes | memoryview], chunked: bool) -> None:
        pending = start
        for piece in body:
            framed = (b"%x\r\n" % len(piece), piece, b"\r\n") if chunked else (b"", piece, b"")
            if chunked and not len(piece):
                continue
            if len(piece) < COMPRESS_FROM_BYTES:
                pending += b"".join((framed[0], bytes(piece), framed[2]))
            else:
                self.connection.sendall(pending + framed[0])
                self.connection.sendall(piece)
                pending = framed[2]
        self.connection.sendall(pending + (b"0\r\n\r\n" if chunked else b""))

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: they hold customers' data."""


def _statement_and_rows(request: Request, body: bodies.Body) -> tuple[Statement, Iterator[bytes]]:
    """The statement of URL and body, and the rows that follow it if it takes any."""
    if request.query:
        statement = read_statement(request.query)
        if statement.takes_rows:
            inline = request.query[statement.rows_at :]
            return statement, _joined([inline, body.head], body.rest)
        return read_statement(b"\n".join(filter(None, (request.query, body.whole())))), iter(())
    statement = read_statement(body.head)
    if statement.takes_rows:
        return statement, _joined([body.head[statement.rows_at :]], body.rest)
    return read_statement(body.whole()), iter(())


def _joined(first: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from first
    yield from rest


def _compress(compressor: encodings.Compressor, pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    for piece in pieces:
        yield compressor.compress(piece)  # type: ignore[arg-type]
    yield compressor.flush()


def _summary(answer: Answer) -> str:
    """X-ClickHouse-Summary: counts as texts, as ClickHouse writes them."""
    return json.dumps(
        {
            "read_rows": str(answer.read_rows),
            "read_bytes": str(answer.read_bytes),
            "written_rows": str(answer.written_rows),
            "written_bytes": str(answer.written_bytes),
            "total_rows_to_read": "0",
            "result_rows": "0",
            "result_bytes": str(len(answer.data)),
            "elapsed_ns": str(int(answer.elapsed_seconds * 1e9)),
        }
    )


def bound_port(server: EngineServer) -> int:
    """The port the server listens on."""
    return int(server.socket.getsockname()[1]) if isinstance(server.socket, socket.socket) else 0
