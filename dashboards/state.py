"""What is being looked at, as it stands in the address: whoever gets the link sees the same.

Only pseudonyms and filters, never a name or a search term. What is not understood falls back to its default.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PERIODS: dict[str, int | None] = {"7d": 7, "28d": 28, "90d": 90, "365d": 365, "all": None}
"""Days of each period; None: everything."""
LISTS = ("at_risk", "falling", "won_back", "loyal", "everybody")
"""Lists of customers, the one that needs help first."""
INBOX = ("open", "acknowledged", "assigned", "done")
"""States of alerts, in the order in which they are brought further."""
FOLLOWED = {"28": 28, "90": 90}
"""Days for which it is followed what came after a contact."""
COMPARE_PREVIOUS, COMPARE_YEAR, COMPARE_NOTHING = "previous", "year", "nothing"
COHORT = "cohort"
GROUPS = ("segment", "sector", "language", COHORT)
"""Kinds of people to compare with, as in `segment:club`; a cohort came in a quarter: `cohort:2026-Q1`."""
YEAR = timedelta(days=364)
"""Whole weeks, so that weekdays are compared with weekdays."""
KEPT = ("period", "sector", "segment", "department", "language", "compare", "followed")
"""What goes along from page to page; what was chosen on a page stays there."""


@dataclass(frozen=True)
class Window:
    """A stretch of time: after `start`, up to and with `end`."""

    start: datetime
    end: datetime

    @property
    def parameters(self) -> dict[str, datetime]:
        """The stretch as queries take it."""
        return {"from": self.start, "to": self.end}

    def times(self, parts: int) -> list[datetime]:
        """Return the ends of equal parts, and the start before them."""
        return [self.start + (self.end - self.start) * part / parts for part in range(parts + 1)]


@dataclass(frozen=True)
class Filters:
    """What pages are about; each page uses what concerns it. An empty text means all."""

    period: str = "28d"
    sector: str = ""
    segment: str = ""
    department: str = ""
    language: str = ""
    """The one that customers prefer."""
    compare: str = COMPARE_PREVIOUS
    touchpoint: str = ""
    """Whose words are read."""
    listing: str = LISTS[0]
    """Which customers are listed."""
    followed: str = "28"
    """Days after a contact that are looked at."""
    inbox: str = INBOX[0]
    """Alerts of which state are listed."""
    alert: str = ""
    """The alert that is looked at, by its id."""

    def window(self, at: datetime) -> Window:
        """Return the period that ends at a time."""
        length = PERIODS[self.period]
        return Window(at - timedelta(days=length) if length else EPOCH, at)

    def previous(self, at: datetime) -> Window | None:
        """Return the period before it, if there is one."""
        length = PERIODS[self.period]
        return Window(at - timedelta(days=2 * length), at - timedelta(days=length)) if length else None

    @property
    def who(self) -> dict[str, str]:
        """Which customers, as queries take it."""
        return {"sector": self.sector, "segment": self.segment, "language": self.language}

    def year_before(self, at: datetime) -> Window | None:
        """Return the same days a year before, if the period is not endless."""
        length = PERIODS[self.period]
        end = at - YEAR
        return Window(end - timedelta(days=length), end) if length else None

    @property
    def group(self) -> tuple[str, str] | None:
        """Kind and value of the people compared with; None if it is none."""
        kind, _, value = self.compare.partition(":")
        return (kind, value) if kind in GROUPS and value else None


@dataclass(frozen=True)
class CustomerView:
    """Whose life is shown, by the pseudonym, and until when (a day; empty: the newest)."""

    id: str = ""
    until: str = ""

    @property
    def until_day(self) -> date | None:
        """The last day shown; None for the newest."""
        try:
            return date.fromisoformat(self.until) if self.until else None
        except ValueError:
            return None


_CLOSED: Mapping[str, Collection[str]] = {
    "period": PERIODS,
    "listing": LISTS,
    "followed": FOLLOWED,
    "inbox": INBOX,
}
"""Fields that know no other values."""


def filters_of(search: str) -> Filters:
    """Read the part of an address behind `?`."""
    given = _given(search, Filters)
    for name, known in _CLOSED.items():
        if given.get(name) not in known:
            given.pop(name, None)
    state = Filters(**given)
    if state.group or state.compare in (COMPARE_PREVIOUS, COMPARE_YEAR, COMPARE_NOTHING):
        return state
    return replace(state, compare=COMPARE_PREVIOUS)


def customer_of(search: str) -> CustomerView:
    """Read the part of an address behind `?`."""
    return CustomerView(**_given(search, CustomerView))


def search_of(state: Filters | CustomerView) -> str:
    """Return the part of an address from `?` on; defaults are left out."""
    told = {
        one.name: getattr(state, one.name) for one in fields(state) if getattr(state, one.name) != one.default
    }
    return f"?{urlencode(told)}" if told else ""


def _given(search: str, kind: type[Filters] | type[CustomerView]) -> dict[str, str]:
    known = {one.name for one in fields(kind)}
    pairs = parse_qsl(search.removeprefix("?"), keep_blank_values=True)
    return {name: value[:200] for name, value in pairs if name in known}
