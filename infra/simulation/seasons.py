"""When things happen in the simulated world: hours, weekdays, months, and incidents.

Times are milliseconds since 1970; hours and weekdays are those of UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.simulation.phrases import SEGMENTS
from infra.simulation.script import IncidentKind, SectorScript

HOUR = 3_600_000
DAY = 24 * HOUR
BY_NIGHT = (2, 1, 1, 1, 1, 3, 8, 18)
BY_DAY = (30, 42, 48, 46, 38, 34, 38, 42)
BY_EVENING = (44, 48, 54, 58, 52, 36, 18, 6)
HOURS = np.array([*BY_NIGHT, *BY_DAY, *BY_EVENING], dtype=np.float64)
"""How busy people are by the hour of the day."""
OPENS, CLOSES = 7, 20
THURSDAY = 3
"""Weekday of 1970-01-01, Monday being 0."""

Millis = NDArray[np.int64]


@dataclass(frozen=True)
class Incident:
    """One burst: what becomes likely, for whom, from when until when."""

    name: str
    sector: str
    kind: IncidentKind
    begins: int
    ends: int

    @property
    def segment(self) -> int | None:
        return SEGMENTS.index(self.kind.segment) if self.kind.segment else None


def incidents_of(scripts: Mapping[str, SectorScript], seed: int, start: int, end: int) -> list[Incident]:
    """Return the incidents of a time, at least one of each kind, spread over it."""
    found = []
    for sector, script in sorted(scripts.items()):
        for name, kind in sorted(script.incidents.items()):
            random = np.random.default_rng([seed, *f"{sector}.{name}".encode()])
            count = max(1, round((end - start) / DAY / kind.every_days))
            spacing = (end - start) / count
            for number in range(count):
                begins = int(start + (number + 0.2 + 0.6 * random.random()) * spacing)
                length = min(kind.days * DAY, 0.2 * spacing)
                found.append(Incident(name, sector, kind, begins, int(begins + length)))
    return found


def months_of(times: Millis) -> NDArray[np.int64]:
    """Return the months, 0 for January."""
    months: NDArray[np.int64] = times.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64) % 12
    return months


def weekdays_of(times: Millis) -> NDArray[np.int64]:
    """Return the weekdays, 0 for Monday."""
    days: NDArray[np.int64] = (times // DAY + THURSDAY) % 7
    return days


@dataclass(frozen=True)
class Season:
    """How busy each sector is, by month and weekday, beside its own average."""

    months: NDArray[np.float64]
    weekdays: NDArray[np.float64]

    def busyness(self, sectors: NDArray[np.int8], times: Millis) -> NDArray[np.float64]:
        """Return a share of 0 to 1 of the busiest day of all sectors."""
        month, weekday = self.months[sectors, months_of(times)], self.weekdays[sectors, weekdays_of(times)]
        return np.asarray(month * weekday / (self.months.max() * self.weekdays.max()))


def season_of(scripts: Mapping[str, SectorScript]) -> Season:
    """Return the seasons of the sectors in their order."""
    months = np.array([script.months for script in scripts.values()])
    weekdays = np.array([script.weekdays for script in scripts.values()])
    return Season(
        months / months.mean(axis=1, keepdims=True), weekdays / weekdays.mean(axis=1, keepdims=True)
    )


def moments(random: np.random.Generator, count: int, begins: int, ends: int) -> Millis:
    """Return times from an instant to another later, more in busy hours."""
    minutes = np.arange(begins, ends, HOUR // 60)
    weights = np.cumsum(HOURS[minutes // HOUR % 24])
    chosen = minutes[np.searchsorted(weights, random.random(count) * weights[-1], side="right")]
    return np.asarray(np.minimum(chosen + random.integers(0, HOUR // 60, count), ends - 1))


def opened(random: np.random.Generator, times: Millis) -> Millis:
    """Return the times, moved to the next morning where nobody is at work."""
    hours = times // HOUR % 24
    morning = times - times % DAY + OPENS * HOUR + (random.random(len(times)) * 2 * HOUR).astype(np.int64)
    return np.asarray(np.where(hours < OPENS, morning, np.where(hours >= CLOSES, morning + DAY, times)))
