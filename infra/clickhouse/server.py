"""The HTTP side of the engine: one thread a connection, kept alive, bounded in every size.

What is asked is read by `request` and `statement`, answers are worded and sent by `replies`; this module
takes a request through them.
"""

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader
from typing import Any
from urllib.parse import urlsplit

from infra.clickhouse import bodies, encodings
from infra.clickhouse.access import Access, Identity, OpenAccess, Question, refuse_browsers
from infra.clickhouse.doors import Door
from infra.clickhouse.engine import Engine, Work
from infra.clickhouse.errors import INCORRECT_DATA, READONLY, UNKNOWN, EngineError, refusal
from infra.clickhouse.replies import (
    BLOCKS,
    Piece,
    Reply,
    answer_reply,
    content_headers,
    error_reply,
    send_reply,
    stream_reply,
    text_reply,
)
from infra.clickhouse.request import Request, read_form, read_request
from infra.clickhouse.sessions import Sessions
from infra.clickhouse.statement import Statement, read_statement
from infra.clickhouse.vitals import ANSWERED, BROKEN_OFF, REFUSED, Vitals
from infra.clickhouse.waiting import PatientReader, is_still_there, send_patiently

# Formats whose blocks, one after the other, are a whole answer.
STREAMED_FORMATS = frozenset(
    {"Native", "TabSeparated", "TSV", "CSV", "RowBinary", "JSONEachRow", "JSONCompactEachRow"}
)
READING_METHODS = ("GET", "HEAD")
# What is still read of a body after a refusal, so that the client gets to see it.
LINGER_BYTES = 64 << 20
LINGER_SECONDS = 2.0


@dataclass(frozen=True)
class ServerLimits:
    """Bounds of the HTTP side: bytes of a body once decompressed, connections, and seconds: between requests,
    or while an answer is not read on, from the first byte of a request to the end of its head, and for its
    body or a piece of its answer.
    """

    body_bytes: int = 1 << 30
    connections: int = 128
    idle_seconds: float = 60.0
    head_seconds: float = 15.0
    body_seconds: float = 600.0


class EngineServer(ThreadingHTTPServer):
    """Listens at once and serves when `serve_forever` runs."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(
        self,
        door: Door,
        engine: Engine,
        access: Access | None = None,
        limits: ServerLimits | None = None,
    ) -> None:
        self.engine = engine
        self.access = access or OpenAccess()
        self.limits = limits or ServerLimits()
        self.sessions = Sessions(engine, time.monotonic)
        self._places = threading.BoundedSemaphore(self.limits.connections)
        self.vitals = Vitals(lambda: self._open)
        self._open = 0
        self._counting = threading.Lock()
        self._tls = door.context()
        super().__init__((door.host, door.port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, or close it when there are too many."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self._count(1)
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._count(-1)
            self._places.release()

    def _count(self, change: int) -> None:
        with self._counting:
            self._open += change

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, in its own thread; with TLS after the handshake, which a client may delay."""
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(self.limits.head_seconds)
        with self._tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of ours; anything else is, told without what was asked."""
        kind, _, place = sys.exc_info()
        if kind is not None and not issubclass(kind, OSError):
            where = traceback.extract_tb(place)[-1]
            print(f"{kind.__name__} in {where.name}, line {where.lineno}", file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    """Serves the requests of one connection."""

    server: EngineServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 1 << 16

    def setup(self) -> None:
        super().setup()
        limits = self.server.limits
        self._reader = PatientReader(self.connection, limits.idle_seconds, limits.head_seconds)
        self.rfile = self._received = BufferedReader(self._reader, self.rbufsize)

    def handle_one_request(self) -> None:
        self._reader.rest()
        super().handle_one_request()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/":
            self._serve()
        elif path in ("/ping", "/replicas_status"):
            self._send(text_reply(200, "Ok.\n"))
        else:
            self._send(text_reply(404, "There is no such page.\n"))

    def do_POST(self) -> None:
        if urlsplit(self.path).path == "/":
            self._serve()
        else:
            self.close_connection = True
            self._send(text_reply(404, "There is no such page.\n"))

    do_HEAD = do_GET  # noqa: N815
    do_PUT = do_POST  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: they hold customers' data."""

    def _serve(self) -> None:
        """Answer one query, or say in ClickHouse's way why not."""
        self._body_is_read = False
        self._is_answering = False
        self._reader.allow(self.server.limits.body_seconds)
        began, outcome = time.monotonic(), BROKEN_OFF
        try:
            self._answer_query()
            outcome = ANSWERED
        except OSError:
            self.close_connection = True
        except EngineError as error:
            outcome = REFUSED
            self._refuse(error)
        except Exception:
            self._refuse(refusal(UNKNOWN, "An error of the server itself; see its log"))
            raise
        finally:
            self.server.vitals.answered(outcome, time.monotonic() - began)
        if not self._body_is_read:
            self.close_connection = True

    def _answer_query(self) -> None:
        refuse_browsers(self.headers)
        request = read_request(self.path, self.headers)
        identity = self.server.access.identify(request.credentials)
        body = bodies.open_body(self._pieces())
        if self.headers.get("Content-Type", "").startswith("multipart/form-data"):
            form = read_form(self.headers["Content-Type"], body.whole())
            request, body = read_request(self.path, self.headers, form), bodies.Body(b"", iter(()))
        if not request.query and not body.head and self.command in READING_METHODS:
            self._send(text_reply(200, "Ok.\n"))
            return
        asked, rows = _statement_and_rows(request, body)
        question = self.server.access.admit(
            identity,
            Question(
                asked, request.database, request.settings, asked.output_format or request.default_format
            ),
        )
        statement = question.statement
        if self.command in READING_METHODS and not statement.gives_rows:
            raise refusal(READONLY, "Cannot execute query in readonly mode: GET only reads")
        if statement.takes_rows:
            with bodies.spooled(rows, self.server.engine.spool_folder) as path:
                reply = self._run(request, identity, question, statement.from_file(path))
        else:
            reply = self._run(request, identity, question, statement.sql)
        self._send(reply)

    def _run(self, request: Request, identity: Identity, question: Question, sql: bytes) -> Reply:
        """Run what was admitted, in a session, block by block, or whole."""
        statement, output_format = question.statement, question.output_format
        work = self._work(request, identity, question, sql)
        headers = {
            **content_headers(output_format if statement.gives_rows else None),
            "X-ClickHouse-Query-Id": request.query_id,
            "X-ClickHouse-Timezone": self.server.engine.timezone,
            "X-ClickHouse-Server-Display-Name": "vincle",
        }
        encoding = self._encoding(request)
        streams = statement.is_query and not request.waits_for_end and output_format in STREAMED_FORMATS
        engine, sessions = self.server.engine, self.server.sessions
        if request.session is None or not identity.keeps_sessions:
            if streams:
                return stream_reply(engine.stream(work), headers, encoding)
            return answer_reply(engine.run(work), headers, encoding)
        if streams:
            return stream_reply(sessions.stream(identity.name, request.session, work), headers, encoding)
        keeps = statement.keeps_in_session
        return answer_reply(sessions.run(identity.name, request.session, work, keeps), headers, encoding)

    def _encoding(self, request: Request) -> str | None:
        if request.wants_blocks:
            return BLOCKS
        return (
            encodings.choose(self.headers.get("Accept-Encoding", "")) if request.wants_compression else None
        )

    def _work(self, request: Request, identity: Identity, question: Question, sql: bytes) -> Work:
        """What was admitted, with the parameters of the request."""
        reads = self.command in READING_METHODS and request.session is None
        return Work(
            sql=sql,
            output_format=question.output_format,
            database=question.database,
            parameters=request.parameters,
            settings=question.settings,
            guards=question.guards,
            writes=not question.statement.gives_rows,
            read_only=question.read_only or (2 if reads else 0),
            owner=identity.name,
            owner_places=question.queries_at_once,
            wanted=lambda: is_still_there(self._received),
        )

    def _pieces(self) -> Iterator[bytes]:
        """The request's body, decompressed and bounded; notes when it has been read to its end."""
        length, coding = self.headers.get("Content-Length"), self.headers.get("Transfer-Encoding")
        if coding is not None:
            if coding.strip().lower() != "chunked" or length is not None:
                raise refusal(INCORRECT_DATA, "The length of the body is told in two ways or none")
            raw = bodies.by_chunks(self.rfile)
        elif length is None or (length.isdecimal() and len(length) < 16):
            raw = bodies.by_length(self.rfile, int(length or 0))
        else:
            raise refusal(INCORRECT_DATA, "Content-Length is no number")
        encoding = self.headers.get("Content-Encoding", "").strip().lower()
        plain = encodings.decompress(raw, encoding) if coding or int(length or 0) else raw
        yield from bodies.bounded(plain, self.server.limits.body_bytes)
        self._body_is_read = True

    def _refuse(self, error: EngineError) -> None:
        """Word an error; after half an answer only the connection's end can tell."""
        if self._is_answering:
            self.close_connection = True
            return
        with suppress(OSError):
            self._send(error_reply(error, self.server.engine.version))
            if not self._body_is_read:
                self._linger()

    def _linger(self) -> None:
        """Read on for a moment: closing at once would take the answer from a client that still sends."""
        self._reader.allow(LINGER_SECONDS)
        left = LINGER_BYTES
        while left > 0 and (piece := self.rfile.read1(1 << 20)):
            left -= len(piece)

    def _send(self, reply: Reply) -> None:
        self._is_answering = True
        limits = self.server.limits

        def send(piece: Piece) -> None:
            send_patiently(self.connection, piece, limits.idle_seconds, limits.body_seconds)

        closes = self.close_connection or not getattr(self, "_body_is_read", True)
        self.close_connection = closes
        send_reply(reply, send, closes, with_body=self.command != "HEAD")


def _statement_and_rows(request: Request, body: bodies.Body) -> tuple[Statement, Iterator[bytes]]:
    """The statement of URL and body, and the rows that follow it if it takes any."""
    if request.query:
        statement = read_statement(request.query)
        if statement.takes_rows:
            return statement, body.after([request.query[statement.rows_at :], body.head])
        whole = body.whole()
        return (read_statement(request.query + b"\n" + whole) if whole else statement), iter(())
    statement = read_statement(body.head)
    if statement.takes_rows:
        return statement, body.after([body.head[statement.rows_at :]])
    return read_statement(body.whole()), iter(())
