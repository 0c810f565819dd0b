"""Request bodies: read from the connection, decompressed, bounded, and spooled to where the engine reads.

A body is a stream of pieces; its head, enough for any SQL, is in memory.  The rows of an INSERT go whole
into a spool (memory, then a file) before the engine sees them: a connection that breaks inserts nothing.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path

from infra.clickhouse.errors import INCORRECT_DATA, NOT_ENOUGH_SPACE, QUERY_IS_TOO_LARGE, refusal

PIECE_BYTES = 1 << 20
HEAD_BYTES = 256 << 10
SQL_BYTES = 4 << 20
MEMORY_SPOOL_BYTES = 64 << 20
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


@dataclass
class Body:
    """A body so far: its first bytes, and the pieces still to come."""

    head: bytes
    rest: Iterator[bytes]

    def whole(self, limit: int = SQL_BYTES) -> bytes:
        """All of it, as SQL.  Raises EngineError if it is longer than `limit` bytes."""
        pieces, size = [self.head], len(self.head)
        for piece in self.rest:
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise refusal(QUERY_IS_TOO_LARGE, f"A query may have {limit} bytes")
        return b"".join(pieces)

    def after(self, first: Iterable[bytes]) -> Iterator[bytes]:
        """Other pieces first, then what is still to come."""
        yield from first
        yield from self.rest


def open_body(pieces: Iterable[bytes]) -> Body:
    """Read the head of a body."""
    rest = iter(pieces)
    head = bytearray()
    for piece in rest:
        head += piece
        if len(head) >= HEAD_BYTES:
            break
    return Body(bytes(head), rest)


def by_length(stream: BufferedIOBase, length: int) -> Iterator[bytes]:
    """Pieces of a body of known length.  Raises EngineError if the connection ends before it."""
    while length > 0:
        piece = stream.read(min(length, PIECE_BYTES))
        if not piece:
            raise refusal(INCORRECT_DATA, "The body ended before its length")
        length -= len(piece)
        yield piece


def by_chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    """Pieces of a body in HTTP's chunks.  Raises EngineError if they are broken or do not end."""
    while size := _chunk_size(stream):
        yield from by_length(stream, size)
        if stream.readline(3) not in (b"\r\n", b"\n"):
            raise refusal(INCORRECT_DATA, "A chunk of the body is broken")
    while stream.readline(1024) not in (b"\r\n", b"\n", b""):
        pass


def _chunk_size(stream: BufferedIOBase) -> int:
    match = CHUNK_SIZE.fullmatch(stream.readline(256))
    if not match:
        raise refusal(INCORRECT_DATA, "A chunk of the body is broken")
    return int(match.group(1), 16)


def bounded(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The pieces, as long as together they have at most `limit` bytes.  Raises EngineError beyond."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise refusal(QUERY_IS_TOO_LARGE, f"A body may have {limit} bytes")
        yield piece


@contextmanager
def spooled(pieces: Iterable[bytes], folder: Path, memory_bytes: int = MEMORY_SPOOL_BYTES) -> Iterator[str]:
    """Write all pieces down and give the path at which the engine can read them meanwhile.

    Up to `memory_bytes` stay in memory where the system can (Linux); more goes to a file in `folder`.
    Raises EngineError if there is no room.
    """
    source = iter(pieces)
    spool = _memory_file() or _named_file(folder)
    try:
        size = 0
        for piece in source:
            size += _write(spool, piece)
            if size > memory_bytes and not spool.name_is_path:
                spool = _moved(spool, folder)
        yield spool.path
    finally:
        spool.close()


class _Spool:
    """An open file and the path under which this process can open it again."""

    def __init__(self, descriptor: int, path: str, name_is_path: bool) -> None:
        self.descriptor = descriptor
        self.path = path
        self.name_is_path = name_is_path

    def close(self) -> None:
        os.close(self.descriptor)
        if self.name_is_path:
            os.unlink(self.path)


def _memory_file() -> _Spool | None:
    if not hasattr(os, "memfd_create"):
        return None
    descriptor = os.memfd_create("rows")
    return _Spool(descriptor, f"/proc/self/fd/{descriptor}", name_is_path=False)


def _named_file(folder: Path) -> _Spool:
    folder.mkdir(exist_ok=True)
    descriptor, path = tempfile.mkstemp(dir=folder, prefix="rows-")
    return _Spool(descriptor, path, name_is_path=True)


def _moved(spool: _Spool, folder: Path) -> _Spool:
    """The same bytes in a file on disk."""
    moved = _named_file(folder)
    os.lseek(spool.descriptor, 0, os.SEEK_SET)
    while piece := os.read(spool.descriptor, PIECE_BYTES):
        _write(moved, piece)
    spool.close()
    return moved


def _write(spool: _Spool, piece: bytes) -> int:
    view = memoryview(piece)
    try:
        while view:
            view = view[os.write(spool.descriptor, view) :]
    except OSError as error:
        raise refusal(NOT_ENOUGH_SPACE, f"Rows cannot be set down: {error.strerror}") from error
    return len(piece)
