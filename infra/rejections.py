"""`vincle rejected`: what could not be read, and the way back after a fix.

Replaying publishes the original bytes again, as long as they are kept. What is right by now is journaled
once, however often it is replayed; what is still wrong is rejected again.
"""

from typing import NamedTuple

from kafka import KafkaProducer
from rich.table import Table as Printed

from schemas.names import Table, Topic, View
from schemas.settings import Settings
from streams.connections import connect, kafka_options
from streams.refusals import headers_of
from streams.sealing import opened_rows
from streams.sinks.door import door_of

ANSWER_SECONDS = 30.0


def rejected(settings: Settings) -> Printed:
    """Return what was rejected, by reason, field and publisher."""
    table = Printed("reason", "field", "publisher", "type", "events", "last", box=None)
    query = (
        "SELECT reason, field, source, type, count(), max(received_at) "
        f"FROM {View.REJECTED} GROUP BY ALL ORDER BY count() DESC"
    )
    with connect(settings) as client:
        for *words, count, last in client.query(query).result_rows:
            table.add_row(*words, f"{count:,}", f"{last:%Y-%m-%d %H:%M}")
    return table


def replay(settings: Settings, reason: str | None) -> int:
    """Publish rejected events again, of one reason or all, and return how many.

    Raises kafka.errors.KafkaError if the broker does not take one.
    """
    topic = settings.topic(Topic.TOUCHPOINTS)
    producer = KafkaProducer(**kafka_options(settings), acks="all")
    try:
        sent = [
            producer.send(topic, key=one.key or None, value=one.value, headers=list(headers_of(one.headers)))
            for one in kept(settings, reason)
        ]
        for each in sent:
            each.get(ANSWER_SECONDS)
    finally:
        producer.close()
    return len(sent)


class Kept(NamedTuple):
    """A rejected record as it came."""

    key: bytes
    headers: str
    value: bytes


def kept(settings: Settings, reason: str | None) -> list[Kept]:
    """Return the bytes of rejected events, of one reason or all, by partition and offset."""
    query = (
        f"SELECT key, headers, value FROM {Table.REJECTED} FINAL "
        "WHERE value != '' AND ({reason:String} = '' OR reason = {reason:String}) "
        "ORDER BY kafka_partition, kafka_offset"
    )
    with connect(settings) as client:
        formats = {"key": "bytes", "value": "bytes"}
        rows = client.query(query, {"reason": reason or ""}, column_formats=formats).result_rows
    opened = opened_rows(rows, Kept._fields, Kept._fields, door_of(settings).known)
    return [Kept(*row) for row in opened]
