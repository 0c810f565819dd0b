"""Times in events: one parser for everybody.

An instant is an integer number of milliseconds since 1970-01-01T00:00:00Z; finer digits are cut off.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2299, 12, 31, tzinfo=UTC)
_FIRST, _LAST = EARLIEST - EPOCH, LATEST - EPOCH
NOON = time(12)

_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)


def instant_of(text: str, company_zone: ZoneInfo | None = None) -> int:
    """Return the milliseconds of an RFC 3339 time or of a date, which is noon in the company's time zone.

    Raises ValueError, saying what is wrong, if the text is neither, or lies outside 1900 to 2299.
    """
    if _INSTANT.match(text):
        moment = _moment(text)
    elif _DATE.match(text):
        moment = datetime.combine(date.fromisoformat(text), NOON, tzinfo=company_zone or UTC)
    else:
        raise ValueError("must be an RFC 3339 time with offset, or a date")
    return millis_of(moment)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise ValueError("is no possible time") from error


def millis_of(moment: datetime) -> int:
    """Return the milliseconds of an aware datetime, cut off; ValueError if it lies outside 1900 to 2299."""
    since = moment - EPOCH
    if not _FIRST <= since <= _LAST:
        raise ValueError("must lie between 1900 and 2299")
    return 86_400_000 * since.days + 1_000 * since.seconds + since.microseconds // 1_000


def moment_of(millis: int) -> datetime:
    """Return the aware datetime of an instant."""
    return EPOCH + millis * MILLISECOND
