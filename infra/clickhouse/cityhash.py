"""CityHash128 of version 1.0.2, the checksum that ClickHouse puts before each compressed block.

Written from the published algorithm (Pike and Alakuijala, Google, 2011); later versions give other values.
Plain Python: some megabytes a second, enough for the blocks of a BI tool, whose answers are small.
"""

import struct

MASK = 0xFFFFFFFFFFFFFFFF
K0, K1, K2, K3 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F, 0xC949D7C7509E6557
MULTIPLIER = 0x9DDFEA08EB382D69
ROUND_BYTES, ROUND_WORDS = 64, struct.Struct("<8Q")
WORD, HALF, PAIR, FOUR = struct.Struct("<Q"), struct.Struct("<I"), struct.Struct("<2Q"), struct.Struct("<4Q")

Two = tuple[int, int]


def city_hash_128(data: bytes) -> Two:
    """The low and the high 64 bits of the hash."""
    size = len(data)
    if size >= 16:
        low, high = PAIR.unpack_from(data)
        return _seeded(data[16:], low ^ K3, high)
    if size >= 8:
        low, high = _word(data, 0), _word(data, size - 8)
        return _seeded(b"", low ^ (size * K0 & MASK), high ^ K1)
    return _seeded(data, K0, K1)


def _word(data: bytes, at: int) -> int:
    return int(WORD.unpack_from(data, at)[0])


def _rotated(value: int, by: int) -> int:
    return (value >> by | value << (64 - by)) & MASK


def _mixed(value: int) -> int:
    return value ^ value >> 47


def _joined(low: int, high: int) -> int:
    first = _mixed((low ^ high) * MULTIPLIER & MASK)
    return _mixed((high ^ first) * MULTIPLIER & MASK) * MULTIPLIER & MASK


def _short(data: bytes) -> int:
    """The hash of at most 16 bytes."""
    size = len(data)
    if size > 8:
        low, high = _word(data, 0), _word(data, size - 8)
        return _joined(low, _rotated(high + size & MASK, size)) ^ high
    if size >= 4:
        low, high = HALF.unpack_from(data)[0], HALF.unpack_from(data, size - 4)[0]
        return _joined(size + (low << 3) & MASK, high)
    if size > 0:
        left = data[0] + (data[size >> 1] << 8)
        right = size + (data[-1] << 2)
        return _mixed((left * K2 ^ right * K3) & MASK) * K2 & MASK
    return K2


def _seeded(data: bytes, low: int, high: int) -> Two:
    return _murmur(data, low, high) if len(data) < 2 * ROUND_BYTES else _long(data, low, high)


def _murmur(data: bytes, a: int, b: int) -> Two:
    """The hash of less than 128 bytes."""
    size = len(data)
    if size <= 16:
        a = _mixed(a * K1 & MASK) * K1 & MASK
        c = b * K1 + _short(data) & MASK
        d = _mixed(a + (_word(data, 0) if size >= 8 else c) & MASK)
    else:
        c = _joined(_word(data, size - 8) + K1 & MASK, a)
        d = _joined(b + size & MASK, c + _word(data, size - 16) & MASK)
        a = a + d & MASK
        for at in range(0, size - 16, 16):
            low, high = PAIR.unpack_from(data, at)
            a = (a ^ _mixed(low * K1 & MASK) * K1) * K1 & MASK
            b ^= a
            c = (c ^ _mixed(high * K1 & MASK) * K1) * K1 & MASK
            d ^= c
    a, b = _joined(a, c), _joined(d, b)
    return a ^ b, _joined(b, a)


def _weak(words: tuple[int, ...], a: int, b: int) -> Two:
    w, x, y, z = words
    a = a + w & MASK
    b = _rotated(b + a + z & MASK, 21)
    total = a + x + y & MASK
    return total + z & MASK, b + _rotated(total, 44) + a & MASK


def _long(data: bytes, x: int, y: int) -> Two:
    """The hash of 128 bytes and more: rounds of 64 bytes, then the tail by 32 from its end."""
    size = len(data)
    z = size * K1 & MASK
    v1 = _rotated(y ^ K1, 49) * K1 + _word(data, 0) & MASK
    v2 = _rotated(v1, 42) * K1 + _word(data, 8) & MASK
    w1 = _rotated(y + z & MASK, 35) * K1 + x & MASK
    w2 = _rotated(x + _word(data, 88) & MASK, 53) * K1 & MASK
    even = size // (2 * ROUND_BYTES) * 2 * ROUND_BYTES
    for words in ROUND_WORDS.iter_unpack(memoryview(data)[:even]):
        x = _rotated(x + y + v1 + words[2] & MASK, 37) * K1 & MASK ^ w2
        y = _rotated(y + v2 + words[6] & MASK, 42) * K1 & MASK ^ v1
        z = _rotated(z ^ w1, 33)
        v1, v2 = _weak(words[:4], v2 * K1 & MASK, x + w1 & MASK)
        w1, w2 = _weak(words[4:], z + w2 & MASK, y)
        x, z = z, x
    y = y + _rotated(w1, 37) * K0 + z & MASK
    x = x + _rotated(v1 + z & MASK, 49) * K0 & MASK
    for done in range(32, size - even + 32, 32):
        tail = FOUR.unpack_from(data, size - done)
        y = _rotated(y - x & MASK, 42) * K0 + v2 & MASK
        w1 = w1 + tail[2] & MASK
        x = _rotated(x, 49) * K0 + w1 & MASK
        w1 = w1 + v1 & MASK
        v1, v2 = _weak(tail, v1, v2)
    x, y = _joined(x, v1), _joined(y, w1)
    return _joined(x + v2 & MASK, w2) + y & MASK, _joined(x + w2 & MASK, y + v2 & MASK)
