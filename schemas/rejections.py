"""What becomes of an event that cannot be journaled: rejected for its content, or held until it can be read.

Both lists are closed. An outage is never a reason: only the content of an event rejects it.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why an event was rejected."""

    EMPTY = "empty"
    """The record has no value; an empty message erases nobody."""
    TOO_LARGE = "too_large"
    """The value is longer than the limit."""
    NOT_JSON = "not_json"
    """The value is no JSON, or no UTF-8."""
    ENVELOPE = "envelope"
    """An attribute of the CloudEvent is missing or wrong."""
    KEY = "key"
    """The key of the record is not the subject, the customer's id."""
    TIME = "time"
    """The time is none, or lies outside 1900 to 2299."""
    DATA = "data"
    """A field of the data is wrong or unknown."""


class Hold(StrEnum):
    """Why an event is held."""

    FUTURE = "future"
    """It lies in the future of Kafka's clock; it is read when it is due."""
    UNKNOWN_TYPE = "unknown_type"
    """The catalogue does not know its type; it is read again when it does."""
    NEWER_VERSION = "newer_version"
    """Its major version is newer than this release; it is read again after the upgrade."""


class ContentError(ValueError):
    """The content of an event is wrong.

    `field` is the path of what is wrong (empty: the event as a whole), `detail` says what, without the value.
    """

    def __init__(self, reason: Reason, field: str, detail: str) -> None:
        super().__init__(f"{reason}: {field}: {detail}")
        self.reason, self.field, self.detail = reason, field, detail
