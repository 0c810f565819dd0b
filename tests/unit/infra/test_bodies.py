"""Bodies: both lengths, every encoding, bounds, and spools that vanish."""

import gzip
import io
import os
import resource
import zlib
from contextlib import contextmanager

import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from infra.clickhouse import bodies, encodings
from infra.clickhouse.errors import EngineError

ENCODERS = {
    "lz4": lz4.frame.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
}


def chunked(pieces):
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5))
def test_chunks_are_read_to_their_end_and_no_further(pieces):
    stream = io.BytesIO(chunked(pieces) + b"next")

    assert b"".join(bodies.by_chunks(stream)) == b"".join(pieces)
    assert stream.read() == b"next"


@pytest.mark.parametrize("broken", [b"", b"5\r\nab", b"zz\r\n", b"-1\r\n", b"2\r\nabc\r\n0\r\n\r\n"])
def test_broken_chunks_are_an_error(broken):
    with pytest.raises(EngineError):
        list(bodies.by_chunks(io.BytesIO(broken)))


def test_a_body_shorter_than_its_length_is_an_error():
    with pytest.raises(EngineError, match="ended before its length"):
        list(bodies.by_length(io.BytesIO(b"abc"), 4))


@pytest.mark.parametrize("encoding", ENCODERS)
@given(content=st.binary(max_size=3000), size=st.integers(1, 500))
def test_every_encoding_is_read_however_it_is_cut(encoding, content, size):
    encoded = ENCODERS[encoding](content)
    pieces = [encoded[at : at + size] for at in range(0, len(encoded), size)]

    assert b"".join(encodings.decompress(pieces, encoding)) == content


@pytest.mark.parametrize("encoding", ["lz4", "zstd", "gzip", "deflate"])
def test_several_frames_are_one_body(encoding):
    encoded = ENCODERS[encoding](b"one ") + ENCODERS[encoding](b"two")

    assert b"".join(encodings.decompress([encoded], encoding)) == b"one two"


@pytest.mark.parametrize("encoding", ["lz4", "zstd", "gzip", "deflate"])
@pytest.mark.parametrize(
    "spoil", [lambda encoded: encoded[:-3], lambda encoded: b"no" + encoded, lambda _: b""]
)
def test_a_torn_or_foreign_body_is_an_error(encoding, spoil):
    with pytest.raises(EngineError) as refused:
        list(encodings.decompress([spoil(ENCODERS[encoding](os.urandom(2000)))], encoding))
    assert refused.value.code == 271


@pytest.mark.parametrize("encoding", ["lz4", "zstd", "gzip", "deflate"])
def test_a_small_body_that_unpacks_without_end_is_stopped(encoding):
    bomb = ENCODERS[encoding](bytes(200_000_000))
    size = 0

    def counted(pieces):
        nonlocal size
        for piece in pieces:
            size = max(size, len(piece))
            yield piece

    with pytest.raises(EngineError, match="may have"):
        list(bodies.bounded(counted(encodings.decompress([bomb], encoding)), 1_000_000))
    assert size <= 33_000_000


def test_an_unknown_encoding_is_refused_by_name():
    with pytest.raises(EngineError, match="'br'"):
        encodings.decompress([b"x"], "br")


@pytest.mark.parametrize("encoding", encodings.COMPRESSORS)
@given(st.lists(st.binary(max_size=100), max_size=5))
def test_what_we_compress_can_be_read(encoding, pieces):
    compressor = encodings.COMPRESSORS[encoding]()
    encoded = b"".join(map(compressor.compress, pieces)) + compressor.flush()

    assert b"".join(encodings.decompress([encoded], encoding)) == b"".join(pieces)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("lz4,zstd,gzip", "lz4"),
        ("gzip, deflate, br", "gzip"),
        ("br", None),
        ("", None),
        ("lz4;q=0, gzip;q=0.5", "gzip"),
        ("GZIP", "gzip"),
    ],
)
def test_the_cheapest_accepted_encoding_is_chosen(accepted, chosen):
    assert encodings.choose(accepted) == chosen


def test_the_head_of_a_body_is_in_memory_and_the_rest_follows():
    body = bodies.open_body(bytes([number]) * 100_000 for number in range(5))

    assert bodies.HEAD_BYTES <= len(body.head) < 5 * 100_000
    assert len(body.whole()) == 5 * 100_000


def test_sql_has_a_bound():
    with pytest.raises(EngineError, match="may have"):
        bodies.open_body([bytes(100_000)] * 100).whole()


@pytest.mark.parametrize("in_memory", [0, 1 << 20])
def test_a_spool_holds_all_bytes_and_leaves_nothing(tmp_path, in_memory):
    pieces = [os.urandom(1000) for _ in range(50)]
    before = set(os.listdir("/proc/self/fd"))

    with bodies.spooled(pieces, tmp_path / "spool", in_memory) as path, open(path, "rb") as spool:
        assert spool.read() == b"".join(pieces)

    assert set(os.listdir("/proc/self/fd")) == before
    assert not list(tmp_path.glob("spool/*"))


def test_a_spool_that_fails_halfway_leaves_nothing(tmp_path):
    def torn():
        yield b"first"
        raise EngineError(117, "the connection broke")

    with pytest.raises(EngineError, match="broke"), bodies.spooled(torn(), tmp_path / "spool", 0):
        pass
    assert not list(tmp_path.glob("spool/*"))


@contextmanager
def little_room():
    """No file may grow beyond 1000 bytes; not for longer than needed, for a report may go to a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_too_little_room_is_told_with_clickhouses_code(tmp_path):
    with (
        little_room(),
        pytest.raises(EngineError, match="cannot be set down") as refused,
        bodies.spooled([bytes(2000)], tmp_path / "spool"),
    ):
        pass
    assert refused.value.code == 243
