"""The partition of a key: what a customer's events have in common, whichever program publishes them.

Kafka's own producer hashes so by default, and kafka-python and aiokafka after it. It is written out here, for
publishers and workers have neither the same client nor each other's modules.
Source: Austin Appleby, MurmurHash2 (public domain), with the seed and the sign bit as Apache Kafka has them.
"""

import struct

SEED = 0x9747B28C
MIX = 0x5BD1E995
BITS = 0xFFFFFFFF
POSITIVE = 0x7FFFFFFF


def partition_of(key: bytes | None, count: int) -> int:
    """Return which of so many partitions a key belongs to; no key is as an empty one."""
    return (_murmur2(key or b"") & POSITIVE) % count


def _murmur2(data: bytes) -> int:
    mixed = SEED ^ len(data)
    whole = len(data) & ~3
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        word = word * MIX & BITS
        mixed = (mixed * MIX & BITS) ^ ((word ^ word >> 24) * MIX & BITS)
    if rest := data[whole:]:
        mixed = (mixed ^ int.from_bytes(rest, "little")) * MIX & BITS
    mixed = (mixed ^ mixed >> 13) * MIX & BITS
    return mixed ^ mixed >> 15
