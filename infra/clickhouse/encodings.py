"""Compression by HTTP's Content-Encoding: lz4 (frames), zstd, gzip, deflate, both ways.

Decompression is bounded: what a body may grow to is the reader's decision (see bodies).
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import lz4.frame
import zstandard

from infra.clickhouse.errors import CANNOT_DECOMPRESS, NOT_IMPLEMENTED, refusal

PIECE_BYTES = 1 << 20
GZIP_WINDOW = 16 + zlib.MAX_WBITS
ZLIB_LEVEL = 3
ZSTD_LEVEL = 1
# A frame object of zstd gives all its input means at once, at most 32 MB for a slice of this size.
ZSTD_SLICE_BYTES = 1024
PREFERRED = ("lz4", "zstd", "gzip", "deflate")


class Compressor(Protocol):
    """Compresses a stream piece by piece."""

    def compress(self, data: bytes | memoryview) -> bytes: ...

    def flush(self) -> bytes: ...


class Lz4Compressor:
    """lz4 frames with the interface of zlib's compressors."""

    def __init__(self) -> None:
        self._frame = lz4.frame.LZ4FrameCompressor()
        self._begun = False

    def compress(self, data: bytes | memoryview) -> bytes:
        start = b"" if self._begun else self._frame.begin()
        self._begun = True
        return bytes(start + self._frame.compress(data))

    def flush(self) -> bytes:
        start = b"" if self._begun else self._frame.begin()
        return bytes(start + self._frame.flush())


COMPRESSORS: dict[str, Callable[[], Compressor]] = {
    "lz4": Lz4Compressor,
    "zstd": lambda: zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj(),
    "gzip": lambda: zlib.compressobj(ZLIB_LEVEL, zlib.DEFLATED, GZIP_WINDOW),
    "deflate": lambda: zlib.compressobj(ZLIB_LEVEL),
}


def choose(accept_encoding: str) -> str | None:
    """The encoding to answer with: the cheapest of those the client accepts, or none."""
    accepted = {
        name.strip().lower()
        for name, _, weight in (part.partition(";") for part in accept_encoding.split(","))
        if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    }
    return next((name for name in PREFERRED if name in accepted), None)


def decompress(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The plain pieces of an encoded stream, none much larger than a megabyte.

    Raises EngineError if the encoding is unknown, the stream is broken or ends too early.
    """
    if encoding in ("", "identity"):
        return iter(chunks)
    if encoding in ("gzip", "x-gzip"):
        return _inflate(chunks, GZIP_WINDOW)
    if encoding == "deflate":
        return _inflate(chunks, zlib.MAX_WBITS)
    if encoding == "lz4":
        return _lz4(chunks)
    if encoding == "zstd":
        return _zstd(chunks)
    raise refusal(NOT_IMPLEMENTED, f"Unknown Content-Encoding '{encoding[:20]}'")


def _broken(encoding: str) -> Exception:
    return refusal(CANNOT_DECOMPRESS, f"The body is not whole {encoding}")


def _inflate(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(window)
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if inflater.eof:
                    inflater = zlib.decompressobj(window)
                yield inflater.decompress(rest, PIECE_BYTES)
                rest = inflater.unconsumed_tail or inflater.unused_data
    except zlib.error as error:
        raise _broken("gzip or deflate") from error
    if not inflater.eof:
        raise _broken("gzip or deflate")


def _lz4(chunks: Iterable[bytes]) -> Iterator[bytes]:
    frame = lz4.frame.LZ4FrameDecompressor()
    try:
        for chunk in chunks:
            rest: bytes | None = chunk
            while rest or not (frame.needs_input or frame.eof):
                if frame.eof:
                    frame = lz4.frame.LZ4FrameDecompressor()
                yield frame.decompress(rest or b"", PIECE_BYTES)
                rest = frame.unused_data if frame.eof else None
    except RuntimeError as error:
        raise _broken("lz4") from error
    if not frame.eof:
        raise _broken("lz4")


def _zstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor()
    frame = decompressor.decompressobj()
    try:
        for chunk in chunks:
            for at in range(0, len(chunk), ZSTD_SLICE_BYTES):
                rest = chunk[at : at + ZSTD_SLICE_BYTES]
                while rest:
                    if frame.eof:
                        frame = decompressor.decompressobj()
                    yield frame.decompress(rest)
                    rest = frame.unused_data if frame.eof else b""
    except zstandard.ZstdError as error:
        raise _broken("zstd") from error
    if not frame.eof:
        raise _broken("zstd")
