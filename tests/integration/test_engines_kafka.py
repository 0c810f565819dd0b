"""The embedded broker: what is sent stays, through restarts and kills; topics are made once."""

import socket

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.structs import TopicPartition
from stack import broker_place, jar_cache, running_broker, scratch_folder
from workers import wait_until

from infra import processes
from infra.kafka import broker, jars
from infra.kafka.topics import ensure_topics

pytestmark = pytest.mark.stack

WAIT_MILLISECONDS = 20_000


@pytest.fixture
def admin(kafka):
    client = KafkaAdminClient(bootstrap_servers=kafka)
    yield client
    client.close()


def send(bootstrap, topic, values):
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", compression_type="lz4")
    sent = [producer.send(topic, value) for value in values]
    receipts = [each.get(timeout=20) for each in sent]
    producer.close()
    return receipts


def read(bootstrap, topic, count):
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, consumer_timeout_ms=WAIT_MILLISECONDS)
    consumer.assign([TopicPartition(topic, 0)])
    consumer.seek_to_beginning()
    values = [next(consumer).value for _ in range(count)]
    consumer.close()
    return values


def retention_of(admin, topic):
    settings = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return settings["topic"][topic]["retention.ms"]["value"]


def test_a_topic_is_created_with_its_partitions_and_settings(admin):
    ensure_topics(admin, [("made.with.settings", 3, {"cleanup.policy": "compact"})])

    described = admin.describe_topics(["made.with.settings"])[0]
    settings = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, "made.with.settings")])
    assert len(described["partitions"]) == 3
    assert settings["topic"]["made.with.settings"]["cleanup.policy"]["value"] == "compact"


def test_creating_topics_again_changes_nothing_and_says_so(admin):
    topics = [("made.twice", 2, {"retention.ms": "60000"})]

    assert ensure_topics(admin, topics).created == ("made.twice",)
    assert ensure_topics(admin, topics).created == ()


def test_an_existing_topic_keeps_its_partitions_because_keys_live_in_them(admin):
    ensure_topics(admin, [("partitioned", 2, {})])

    assert ensure_topics(admin, [("partitioned", 5, {})]).other_partitions == {"partitioned": 2}


def test_an_existing_topic_gets_the_settings_asked_for(admin):
    ensure_topics(admin, [("resettled", 1, {"retention.ms": "1000"})])
    ensure_topics(admin, [("resettled", 1, {"retention.ms": "2000"})])

    wait_until(lambda: retention_of(admin, "resettled") == "2000", "the new settings in the answer")


def test_the_broker_stamps_messages_with_its_own_time(kafka, admin):
    ensure_topics(admin, [("stamped", 1, {})])
    producer = KafkaProducer(bootstrap_servers=kafka)
    receipt = producer.send("stamped", b"x", timestamp_ms=1_000).get(timeout=20)
    producer.close()

    assert receipt.timestamp > 1_700_000_000_000


def test_what_was_acknowledged_survives_a_kill_and_a_restart():
    with scratch_folder() as folder:
        place = broker_place(folder)
        with running_broker(place) as process:
            admin = KafkaAdminClient(bootstrap_servers=place.bootstrap)
            ensure_topics(admin, [("kept", 1, {})])
            admin.close()
            send(place.bootstrap, "kept", [b"one", b"two"])
            process.handle.kill()
            process.handle.wait()
        with running_broker(place):
            assert read(place.bootstrap, "kept", 2) == [b"one", b"two"]


def test_a_port_in_use_is_named_before_anything_is_written():
    with scratch_folder() as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        place = broker.BrokerPlace(folder / "kafka", folder / "logs", port, processes.free_ports(1)[0])

        with pytest.raises(processes.PortInUseError, match=rf"^port {port} \(Kafka\) is in use"):
            broker.start(place, jars.resolve_jars(jar_cache(), print))
        assert not place.data.exists()
