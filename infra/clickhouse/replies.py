"""Answers on the wire: status, headers, and a body sent whole or in chunks, compressed if asked for.

Shapes follow ClickHouse's server: X-ClickHouse-Summary counts as texts, X-ClickHouse-Exception-Code with an
error, X-ClickHouse-Format only with a result set.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from infra.clickhouse import encodings
from infra.clickhouse.blocks import BlockCompressor
from infra.clickhouse.engine import Answer
from infra.clickhouse.errors import EngineError

Piece = bytes | memoryview
Send = Callable[[Piece], None]

# Compression inside the body, of which no header tells; it is applied whatever the size.
BLOCKS = "blocks"
COMPRESSORS = {**encodings.COMPRESSORS, BLOCKS: BlockCompressor}

# Smaller bodies travel in the packet of the headers, uncompressed.
SMALL_BYTES = 16 << 10
PLAIN = "text/plain; charset=UTF-8"
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


@dataclass(frozen=True)
class Reply:
    """What to answer.  `encoding` is a key of `COMPRESSORS`, `chunked` if the length is not known."""

    status: int
    pieces: Iterable[Piece]
    headers: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    chunked: bool = False


def text_reply(status: int, text: str) -> Reply:
    """A line of text."""
    return Reply(status, [text.encode(errors="replace")], {"Content-Type": PLAIN})


def error_reply(error: EngineError, version: str) -> Reply:
    """An error in ClickHouse's words, with its code in a header."""
    text = f"{error} (version {version} (official build))\n"
    headers = {"Content-Type": PLAIN, "X-ClickHouse-Exception-Code": str(error.code)}
    return Reply(error.status, [text.encode(errors="replace")], headers)


def answer_reply(answer: Answer, headers: Mapping[str, str], encoding: str | None) -> Reply:
    """A whole answer with its counts."""
    worth_it = encoding if encoding == BLOCKS or len(answer.data) >= SMALL_BYTES else None
    return Reply(200, [answer.data], {**headers, "X-ClickHouse-Summary": summary(answer)}, worth_it)


def stream_reply(blocks: Iterator[Piece], headers: Mapping[str, str], encoding: str | None) -> Reply:
    """An answer sent block by block, unless one block is all.  Raises what `blocks` raises at its start."""
    first = list(_taken(blocks, 2))
    if len(first) < 2 and sum(map(len, first)) < SMALL_BYTES:
        return Reply(200, first, headers, encoding if encoding == BLOCKS else None)
    return Reply(200, _joined(first, blocks), headers, encoding, chunked=True)


def content_headers(output_format: str | None) -> dict[str, str]:
    """Headers that tell the format of a result set; None if the statement gives none."""
    headers = {"Content-Type": CONTENT_TYPES.get(output_format or "", PLAIN)}
    return headers if output_format is None else {**headers, "X-ClickHouse-Format": output_format}


def summary(answer: Answer) -> str:
    """X-ClickHouse-Summary."""
    return json.dumps(
        {
            "read_rows": str(answer.read_rows),
            "read_bytes": str(answer.read_bytes),
            "written_rows": str(answer.written_rows),
            "written_bytes": str(answer.written_bytes),
            "total_rows_to_read": "0",
            "result_rows": str(answer.result_rows),
            "result_bytes": str(len(answer.data)),
            "elapsed_ns": str(int(answer.elapsed_seconds * 1e9)),
        }
    )


def send_reply(reply: Reply, send: Send, closes: bool, with_body: bool) -> None:
    """Send a reply.  Raises OSError if the client is gone, and what the pieces raise halfway."""
    headers = dict(reply.headers)
    body: Iterable[Piece] = reply.pieces
    if reply.encoding is not None:
        body = _compressed(COMPRESSORS[reply.encoding](), body)
    if reply.encoding not in (None, BLOCKS):
        headers["Content-Encoding"] = str(reply.encoding)
    if reply.chunked:
        headers["Transfer-Encoding"] = "chunked"
        body = _in_chunks(body)
    else:
        body = list(body)
        headers["Content-Length"] = str(sum(map(len, body)))
    if closes:
        headers["Connection"] = "close"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n{lines}\r\n"
    _send_joined(start.encode("latin-1", "replace"), body if with_body else [], send)


def _send_joined(start: bytes, pieces: Iterable[Piece], send: Send) -> None:
    """Send pieces in order, small ones together."""
    pending = start
    for piece in pieces:
        if len(piece) < SMALL_BYTES:
            pending += bytes(piece)
        if len(piece) >= SMALL_BYTES or len(pending) >= SMALL_BYTES:
            send(pending)
            pending = b""
        if len(piece) >= SMALL_BYTES:
            send(piece)
    if pending:
        send(pending)


def _in_chunks(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if len(piece):
            yield b"%x\r\n" % len(piece)
            yield piece
            yield b"\r\n"
    yield b"0\r\n\r\n"


def _compressed(compressor: encodings.Compressor, pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        yield compressor.compress(piece)
    yield compressor.flush()


def _taken(blocks: Iterator[Piece], count: int) -> Iterator[Piece]:
    for _, block in zip(range(count), blocks, strict=False):
        yield block


def _joined(first: list[Piece], rest: Iterator[Piece]) -> Iterator[Piece]:
    yield from first
    yield from rest
