"""ClickHouse's own compression of answers (`compress=1`), which its JDBC driver and so most BI tools ask for.

A block: CityHash128 of what follows (16 bytes), method (LZ4), size with this header of 9 bytes, plain size.
"""

import struct

import lz4.block

from infra.clickhouse.cityhash import city_hash_128

LZ4 = 0x82
PLAIN_BYTES = 1 << 20
HEADER = struct.Struct("<BII")
CHECKSUM = struct.Struct("<QQ")


class BlockCompressor:
    """Makes blocks of at most a megabyte, with the interface of zlib's compressors."""

    def compress(self, data: bytes | memoryview) -> bytes:
        return b"".join(_block(data[at : at + PLAIN_BYTES]) for at in range(0, len(data), PLAIN_BYTES))

    def flush(self) -> bytes:
        return b""


def _block(plain: bytes | memoryview) -> bytes:
    packed = bytes(lz4.block.compress(bytes(plain), store_size=False))
    body = HEADER.pack(LZ4, len(packed) + HEADER.size, len(plain)) + packed
    return CHECKSUM.pack(*city_hash_128(body)) + body
