"""Topics of a cluster: what is asked of its brokers."""

from infra.kafka.topics import described


def test_the_brokers_say_how_many_copies_a_new_topic_has():
    assert described(3, {}).get("replication_factor") == -1
