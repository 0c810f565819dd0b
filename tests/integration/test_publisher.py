"""Publishing to a real broker: everything arrives once, in order, at its key's place; failures are told."""

import asyncio
import gzip
import io
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from aiokafka.errors import KafkaConnectionError
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
from pydantic import ValidationError
from rich.console import Console

from infra.bulk import publish_all
from infra.first_journeys import load_once
from infra.kafka.topics import ensure_topics
from infra.publish_file import publish_file
from infra.publisher import DeliveryError, Publisher
from infra.simulation import Plan, running, simulate
from schemas.envelope import Event
from schemas.names import Topic
from schemas.settings import Settings

pytestmark = pytest.mark.stack
PARTITIONS = 4
NOW = "2026-03-01T09:30:00Z"


@pytest.fixture
def settings(kafka: str, tmp_path: Path) -> Settings:
    """Settings of an installation of its own on the shared broker."""
    own = Settings(
        kafka_bootstrap=kafka, topic_prefix=f"t{uuid4().hex[:8]}.", data_folder=tmp_path, log_folder=tmp_path
    )
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    try:
        ensure_topics(admin, [(own.topic(Topic.TOUCHPOINTS), PARTITIONS, {})])
    finally:
        admin.close()
    return own


def topic_of(settings: Settings) -> str:
    return settings.topic(Topic.TOUCHPOINTS)


def records_of(settings: Settings) -> Iterator[tuple[int, bytes, bytes]]:
    """Give partition, key and value of everything in the topic, in order."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka_bootstrap)
    try:
        partitions = [TopicPartition(topic_of(settings), number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning(*partitions)
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for partition, records in consumer.poll(timeout_ms=1000).items():
                for record in records:
                    yield partition.partition, record.key, record.value
    finally:
        consumer.close()


def late(number: int, customer: str = "c-1") -> Event:
    return Event.touchpoint(
        "delivery.late",
        id=str(number),
        source="/parcels",
        customer=customer,
        time=NOW,
        facts={"days_late": 2},
    )


def small_plan(touchpoints: int = 3_000) -> Plan:
    return Plan(200, touchpoints, 5, datetime(2026, 1, 1, tzinfo=UTC), 30, ("ecommerce", "bank"))


def test_events_arrive_once_and_in_order_for_each_customer(settings: Settings) -> None:
    with Publisher({"bootstrap_servers": settings.kafka_bootstrap}, topic_of(settings)) as publisher:
        for number in range(500):
            publisher.send(late(number, f"c-{number % 7}"))
    found = [(key.decode(), int(orjson.loads(value)["id"])) for _, key, value in records_of(settings)]
    assert sorted(number for _, number in found) == list(range(500))
    for customer in {key for key, _ in found}:
        numbers = [number for key, number in found if key == customer]
        assert numbers == sorted(numbers)


def test_plain_values_arrive_as_the_event_of_them_does_and_wrong_ones_are_not_sent(
    settings: Settings,
) -> None:
    about = {"source": "/parcels", "customer": "c-1", "time": "2026-03-01T09:30:00Z"}
    name, facts = "touchpoint.delivery.late.v1", {"days_late": 2}
    with Publisher({"bootstrap_servers": settings.kafka_bootstrap}, topic_of(settings)) as publisher:
        publisher.tell(name, id="1", data={"facts": facts}, **about)
        publisher.send(Event.of(name, id="1", data={"facts": facts}, **about))
        with pytest.raises(ValidationError, match="days_late"):
            publisher.tell(name, id="2", data={"facts": {"days_late": "two"}}, **about)
    (place, key, value), (other_place, other_key, other_value) = records_of(settings)
    assert (place, key, orjson.loads(value)) == (other_place, other_key, orjson.loads(other_value))


def test_an_event_that_is_too_large_is_told_and_the_others_arrive(settings: Settings) -> None:
    publisher = Publisher({"bootstrap_servers": settings.kafka_bootstrap}, topic_of(settings))
    publisher.send(late(1))
    publisher.send_bytes(b"c-1", b"x" * 3_000_000, name="/parcels|huge")
    publisher.send(late(2))
    with pytest.raises(
        DeliveryError, match=r"1 events did not arrive; the first is /parcels\|huge"
    ) as caught:
        publisher.close()
    assert caught.value.count == 1
    assert [orjson.loads(value)["id"] for _, _, value in records_of(settings)] == ["1", "2"]


def test_the_bulk_publisher_puts_keys_where_the_other_publisher_does(settings: Settings) -> None:
    blocks = list(simulate(small_plan()))
    sent = asyncio.run(
        publish_all(blocks, {"bootstrap_servers": settings.kafka_bootstrap}, topic_of(settings))
    )
    keys = {key for block in blocks for key in block.keys}
    placed = {key: partition for partition, key, _ in records_of(settings)}
    assert set(placed) == keys
    with Publisher({"bootstrap_servers": settings.kafka_bootstrap}, topic_of(settings)) as publisher:
        for key in keys:
            publisher.send_bytes(key, b"{}")
    everything = list(records_of(settings))
    assert len(everything) == sent + len(keys)
    assert all(placed[key] == partition for partition, key, _ in everything)


def test_a_plan_in_two_processes_arrives_whole_and_in_order_of_time_for_each_customer(
    settings: Settings,
) -> None:
    plan = Plan(2_000, 200_000, 5, datetime(2026, 1, 1, tzinfo=UTC), 10, ("telecom",))
    told: list[int] = []
    sent = running.publish(plan, settings, jobs=2, progress=told.append)
    last: dict[bytes, str] = {}
    ids = set()
    touchpoints = 0
    for _, key, value in records_of(settings):
        event = orjson.loads(value)
        assert event["time"] >= last.get(key, "")
        last[key] = event["time"]
        ids.add((event["source"], event["id"]))
        touchpoints += event["type"].startswith("touchpoint.")
    assert touchpoints == 200_000
    assert len(ids) == sent == sum(told)


def test_a_rate_is_kept(settings: Settings) -> None:
    blocks = list(simulate(small_plan(300)))
    connection = {"bootstrap_servers": settings.kafka_bootstrap}
    started = datetime.now(UTC)
    sent = asyncio.run(publish_all(blocks, connection, topic_of(settings), rate=1_000))
    assert (datetime.now(UTC) - started).total_seconds() >= sent / 1_000


def test_where_no_broker_is_sending_says_so(settings: Settings) -> None:
    nowhere = {"bootstrap_servers": "127.0.0.1:1"}
    with pytest.raises(KafkaConnectionError):
        asyncio.run(publish_all([], nowhere, topic_of(settings)))


def test_where_a_part_of_a_plan_cannot_be_sent_the_whole_says_so(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"kafka_bootstrap": "127.0.0.1:1"})
    with pytest.raises(KafkaConnectionError):
        running.publish(small_plan(), nowhere, jobs=2)


def test_what_did_not_arrive_can_be_told_by_another_process() -> None:
    told = pickle.loads(pickle.dumps(DeliveryError([("/parcels|7", "gone")], 3)))
    assert (str(told), told.count) == ("3 events did not arrive; the first is /parcels|7: gone", 3)


def test_a_file_is_published_and_its_wrong_lines_are_told(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson.gz"
    lines = [late(number).to_json() for number in range(50)]
    lines.insert(7, b'{"specversion": "1.0", "subject": "secret-name"}')
    file.write_bytes(gzip.compress(b"\n".join(lines)))
    out = io.StringIO()
    summary = publish_file(str(file), settings, console=Console(file=out, width=200))
    assert (summary.rows, summary.published, summary.wrong) == (51, 50, 1)
    assert "line 8: id: Field required" in out.getvalue()
    assert "51 rows: 50 events published, 1 wrong" in out.getvalue()
    assert "secret-name" not in out.getvalue()
    assert len(list(records_of(settings))) == 50


def test_the_first_journeys_are_published_once(settings: Settings) -> None:
    assert "events of 2,500 invented customers published" in load_once(settings)
    before = len(list(records_of(settings)))
    assert load_once(settings) == "not needed, there are touchpoints already"
    assert len(list(records_of(settings))) == before > 40_000
