"""The checksum of ClickHouse's blocks, against values of its C++ reference, one for each of its paths."""

import pytest

from infra.clickhouse.cityhash import city_hash_128


@pytest.mark.parametrize(
    ("size", "low", "high"),
    [
        (0, 0x3DF09DFC64C09A2B, 0x3CB540C392E51E29),
        (3, 0x10DC1926B0850AC2, 0x80C20DAD5CDD0E6F),
        (7, 0xAA38DB290CCB2B16, 0x684A34C21A5257DA),
        (12, 0x182760380E12873F, 0x89A96C2B71930CC2),
        (16, 0x17CEADE677C2F945, 0x579ED60675C8FEDC),
        (40, 0x20193667F8A2DCAB, 0x28697471AC11EDF3),
        (130, 0xCB4FA0579B3A7E84, 0x9BB6A34B1A6F4AF9),
        (200, 0x275774699E23B6FD, 0x5682EF01EBE7289C),
    ],
)
def test_the_hash_equals_the_reference(size, low, high):
    assert city_hash_128(bytes(number % 251 for number in range(size))) == (low, high)
