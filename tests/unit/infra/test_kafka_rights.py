"""The example of Kafka's rights: no topic and no group of ours is left out."""

import re
from pathlib import Path

import infra.kafka
from schemas.names import CONSUMER_GROUP, WEBHOOK_GROUP, Topic

ALLOWED = re.findall(
    r"^allow (.+?)\n(?!\s)", (Path(infra.kafka.__file__).with_name("acl.sh")).read_text() + "\n", re.M | re.S
)


def named(operation: str, option: str) -> set[str]:
    """What somebody may do this with: the names behind an option, where the operation is allowed."""
    rights = [right for right in ALLOWED if f"--operation {operation} " in right]
    return set(re.findall(rf"--{option} (\S+)", " ".join(rights)))


def test_somebody_may_write_each_topic_and_somebody_may_read_it():
    assert set(Topic) <= named("Write", "topic")
    assert set(Topic) - {Topic.REJECTED} <= named("Read", "topic")  # rejected events are for people to read


def test_each_group_may_be_joined():
    assert {CONSUMER_GROUP, WEBHOOK_GROUP} <= named("Read", "group")
