"""A publisher of events, for any program that has touchpoints to tell.

    from infra.publisher import Publisher
    from schemas.envelope import Event

    with Publisher({"bootstrap_servers": "127.0.0.1:19092"}) as publisher:
        publisher.send(Event.touchpoint("delivery.late", id="7", source="/parcels", customer="c-1",
                                        time="2026-03-01T09:30:00Z", facts={"days_late": 2}))

A thin shell over kafka-python: idempotent, acknowledged by all replicas, compressed, keyed by customer. Use
one from one thread.

    Exception
    └── DeliveryError   some events did not arrive; raised by flush, close and the end of `with`
"""

from collections import deque
from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer
from kafka.cluster import ClusterMetadata
from kafka.errors import KafkaError, MessageSizeTooLargeError
from kafka.partitioner import Partitioner
from pydantic import AwareDatetime

from schemas.encoding import event_json
from schemas.envelope import Event
from schemas.names import Topic
from schemas.partitions import partition_of

BATCH_BYTES = 256 * 1024
LINGER_MILLISECONDS = 20
BLOCKED_MILLISECONDS = 15_000
"""How long a send may wait for a broker and the topic."""
MOST_ON_THE_WAY = 20_000
"""Events that may be unacknowledged at a time; sending more waits."""
DELIVERY_SECONDS = 120
"""After this the client gives up on an event, which is then told as not arrived."""
FAILURES_KEPT = 20
CUSTOMERS_REMEMBERED = 65_536


class DeliveryError(Exception):
    """Some events did not arrive. `failures` are the first ones, (event, reason); `count` is of all."""

    def __init__(self, failures: list[tuple[str, str]], count: int) -> None:
        event, reason = failures[0]
        super().__init__(f"{count} events did not arrive; the first is {event}: {reason}")
        self.failures = failures
        self.count = count

    def __reduce__(self) -> tuple[type["DeliveryError"], tuple[list[tuple[str, str]], int]]:
        """Let it pass from one process to another."""
        return type(self), (self.failures, self.count)


class CustomersPartitioner(Partitioner):  # type: ignore[misc]
    """Chooses the partition of a key as the contract asks, and hashes that of a recent customer once only.

    In pure Python the hash takes a tenth of the time of sending an event.
    """

    def partition(
        self,
        topic: str,
        key: bytes,
        serialized_key: bytes,
        value: bytes,
        serialized_value: bytes,
        cluster: ClusterMetadata,
    ) -> int:
        """Return the partition of a key, which is its bytes, in a topic that the cluster knows."""
        return _partition_of(serialized_key, len(cluster.partitions_for_topic(topic)))


_partition_of = lru_cache(maxsize=CUSTOMERS_REMEMBERED)(partition_of)


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
            delivery_timeout_ms=DELIVERY_SECONDS * 1000,
            allow_auto_create_topics=False,
            partitioner=CustomersPartitioner(),
        )
        self._on_the_way: deque[tuple[Any, str]] = deque()
        self._failures: list[tuple[str, str]] = []
        self._failed = 0

    def send(self, event: Event) -> None:
        """Send an event; it is on its way when this returns, and there when flush returns."""
        self.send_bytes(event.subject.encode(), event.to_json(), name=f"{event.source}|{event.id}")

    def tell(
        self,
        type: str,
        /,
        *,
        id: str,
        source: str,
        customer: str,
        time: AwareDatetime | str,
        data: dict[str, Any],
    ) -> None:
        """Check an event of plain values and send it, faster than by way of an `Event`.

        ValidationError names what is wrong.
        """
        value = event_json(type, id=id, source=source, customer=customer, time=time, data=data)
        self.send_bytes(customer.encode(), value, name=f"{source}|{id}")

    def send_bytes(self, key: bytes, value: bytes, *, name: str = "") -> None:
        """Send an event that has been checked, in structured mode; its key is the customer's id.

        `name` stands for the event if it does not arrive. Raises DeliveryError if there is no such topic, or
        no broker answers.
        """
        try:
            future = self._producer.send(self._topic, key=key, value=value)
        except MessageSizeTooLargeError as error:
            self._note(name, error)
            return
        except KafkaError as error:
            raise DeliveryError([(name, _told(error))], 1) from error
        self._on_the_way.append((future, name))
        if len(self._on_the_way) >= MOST_ON_THE_WAY:
            self._settle(MOST_ON_THE_WAY // 2)

    def flush(self) -> None:
        """Wait until every event sent has arrived. Raises DeliveryError if some did not."""
        self._producer.flush()
        self._settle(0)
        failures, count = self._failures, self._failed
        self._failures, self._failed = [], 0
        if count:
            raise DeliveryError(failures, count)

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

    def _settle(self, remaining: int) -> None:
        """Wait for the oldest events on the way until only so many remain."""
        while len(self._on_the_way) > remaining:
            future, name = self._on_the_way.popleft()
            if not future.succeeded():  # to ask first costs a quarter of what waiting for nothing does
                self._wait_for(future, name)

    def _wait_for(self, future: Any, name: str) -> None:
        try:
            future.get(2 * DELIVERY_SECONDS)
        except KafkaError as error:
            self._note(name, error)

    def _note(self, name: str, error: Exception) -> None:
        self._failed += 1
        if len(self._failures) < FAILURES_KEPT:
            self._failures.append((name, _told(error)))


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
