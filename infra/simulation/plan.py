"""What to simulate, and the world that follows from it: stories in bytes, seasons, incidents."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from infra.simulation import seasons
from infra.simulation.phrases import (
    Fragments,
    Phrases,
    Texts,
    load_phrases,
    products_of,
    profiles_of,
    texts_of,
)
from infra.simulation.script import SectorScript, Step, Story, load_sector
from infra.simulation.telling import Script
from infra.simulation.wording import Wording, link_wording, profile_wording, step_wording
from schemas.catalogue import Catalogue
from schemas.instants import millis_of
from schemas.touchpoint import NameKind

CELL_TOUCHPOINTS = 100_000
MOST_CELLS = 16
CELL_WINDOW_TOUCHPOINTS = 5_000
"""Enough to make whole arrays pay, few enough to keep little in memory."""
WINDOW_HOURS = (1, 2, 3, 4, 6, 12, 24, 48, 96, 168)
PROFILE_STEP, LINK_STEP, MISTAKE_STEP, UNDONE_STEP, FILLER_STEP = range(5)
"""Steps that are in no story; from `FILLER_STEP` on they are touchpoints."""
FILLER = Step(type="page.viewed", source="web", channel="web")


@dataclass(frozen=True)
class Plan:
    """What to simulate: at most so many customers, exactly so many touchpoints, in days from a start.

    Raises ValueError if there is nothing to simulate.
    """

    customers: int
    touchpoints: int
    seed: int
    start: datetime
    days: float
    sectors: tuple[str, ...]

    def __post_init__(self) -> None:
        if min(self.customers, self.touchpoints) < 1 or self.days <= 0 or not self.sectors:
            raise ValueError("a simulation needs customers, touchpoints, days and a sector")

    @property
    def begins(self) -> int:
        return millis_of(self.start)

    @property
    def ends(self) -> int:
        return millis_of(self.start + timedelta(days=self.days))

    @property
    def cells(self) -> int:
        """How many cells the customers are split into."""
        return min(MOST_CELLS, max(1, self.touchpoints // CELL_TOUCHPOINTS), self.customers)

    @property
    def run(self) -> str:
        """Six digits that stand in every id, so that another plan makes other events."""
        told = (self.customers, self.touchpoints, self.seed, self.begins, self.days, self.sectors)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:6]

    @cached_property
    def edges(self) -> NDArray[np.int64]:
        """Ends of the windows that are simulated and published at once, in ms since 1970."""
        per_hour = self.touchpoints / (self.days * 24)
        wanted = CELL_WINDOW_TOUCHPOINTS * self.cells / per_hour
        hours = next((hours for hours in WINDOW_HOURS if hours >= wanted), WINDOW_HOURS[-1])
        return np.array([*range(self.begins, self.ends, hours * seasons.HOUR), self.ends], dtype=np.int64)


@dataclass(frozen=True)
class Setting:
    """What all cells share; the wordings are numbered through all sectors."""

    plan: Plan
    scripts: dict[str, SectorScript]
    stories: list[dict[str, Script]]
    wordings: list[Wording]
    pieces: list[bytes]
    profiles: NDArray[np.int64]
    season: seasons.Season
    incidents: list[seasons.Incident]


def setting_of(plan: Plan, catalogue: Catalogue) -> Setting:
    """Return the world of a plan; ScriptError or KeyError if its data do not fit together."""
    scripts = {name: load_sector(name, catalogue) for name in plan.sectors}
    incidents = seasons.incidents_of(scripts, plan.seed, plan.begins, plan.ends)
    writer = _Writer(plan.run, catalogue)
    wordings = [
        profile_wording(plan.run),
        link_wording(plan.run, "link", "v", NameKind.ANONYMOUS),
        link_wording(plan.run, "mistake", "c", NameKind.CUSTOMER),
        link_wording(plan.run, "undone", "c", None),
        writer.wording(FILLER, 0, plan.sectors[0], []),
    ]
    stories: list[dict[str, Script]] = []
    for sector, script in scripts.items():
        stories.append({})
        for name, story in script.stories.items():
            told = writer.wordings(story, sector, script.products)
            hits = tuple(hit for hit in incidents if (hit.sector, hit.kind.story) == (sector, name))
            stories[-1][name] = Script(story, len(wordings), told, hits)
            wordings += told
    profiles, season = profiles_of(writer.fragments), seasons.season_of(scripts)
    return Setting(plan, scripts, stories, wordings, writer.fragments.pieces, profiles, season, incidents)


class _Writer:
    """Puts steps into bytes and collects the fragments they need."""

    def __init__(self, run: str, catalogue: Catalogue) -> None:
        self.fragments = Fragments()
        self._run = run
        self._catalogue = catalogue
        self._phrases: Phrases = load_phrases()

    def wordings(self, story: Story, sector: str, products: list[str]) -> tuple[Wording, ...]:
        return tuple(self.wording(step, number, sector, products) for number, step in enumerate(story.steps))

    def wording(self, step: Step, number: int, sector: str, products: list[str]) -> Wording:
        entry = self._catalogue.type_in(step.type, sector)
        chosen = products_of(products, self.fragments)
        return step_wording(step, number, sector, self._run, entry, self._texts(step), chosen)

    def _texts(self, step: Step) -> Texts | None:
        if step.words is None:
            return None
        return texts_of(step.words.theme, step.words.tone, self._phrases, self.fragments)
