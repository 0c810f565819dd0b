"""Fills the topic of links again where it was lost: a database that is kept beside a new Kafka."""

from collections.abc import Iterator

from kafka import KafkaProducer

from infra.kafka.topics import was_written
from schemas.names import DatabaseUser, Table, Topic
from schemas.settings import Settings
from streams.connections import connect, kafka_options
from streams.sinks.links import pair_message
from streams.sinks.vault import vault_of

PAIRS = f"SELECT DISTINCT least(person_id, other_id), greatest(person_id, other_id) FROM {Table.LINKS}"


def refill_links(settings: Settings) -> Iterator[str]:
    """Publish every pair of names that was ever named together, if the topic of links holds nothing.

    Undone links too, and those of erased names: who was ever linked is never again derived as if alone, and
    circles never shrink. Publishing a pair twice changes nothing. Raises KafkaError, ClickHouse's Error, or
    FileNotFoundError without a master key.
    """
    topic = settings.topic(Topic.LINKS)
    with connect(settings, DatabaseUser.ADMIN) as client:
        pairs = {*client.query(PAIRS).result_rows, *vault_of(settings).pairs()}
    if not pairs or was_written(kafka_options(settings), topic):
        return
    producer = KafkaProducer(**kafka_options(settings), acks="all")
    try:
        sent = [producer.send(topic, key=pair_message(pair), value=pair_message(pair)) for pair in pairs]
        producer.flush()
        for each in sent:
            each.get()
    finally:
        producer.close()
    yield f"published {len(pairs):,} pairs of linked names again"
