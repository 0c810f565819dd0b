"""What the workers say on Kafka of events that they rejected."""

from schemas.rejections import Reason
from streams.events import Record, Rejected
from streams.sinks.messages import rejected_message

VALUE = b'{"specversion": "1.0"}'


def rejected(reason: Reason) -> Rejected:
    record = Record("touchpoints", 3, 14, 1_900_000_000_000, b"anna", VALUE, (("trace", b"7"),))
    return Rejected(record, reason, "id", "is missing", "/crm", "")


def test_a_rejected_event_is_told_as_it_came_with_the_reason_in_its_headers() -> None:
    key, value, headers = rejected_message(rejected(Reason.ENVELOPE))
    assert (key, value) == (b"anna", VALUE)
    assert dict(headers) | {"trace": b"7", "vincle-reason": b"envelope", "vincle-field": b"id"} == dict(
        headers
    )
    assert dict(headers)["vincle-from"] == b"touchpoints/3/14"


def test_what_is_too_large_is_told_without_its_value() -> None:
    key, value, headers = rejected_message(rejected(Reason.TOO_LARGE))
    assert (key, value) == (b"anna", b"")
    assert dict(headers)["vincle-reason"] == b"too_large"
