"""What is being looked at, as it stands in the address: whoever gets the link sees the same.

Only pseudonyms and filters, never a name or a search term. What is not understood falls back to its default.
"""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_DAY = date(1900, 1, 1)
"""ClickHouse tells no times before it."""
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
    """The one that customers prefer; on the health of the data, the one that they spoke."""
    source: str = ""
    """The publisher whose events are looked at."""
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
    rule: str = ""
    """The rule of alerts that is looked at, by its name."""

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
    def unfiltered(self) -> "Filters":
        """The same look at everybody and everything in the period."""
        return replace(self, sector="", segment="", department="", language="", source="", touchpoint="")

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
            day = date.fromisoformat(self.until) if self.until else None
        except ValueError:
            return None
        return day if day and EARLIEST_DAY <= day < date.max else None


class Span(NamedTuple):
    """What a parameter of the model may be changed to."""

    least: float
    most: float
    step: float


DAYS = Span(1, 3_650, 1)
CHANGEABLE: dict[str, Span] = {
    "loss_aversion": Span(0.5, 5, 0.05),
    "promise_weight": Span(0, 1, 0.05),
    "shrinkage": Span(0.5, 20, 0.5),
    "pressure_weight": Span(0, 3, 0.05),
    "heal_share": Span(0, 1, 0.05),
    "gain_weight": Span(0, 1, 0.05),
    "extreme_weight": Span(0, 0.5, 0.01),
    "end_weight": Span(0, 0.5, 0.01),
    "half_life_surprise": DAYS,
    "half_life_relief": DAYS,
    "half_life_gratitude": DAYS,
    "half_life_familiarity": DAYS,
    "half_life_belonging": DAYS,
    "prompt_half_life": DAYS,
}
"""Parameters that people may change in a what-if, by their names in `bond_models`."""
INSTEAD = ("", "never", "recovered")
"""What is imagined of something bad: nothing, that it never happened, that it was put right soon."""
HOURS = ("4", "24", "72", "168")


@dataclass(frozen=True)
class Imagined:
    """What is imagined: another model, and something bad that went otherwise. Empty: as it is."""

    model: str = ""
    change: str = ""
    """Parameters and what they are changed to, as in loss_aversion:1.8,shrinkage:4."""
    instead: str = ""
    type: str = ""
    """The touchpoint type that is meant; empty: any."""
    owner: str = ""
    """The department whose touchpoints are meant. Not called as the filter, which goes from page to page."""
    hours: str = "24"

    @property
    def changes(self) -> dict[str, float]:
        """What is changed; what is not understood, or out of its span, is left out."""
        found: dict[str, float] = {}
        for part in self.change.split(","):
            name, _, value = part.partition(":")
            with suppress(ValueError):
                if name in CHANGEABLE and CHANGEABLE[name].least <= float(value) <= CHANGEABLE[name].most:
                    found[name] = float(value)
        return found

    @property
    def changes_json(self) -> str:
        """The changes as `v_what_if` takes them."""
        return json.dumps(self.changes, sort_keys=True)

    @property
    def is_nothing(self) -> bool:
        """Is nothing imagined?"""
        return not (self.model or self.changes or self.instead)


State = Filters | CustomerView | Imagined

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


def imagined_of(search: str) -> Imagined:
    """Read the part of an address behind `?`; in what was saved earlier the owner is called `department`."""
    state = Imagined(**_given(search, Imagined))
    if state.instead and not state.owner:
        state = replace(state, owner=_given(search, Filters).get("department", ""))
    if state.instead not in INSTEAD:
        state = replace(state, instead="")
    return state if state.hours in HOURS else replace(state, hours="24")


def customer_of(search: str) -> CustomerView:
    """Read the part of an address behind `?`."""
    return CustomerView(**_given(search, CustomerView))


def search_of(state: State) -> str:
    """Return the part of an address from `?` on; defaults are left out."""
    told = {
        one.name: getattr(state, one.name) for one in fields(state) if getattr(state, one.name) != one.default
    }
    return f"?{urlencode(told)}" if told else ""


def _given(search: str, kind: type[State]) -> dict[str, str]:
    known = {one.name for one in fields(kind)}
    pairs = parse_qsl(search.removeprefix("?"), keep_blank_values=True)
    return {name: value[:200] for name, value in pairs if name in known}
