"""Publishes a load and keeps the list of what the broker acknowledged."""

import threading
import time
from collections.abc import Sequence

from kafka import KafkaProducer
from kafka.errors import KafkaError

from .checker.ledger import Delivery, Ledger, Publication

GIVE_UP_SECONDS = 300


class Publisher:
    """Publishes records in their order, in a thread of its own; idempotent, acknowledged by all replicas."""

    def __init__(self, bootstrap: str, topic: str, records: Sequence[Publication], a_second: float) -> None:
        self.ledger = Ledger(topic)
        self._bootstrap, self._records, self._a_second = bootstrap, records, a_second
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._publish, name=f"publisher of {topic}", daemon=True)

    def __len__(self) -> int:
        return len(self._records)

    def start(self) -> None:
        """Begin publishing."""
        self._thread.start()

    def is_done(self) -> bool:
        """Has the broker answered for every record?"""
        return not self._thread.is_alive()

    def wait(self) -> None:
        """Wait until the broker has answered for every record."""
        self._thread.join(GIVE_UP_SECONDS)

    def stop(self) -> None:
        """Publish no more, and wait for the end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(GIVE_UP_SECONDS)

    def _publish(self) -> None:
        try:
            producer = KafkaProducer(
                bootstrap_servers=self._bootstrap,
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                linger_ms=20,
                delivery_timeout_ms=GIVE_UP_SECONDS * 1000,
                max_block_ms=GIVE_UP_SECONDS * 1000,
            )
        except KafkaError as error:
            self.ledger.failures.append(repr(error))
            return
        try:
            self._send_all(producer)
        finally:
            producer.close(timeout=GIVE_UP_SECONDS)

    def _send_all(self, producer: KafkaProducer) -> None:
        began = time.monotonic()
        for number, record in enumerate(self._records):
            if self._a_second:
                due = began + number / self._a_second
                self._stopping.wait(max(0.0, due - time.monotonic()))
            if self._stopping.is_set():
                break
            future = producer.send(self.ledger.topic, key=record.key, value=record.value)
            future.add_callback(self._acknowledged, record)
            future.add_errback(self._failed)
        producer.flush()

    def _acknowledged(self, record: Publication, metadata: object) -> None:
        self.ledger.deliveries.append(Delivery(metadata.partition, metadata.offset, record))  # type: ignore[attr-defined]

    def _failed(self, error: BaseException) -> None:
        self.ledger.failures.append(repr(error))
