"""Topics of a cluster: what is asked of its brokers."""

from infra.kafka.topics import described
from infra.setup import DAY_MS, topic_settings
from schemas.names import Topic


def test_the_brokers_say_how_many_copies_a_new_topic_has():
    assert described(3, {}).get("replication_factor") == -1


def test_no_topic_but_that_of_links_is_compacted_for_then_nothing_gets_old_enough_to_be_deleted():
    settings = topic_settings(30)
    assert settings.keys() == set(Topic)
    for topic in set(Topic) - {Topic.LINKS}:
        assert settings[topic]["cleanup.policy"] == "delete", "said, for a topic made before keeps its own"
        assert int(settings[topic]["retention.ms"]) <= 30 * DAY_MS
    assert settings[Topic.LINKS]["cleanup.policy"] == "compact"
