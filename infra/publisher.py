"""A publisher of events, for any program that has touchpoints to tell.

    from infra.publisher import Publisher
    from schemas.envelope import Event

    with Publisher({"bootstrap_servers": "127.0.0.1:19092"}) as publisher:
        publisher.send(Event.touchpoint("delivery.late", id="7", source="/parcels", customer="c-1",
                                        time="2026-03-01T09:30:00Z", facts={"days_late": 2}))

A thin shell over kafka-python: idempotent, acknowledged by all replicas, compressed, keyed by customer.

    Exception
    └── DeliveryError   some events did not arrive; raised by flush, close and the end of `with`
"""

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from schemas.envelope import Event
from schemas.names import Topic

BATCH_BYTES = 256 * 1024
LINGER_MILLISECONDS = 20
BLOCKED_MILLISECONDS = 15_000
"""How long a send may wait for a broker and the topic."""
MOST_ON_THE_WAY = 20_000
"""Events that may be unacknowledged at a time; sending more waits."""
FAILURES_KEPT = 20


class DeliveryError(Exception):
    """Some events did not arrive. `failures` are the first ones, (event, reason); `count` is of all."""

    def __init__(self, failures: list[tuple[str, str]], count: int) -> None:
        event, reason = failures[0]
        super().__init__(f"{count} events did not arrive; the first is {event}: {reason}")
        self.failures = failures
        self.count = count


class Publisher:
    """Sends events to one topic. Use it as a context manager, or call close."""

    def __init__(
        self,
        connection: Mapping[str, Any],
        topic: str = Topic.TOUCHPOINTS,
        *,
        compression: str | None = "zstd",
    ) -> None:
        """Connect; `connection` is keyword arguments of kafka-python: bootstrap_servers, security.

        Raises kafka.errors.KafkaError if no broker answers.
        """
        self._topic = topic
        self._producer = KafkaProducer(
            **connection,
            enable_idempotence=True,
            acks="all",
            compression_type=compression,
            batch_size=BATCH_BYTES,
            linger_ms=LINGER_MILLISECONDS,
            max_block_ms=BLOCKED_MILLISECONDS,
            allow_auto_create_topics=False,
        )
        self._room = threading.BoundedSemaphore(MOST_ON_THE_WAY)
        self._lock = threading.Lock()
        self._failures: list[tuple[str, str]] = []
        self._failed = 0

    def send(self, event: Event) -> None:
        """Send an event; it is on its way when this returns, and there when flush returns."""
        self.send_bytes(event.subject.encode(), event.to_json(), name=f"{event.source}|{event.id}")

    def send_bytes(self, key: bytes, value: bytes, *, name: str = "") -> None:
        """Send an event that has been checked, in structured mode; its key is the customer's id.

        `name` stands for the event if it does not arrive. Raises DeliveryError if there is no such topic, or
        no broker answers.
        """
        self._room.acquire()
        try:
            future = self._producer.send(self._topic, key=key, value=value)
        except MessageSizeTooLargeError as error:
            self._note(name, error)
            return
        except KafkaError as error:
            self._room.release()
            raise DeliveryError([(name, f"{type(error).__name__}: {error}")], 1) from error
        except BaseException:
            self._room.release()
            raise
        future.add_callback(self._arrived)
        future.add_errback(self._note, name)

    def flush(self) -> None:
        """Wait until every event sent has arrived. Raises DeliveryError if some did not."""
        try:
            self._producer.flush()
        finally:
            self._raise_failures()

    def close(self) -> None:
        """Flush and disconnect. Raises DeliveryError if some events did not arrive."""
        try:
            self.flush()
        finally:
            self._producer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _arrived(self, _metadata: object) -> None:
        self._room.release()

    def _note(self, name: str, error: Exception) -> None:
        self._room.release()
        with self._lock:
            self._failed += 1
            if len(self._failures) < FAILURES_KEPT:
                self._failures.append((name, f"{type(error).__name__}: {error}"))

    def _raise_failures(self) -> None:
        with self._lock:
            failures, count = self._failures, self._failed
            self._failures, self._failed = [], 0
        if count:
            raise DeliveryError(failures, count)
