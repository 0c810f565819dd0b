"""What people read, in their language: strings, numbers, dates. One file a language, with the same keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from dashboards.texts.plurals import Written, category_of

DEFAULT_LANGUAGE = "en"
LANGUAGE_NAMES = {"en": "English", "ca": "Català", "es": "Español", "it": "Italiano", "ro": "Română"}
LANGUAGES = tuple(LANGUAGE_NAMES)
LANGUAGE_COOKIE = "vincle_language"
MINUS = "\u2212"
NARROW_SPACE = "\u202f"
DAYS_OF_A_YEAR = 365
_UNGROUPED_BELOW = 10_000
"""Spanish and Catalan write four digits together."""


@cache
def strings_of(language: str) -> Mapping[str, str]:
    """Return the strings of a language by key, as in `journey_map.title`."""
    text = resources.files(__package__).joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    return MappingProxyType(dict(_flat(yaml.safe_load(text))))


def _flat(tree: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs += _flat(value, f"{path}{key}.") if isinstance(value, dict) else [(f"{path}{key}", str(value))]
    return pairs


def chosen_language(wish: str | None, accepted: str | None) -> str:
    """Return the language: the one switched to, else the first of `Accept-Language` that there is."""
    if wish in LANGUAGES:
        return wish
    ranked: list[tuple[float, str]] = []
    for part in (accepted or "").split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), tag[:2].lower()))
        except ValueError:
            continue
    return next(
        (tag for _, tag in sorted(ranked, key=lambda pair: pair[0]) if tag in LANGUAGES), DEFAULT_LANGUAGE
    )


@dataclass(frozen=True)
class Texts:
    """Everything that is written for one reader: a language, and the company's time zone."""

    language: str
    zone: ZoneInfo

    def __call__(self, key: str, **values: object) -> str:
        """Return a string; KeyError if there is none."""
        return strings_of(self.language)[key].format(**values)

    def quoted(self, text: str) -> str:
        """Return a text between the quotation marks of the language."""
        return self("words.quoted", text=text)

    def name(self, kind: str, value: str, otherwise: str | None = None) -> str:
        """Return the name of a type, stage, department, …; what has none is shown as it is."""
        known = strings_of(self.language).get(f"{kind}.{value.replace('.', '_')}")
        return known or otherwise or value.replace("_", " ").replace(".", " ").capitalize()

    def number(self, amount: float, decimals: int = 0) -> Written:
        """Return a number with the separators of the language and a true minus; strings count by it."""
        point, group, least = _separators(self.language)
        rounded = round(amount, decimals) + 0.0
        whole, _, rest = f"{abs(rounded):.{decimals}f}".partition(".")
        if int(whole) >= least:
            whole = f"{int(whole):,}".replace(",", group)
        text = (MINUS if rounded < 0 else "") + whole + (point + rest if rest else "")
        return Written(text, category_of(rounded, self.language))

    def signed(self, amount: float, decimals: int = 1) -> str:
        """Return a number with + or −; none for zero."""
        return ("+" if round(amount, decimals) > 0 else "") + self.number(amount, decimals)

    def arrow(self, amount: float, decimals: int = 1) -> str:
        """Return ▲ or ▼ before a signed number."""
        rounded = round(amount, decimals)
        return f"{'▲' if rounded > 0 else '▼' if rounded < 0 else '■'} {self.signed(amount, decimals)}"

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share of 1 as percent."""
        return f"{self.number(100 * share, decimals)}{self._percent_sign}"

    def percent_arrow(self, share: float) -> str:
        """Return ▲ or ▼ before a signed share of 1 as percent."""
        return f"{self.arrow(100 * share, 0)}{self._percent_sign}"

    def share(self, share: float, low: float, high: float) -> str:
        """Return a share of 1 with its interval, as in 4.2% (3.1–5.6)."""
        return f"{self.percent(share, 1)} ({self.number(100 * low, 1)}–{self.number(100 * high, 1)})"

    def between(self, amount: float, margin: float | None, decimals: int = 1) -> str:
        """Return a number with its margin, as in 4.2 ± 0.4."""
        return self.number(amount, decimals) + (
            f" ± {self.number(margin, decimals)}" if margin is not None else ""
        )

    def day(self, day: date) -> str:
        """Return a date, as in 14 Nov 2014."""
        return f"{day.day} {self.month(day.month)} {day.year}"

    def short_day(self, day: date) -> str:
        """Return a date without its year."""
        return f"{day.day} {self.month(day.month)}"

    def days(self, days: Sequence[date], until: date | None = None) -> list[str]:
        """Return dates, with their years where they, or those until a date, are a year apart or more."""
        known = [*days, *([until] if until else [])]
        far = bool(known) and (max(known) - min(known)).days >= DAYS_OF_A_YEAR
        return [self.day(one) if far else self.short_day(one) for one in days]

    def month(self, month: int) -> str:
        """Return the short name of a month, 1 to 12."""
        return self(f"months.{month}")

    def moment(self, at: datetime) -> str:
        """Return a time to the minute, in the company's time zone."""
        local = at.astimezone(self.zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def machine(self, at: datetime) -> str:
        """Return a time as programs read it, in the company's time zone: ISO 8601 to the minute."""
        return at.astimezone(self.zone).isoformat(timespec="minutes")

    def lasting(self, seconds: float) -> str:
        """Return a length of time in its greatest unit, as in 4 s or 3 d."""
        for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if seconds >= length:
                return self(f"lasting.{unit}", n=self.number(seconds // length))
        return self("lasting.seconds", n=self.number(max(0.0, seconds)))

    @property
    def _percent_sign(self) -> str:
        return "%" if self.language == "en" else f"{NARROW_SPACE}%"

    @property
    def plotly_separators(self) -> str:
        """Decimal point and thousands as plotly takes them."""
        point, group, _ = _separators(self.language)
        return point + group


def _separators(language: str) -> tuple[str, str, int]:
    if language == "en":
        return ".", ",", 1_000
    return ",", ".", _UNGROUPED_BELOW if language in ("es", "ca") else 1_000
