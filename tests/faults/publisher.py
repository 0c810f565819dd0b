"""Publishes a load and keeps the list of what the broker acknowledged."""

import threading
import time
from collections.abc import Sequence

from kafka import KafkaProducer

from .checker.ledger import Delivery, Fate, Ledger, Publication

GIVE_UP_SECONDS = 1_800
"""Longer than any broker is kept away."""
CODECS = ("lz4", "gzip", "snappy", "zstd", None)
MOST_BYTES = 1 << 25
"""Of a record before it is compressed."""


class Publisher:
    """Publishes records in their order, in a thread of its own; idempotent, acknowledged by all replicas."""

    def __init__(self, bootstrap: str, topic: str, records: Sequence[Publication], a_second: float) -> None:
        self.ledger = Ledger(topic)
        self._bootstrap, self._records, self._a_second = bootstrap, records, a_second
        self._stopping = threading.Event()
        self._began = False
        self._thread = threading.Thread(target=self._publish, name=f"publisher of {topic}", daemon=True)

    def __len__(self) -> int:
        return len(self._records)

    def start(self) -> None:
        """Begin publishing, if it has not begun."""
        if not self._began:
            self._began = True
            self._thread.start()

    def is_done(self) -> bool:
        """Has the broker answered for every record?"""
        return self._began and not self._thread.is_alive()

    def wait(self) -> None:
        """Wait until the broker has answered for every record."""
        self._thread.join(GIVE_UP_SECONDS)

    def stop(self) -> None:
        """Publish no more, and wait for the end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(GIVE_UP_SECONDS)

    def _publish(self) -> None:
        mutated = any(record.fate is Fate.MUTANT for record in self._records)
        producers: list[KafkaProducer] = []
        try:
            producers += [self._producer(codec) for codec in (CODECS if mutated else CODECS[:1])]
            self._send_all(producers)
        except Exception as error:
            self.ledger.failures.append(repr(error))
        finally:
            for producer in producers:
                producer.close(timeout=GIVE_UP_SECONDS)

    def _producer(self, codec: str | None) -> KafkaProducer:
        return KafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            compression_type=codec,
            linger_ms=20,
            max_request_size=MOST_BYTES,
            delivery_timeout_ms=GIVE_UP_SECONDS * 1000,
            max_block_ms=GIVE_UP_SECONDS * 1000,
        )

    def _send_all(self, producers: Sequence[KafkaProducer]) -> None:
        began = time.monotonic()
        for number, record in enumerate(self._records):
            if self._a_second:
                due = began + number / self._a_second
                self._stopping.wait(max(0.0, due - time.monotonic()))
            if self._stopping.is_set():
                break
            is_huge = len(record.value or b"") > 1 << 20  # the broker takes it only if it is compressed well
            producer = producers[0 if is_huge else number % len(producers)]
            headers = [(name, content or b"") for name, content in record.headers]
            future = producer.send(self.ledger.topic, key=record.key, value=record.value, headers=headers)
            future.add_callback(self._acknowledged, record)
            future.add_errback(self._failed)
        for producer in producers:
            producer.flush()

    def _acknowledged(self, record: Publication, metadata: object) -> None:
        self.ledger.deliveries.append(Delivery(metadata.partition, metadata.offset, record))  # type: ignore[attr-defined]

    def _failed(self, error: BaseException) -> None:
        self.ledger.failures.append(repr(error))
