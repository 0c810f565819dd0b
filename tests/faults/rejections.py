"""The way back of what was rejected: published by `vincle rejected --replay`, and noted in the ledger."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from kafka import KafkaConsumer, TopicPartition

from infra.rejections import replay
from schemas.settings import Settings
from streams.connections import kafka_options

from .checker.ledger import Delivery, Fate, Ledger, Publication
from .odd_workers import REFUSED
from .rows.row import Blow


class Rejections:
    """What workers rejected; some of it wrongly, if they were too strict."""

    def __init__(self, settings: Settings, ledger: Callable[[], Ledger]) -> None:
        self._settings, self._ledger = settings, ledger
        self._again = False

    def strike(self, blow: Blow) -> None:
        """Publish all of it again, and note where it lies."""
        assert blow is Blow.REPLAY
        ledger = self._ledger()
        known = {(one.publication.key, one.publication.value): one.publication for one in ledger.deliveries}
        if not self._again:
            self._again = True
            ledger.deliveries[:] = map(_as_refused, ledger.deliveries)
        ends = ledger.ends()
        replay(self._settings, None)
        ledger.deliveries += _since(self._settings, ledger.topic, ends, known)


def _as_refused(delivery: Delivery) -> Delivery:
    """Return a delivery as a worker that is too strict took it."""
    told = delivery.publication
    if told.fate is not Fate.TOUCHPOINT or told.event["type"] != REFUSED:
        return delivery
    refused = dataclasses.replace(told, fate=Fate.REJECTED, reason="data")
    return dataclasses.replace(delivery, publication=refused)


def _since(
    settings: Settings,
    topic: str,
    ends: dict[int, int],
    known: dict[tuple[bytes | None, bytes | None], Publication],
) -> Iterator[Delivery]:
    """Yield what lies in a topic from some offsets on."""
    consumer = KafkaConsumer(**kafka_options(settings))
    try:
        places = {TopicPartition(topic, partition): end for partition, end in ends.items()}
        consumer.assign(list(places))
        for place, end in places.items():
            consumer.seek(place, end)
        last = consumer.end_offsets(list(places))
        while any(consumer.position(place) < end for place, end in last.items()):
            for records in consumer.poll(timeout_ms=500).values():
                yield from _deliveries(records, known)
    finally:
        consumer.close()


def _deliveries(
    records: Iterable[object], known: dict[tuple[bytes | None, bytes | None], Publication]
) -> Iterator[Delivery]:
    for record in records:
        key, value = record.key, record.value  # type: ignore[attr-defined]
        yield Delivery(record.partition, record.offset, known[key, value])  # type: ignore[attr-defined]
