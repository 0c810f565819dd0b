"""Ticks of a time axis in the reader's language, as numbers: milliseconds since 1970."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dashboards.figures import Figure
from dashboards.texts import Texts
from dashboards.theme import Theme, bare_axis
from schemas.instants import millis_of

MOST_TICKS = 8


def time_axis(start: datetime, end: datetime, theme: Theme, texts: Texts, **more: object) -> Figure:
    """Return an axis from a time to another."""
    first, last = start.astimezone(texts.zone).date(), end.astimezone(texts.zone).date()
    days = list(_ticks(first, last))
    years = len({day.year for day in days}) > 1
    room = max(3_600_000, (millis_of(end) - millis_of(start)) // 40)
    return bare_axis(
        range=[millis_of(start) - room, millis_of(end) + room],
        tickvals=[millis_of(datetime(day.year, day.month, day.day, tzinfo=texts.zone)) for day in days],
        ticktext=[_label(day, years, last - first, texts) for day in days],
        tickfont={"size": 11, "color": theme.quiet},
        **more,
    )


def _label(day: date, years: bool, span: timedelta, texts: Texts) -> str:
    if span.days < 150:
        return texts.short_day(day)
    return f"{texts.month(day.month)} {day.year}" if years else texts.month(day.month)


def _ticks(first: date, last: date) -> Iterator[date]:
    """Yield days, or firsts of months, at most MOST_TICKS."""
    span = (last - first).days
    if span < 150:
        step = max(1, -(-span // MOST_TICKS))
        yield from (first + timedelta(days=at) for at in range(0, span + 1, step))
        return
    months = (last.year - first.year) * 12 + last.month - first.month
    step = max(1, -(-months // MOST_TICKS))
    for at in range(1, months + 1, step):
        month = first.month - 1 + at
        yield date(first.year + month // 12, month % 12 + 1, 1)
