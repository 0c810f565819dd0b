"""What the workers say on Kafka of events that they rejected."""

import pytest

from schemas.rejections import Reason
from streams.events import Record, Rejected
from streams.sinks.messages import rejected_message

VALUE = b'{"specversion": "1.0"}'


MOST = 1_048_588 - 100
"""What a topic takes by default, less what Kafka adds to a record."""


def rejected(field: str = "id", value: bytes = VALUE, key: bytes = b"anna", trace: bytes = b"7") -> Rejected:
    record = Record("touchpoints", 3, 14, 1_900_000_000_000, key, value, (("trace", trace),))
    return Rejected(record, Reason.ENVELOPE, field, "is missing", "/crm", "")


def test_a_rejected_event_is_told_as_it_came_with_the_reason_in_its_headers() -> None:
    key, value, headers = rejected_message(rejected())
    assert (key, value) == (b"anna", VALUE)
    assert dict(headers) | {"trace": b"7", "vincle-reason": b"envelope", "vincle-field": b"id"} == dict(
        headers
    )
    assert dict(headers)["vincle-from"] == b"touchpoints/3/14"


@pytest.mark.parametrize(
    ("large", "left_out"),
    [
        (rejected(value=b"v" * 1_048_576), {"value"}),
        (rejected(value=b"v" * 600_000, field="f" * 600_000), set()),
        (rejected(trace=b"7" * 1_048_576), {"headers"}),
        (rejected(value=b"v" * 600_000, trace=b"7" * 600_000), {"value"}),
        (rejected(key=b"k" * 1_048_576), {"key"}),
    ],
    ids=["value", "the name of a field", "headers", "value and headers", "key"],
)
def test_what_a_topic_would_not_take_is_left_out_and_the_reason_is_told(
    large: Rejected, left_out: set[str]
) -> None:
    key, value, headers = rejected_message(large)
    told = {"key": key, "value": value, "headers": dict(headers).get("trace")}
    assert {name for name, content in told.items() if not content} == left_out
    assert dict(headers)["vincle-reason"] == b"envelope"
    assert len(key or b"") + len(value or b"") + sum(len(n) + len(c) for n, c in headers) <= MOST
