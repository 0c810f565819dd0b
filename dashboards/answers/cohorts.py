"""Cohorts: people by the quarter of the year in which they first felt something, as in `2026-Q1`. Pure."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MOST = 8
"""Cohorts offered, the newest first."""
MONTHS = 3
_COHORT = re.compile(r"(\d{4})-Q([1-4])\Z")


def span_of(cohort: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Return from when on and until when a cohort came; None if it is not one."""
    found = _COHORT.match(cohort)
    if not found:
        return None
    year, quarter = int(found[1]), int(found[2])
    return _begin(year, quarter - 1, zone), _begin(year, quarter, zone)


def cohorts_until(at: datetime, zone: ZoneInfo) -> list[str]:
    """Return the last cohorts at a time, the newest first."""
    local = at.astimezone(zone)
    newest = 4 * local.year + (local.month - 1) // MONTHS
    return [f"{one // 4}-Q{one % 4 + 1}" for one in range(newest, newest - MOST, -1)]


def _begin(year: int, quarter: int, zone: ZoneInfo) -> datetime:
    """Return when a quarter begins, counted from 0 of a year on."""
    local = datetime(year + quarter // 4, MONTHS * (quarter % 4) + 1, 1, tzinfo=zone)
    return local.astimezone(UTC)
