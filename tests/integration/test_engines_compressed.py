"""What the embedded engine is sent and answers may be compressed, in the ways that ClickHouse knows."""

import gzip

import lz4.block
import lz4.frame
import pytest
import zstandard
from asking import connect

from infra.clickhouse.blocks import CHECKSUM, HEADER
from infra.clickhouse.cityhash import city_hash_128

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", False])
def test_clients_may_compress_both_ways(clickhouse, compress):
    with connect(clickhouse, compress=compress) as client:
        client.command("CREATE OR REPLACE TABLE packed (a UInt64, b String) ENGINE = Memory")
        client.insert("packed", [[number, str(number) * 10] for number in range(20_000)])

        assert client.query("SELECT * FROM packed").row_count == 20_000
        assert client.command("SELECT sum(a) FROM packed") == sum(range(20_000))


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("lz4", lz4.frame.compress), ("zstd", zstandard.ZstdCompressor().compress)],
)
def test_a_plain_request_may_be_compressed_and_its_answer_too(ask, encoding, encode):
    headers = {"Content-Encoding": encoding, "Accept-Encoding": "gzip"}
    status, answered, body = ask(
        "POST", body=encode(b"SELECT number FROM numbers(10000)"), headers=headers, enable_http_compression=1
    )

    assert status == 200
    assert answered["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).split() == [str(number).encode() for number in range(10_000)]


def test_bi_tools_get_clickhouses_own_compressed_blocks(ask):
    body = ask(query="SELECT number FROM numbers(300000)", compress=1)[2]
    plain = b""
    while body:
        checksum, (method, size, plain_size) = CHECKSUM.unpack_from(body), HEADER.unpack_from(body, 16)
        block, body = body[16 : 16 + size], body[16 + size :]
        assert (method, checksum) == (0x82, city_hash_128(block))
        plain += lz4.block.decompress(block[9:], uncompressed_size=plain_size)

    assert plain.split() == [str(number).encode() for number in range(300_000)]


def test_compressed_blocks_from_a_client_are_refused_clearly(ask):
    status, _, body = ask("POST", query="INSERT INTO t FORMAT CSV", body=b"x", decompress=1)

    assert status == 501
    assert b"Content-Encoding" in body
