"""Events of one customer meet in one partition, whichever client publishes them."""

from aiokafka.partitioner import DefaultPartitioner as AiokafkasPartitioner
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2

from schemas.partitions import partition_of

KEYS = st.binary(max_size=40)
COUNTS = st.integers(1, 64)


@given(KEYS, COUNTS)
def test_a_key_belongs_where_the_clients_of_kafka_put_it(key: bytes, count: int) -> None:
    assert partition_of(key, count) == AiokafkasPartitioner()(key, range(count), range(count))
    assert partition_of(key, count) == (murmur2(key) & 0x7FFFFFFF) % count


def test_a_key_belongs_where_kafkas_own_producer_puts_it() -> None:
    """The hashes are of Kafka's own test of its producer."""
    hashes = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
    for key, hashed in hashes.items():
        assert partition_of(key, 1 << 31) == hashed & 0x7FFFFFFF


def test_no_key_belongs_somewhere_too() -> None:
    assert partition_of(None, 8) == partition_of(b"", 8)
