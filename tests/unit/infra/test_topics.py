"""Topics of a cluster: what is asked of its brokers."""

from typing import Any

from infra.kafka.topics import ensure_topics


class Brokers:
    """Keeps with what a topic is made."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Any]] = {}

    def describe_topics(self) -> list[dict[str, Any]]:
        return []

    def create_topics(self, topics: dict[str, dict[str, Any]]) -> None:
        self.made |= topics

    def wait_for_topics(self, names: list[str]) -> None:
        pass


def test_the_brokers_say_how_many_copies_a_new_topic_has():
    brokers = Brokers()

    ensure_topics(brokers, [("made", 3, {})])

    assert brokers.made["made"].get("replication_factor") == -1
