"""How far the workers have come: what they have acknowledged to Kafka."""

from collections.abc import Mapping

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

ANSWER_MILLISECONDS = 4_000


class Progress:
    """Asks for the committed offsets of a group on a topic; while nobody answers, the last answer stands."""

    def __init__(self, bootstrap: str, group: str, topic: str) -> None:
        self._bootstrap, self._group, self._topic = bootstrap, group, topic
        self._admin: KafkaAdminClient | None = None
        self._committed: dict[int, int] = {}

    def committed(self) -> Mapping[int, int]:
        """Return the committed offset of each partition that has one."""
        try:
            if self._admin is None:
                self._admin = KafkaAdminClient(
                    bootstrap_servers=self._bootstrap,
                    request_timeout_ms=ANSWER_MILLISECONDS,
                    bootstrap_timeout_ms=ANSWER_MILLISECONDS,
                )
            offsets = self._admin.list_group_offsets(self._group)[self._group]
        except KafkaError:
            self.close()
            return self._committed
        self._committed = {tp.partition: at.offset for tp, at in offsets.items() if tp.topic == self._topic}
        return self._committed

    def is_at_end(self) -> bool:
        """Has everything been acknowledged that the topic holds? False while nobody answers."""
        committed = self.committed()
        try:
            consumer = KafkaConsumer(bootstrap_servers=self._bootstrap)
        except KafkaError:
            return False
        try:
            numbers = consumer.partitions_for_topic(self._topic) or ()
            ends = consumer.end_offsets([TopicPartition(self._topic, number) for number in numbers])
        except KafkaError:
            return False
        finally:
            consumer.close()
        return all(committed.get(place.partition, 0) >= end for place, end in ends.items())

    def close(self) -> None:
        """Let go of the broker."""
        if self._admin is not None:
            admin, self._admin = self._admin, None
            admin.close()
