"""The simulated world: cells of customers, told window after window.

The customers are split into cells that know nothing of each other, by the size of the plan alone, so that
the same events come out whatever the number of processes. A cell keeps its customers' state and what is
still to happen.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from infra.simulation import seasons
from infra.simulation.people import Indices, settle
from infra.simulation.plan import (
    FILLER_STEP,
    LINK_STEP,
    MISTAKE_STEP,
    PROFILE_STEP,
    UNDONE_STEP,
    Setting,
)
from infra.simulation.telling import ROW, Rows, tell

STORY_LENGTH_GUESS = 4.0
STORY_BITS = 40
SPARE = 3
"""Customers drawn for each story that is wanted; the seasons leave out the others."""
NOTICED_DAYS = 1, 20
"""Between these a mistaken join is noticed and undone."""
GROWTH = 0.5
"""How much busier the company is at the end than at the start, as a share."""


class Cell:
    """Some of the customers, through all windows in turn."""

    def __init__(self, setting: Setting, number: int) -> None:
        plan = setting.plan
        self._setting = setting
        self._number = number
        self._touchpoints = _part(plan.touchpoints, number, plan.cells)
        self._random = np.random.default_rng([plan.seed, number])
        shares = np.array([script.share for script in setting.scripts.values()])
        count = _part(plan.customers, number, plan.cells)
        self._people = settle(self._random, count, plan.begins, plan.ends, shares / shares.sum())
        self._waiting: defaultdict[int, list[Rows]] = defaultdict(list)
        self._planned = self._touchpoints * _progress(setting)
        self._scheduled = self._published = 0
        self._stories = self._seen = self._profiled = 0

    def window(self, index: int) -> Rows:
        """Return the rows of a window, the next one, in no order; customers are numbers of the whole plan."""
        begins, ends = (int(edge) for edge in self._setting.plan.edges[index : index + 2])
        newcomers, regulars = self._budget(index, ends)
        told = [*self._regulars(regulars, begins, ends), *self._struck(begins, ends)]
        self._schedule(_joined([*told, *self._newcomers(newcomers, begins, ends)]))
        rows = _joined(self._waiting.pop(index, []))
        stays = (rows["at"] <= self._people.left_at[rows["customer"]]) | (rows["step"] == UNDONE_STEP)
        self._scheduled -= touchpoints_in(rows[~stays])
        rows = self._cut(rows[stays])
        if index == len(self._setting.plan.edges) - 2:
            rows = self._filled(rows, begins, ends)
        self._published += touchpoints_in(rows)
        rows["anonymous"] = rows["at"] < self._people.known_at[rows["customer"]]
        for column in ("customer", "other"):
            rows[column] = rows[column] * self._setting.plan.cells + self._number
        return rows

    def _budget(self, index: int, ends: int) -> tuple[int, int]:
        """Return how many newcomers and how many regular stories start in a window."""
        mean_length = (self._scheduled + 50 * STORY_LENGTH_GUESS) / (self._stories + 50)
        budget = max(0.0, (self._planned[index] - self._scheduled) / mean_length)
        due = int(np.searchsorted(self._people.due_at, ends))
        newcomers = min(due - self._seen, int(np.ceil(budget)))
        return newcomers, int(self._random.poisson(max(0.0, budget - newcomers)))

    def _newcomers(self, count: int, begins: int, ends: int) -> Iterator[Rows]:
        """Tell the first stories of the next customers, who come when they are due or, if late, now."""
        customers = np.arange(self._seen, self._seen + count)
        self._seen += count
        due = self._people.due_at[customers]
        starts = np.where(due >= begins, due, seasons.moments(self._random, count, begins, ends))
        self._people.known_at[customers] = starts + self._people.anonymous_for[customers]
        yield self._profiles(customers, starts)
        yield from self._links(customers)
        fresh = self._people.is_new[customers]
        yield from self._tell_any(customers[fresh], starts[fresh], first=True)
        yield from self._tell_any(customers[~fresh], starts[~fresh], first=False)

    def _regulars(self, count: int, begins: int, ends: int) -> Iterator[Rows]:
        """Tell stories to customers by their activity, at hours and on days on which people are busy."""
        customers = self._people.drawn(self._random, SPARE * count, self._seen, ends)
        starts = seasons.moments(self._random, len(customers), begins, ends)
        busy = self._setting.season.busyness(self._people.sector[customers], starts)
        chosen = np.flatnonzero(self._random.random(len(customers)) < busy)[:count]
        yield from self._tell_any(customers[chosen], starts[chosen], first=False)

    def _tell_any(self, customers: Indices, starts: NDArray[np.int64], *, first: bool) -> Iterator[Rows]:
        """Tell each customer a story of the sector, by the stories' weights."""
        uniforms = self._random.random(len(customers))
        sectors = self._people.sector[customers]
        for sector, script in enumerate(self._setting.scripts.values()):
            group = np.flatnonzero(sectors == sector)
            names = script.first_stories if first else list(script.stories)
            until = np.cumsum([script.stories[name].weight for name in names])
            chosen = np.searchsorted(until, uniforms[group] * until[-1], side="right")
            for position in np.unique(chosen):
                told = group[chosen == position]
                yield from self._tell(sector, names[position], customers[told], starts[told])

    def _tell(self, sector: int, story: str, customers: Indices, starts: NDArray[np.int64]) -> Iterator[Rows]:
        first_number = (self._number << STORY_BITS) + self._stories
        numbers = np.arange(first_number, first_number + len(customers))
        self._stories += len(customers)
        yield tell(
            self._setting.stories[sector][story], customers, starts, numbers, self._people, self._random
        )
        promoted = self._people.promoted(customers, starts)
        yield self._profiles(customers[promoted], starts[promoted])

    def _struck(self, begins: int, ends: int) -> Iterator[Rows]:
        """Tell the stories of incidents that hit people by themselves."""
        people = self._people
        names = list(self._setting.scripts)
        for incident in self._setting.incidents:
            overlap = min(ends, incident.ends) - max(begins, incident.begins)
            if not incident.kind.hits or overlap <= 0:
                continue
            sector = names.index(incident.sector)
            hit = (people.sector[: self._seen] == sector) & (people.left_at[: self._seen] > ends)
            if incident.segment is not None:
                hit &= people.segment[: self._seen] == incident.segment
            share = incident.kind.hits * overlap / (incident.ends - incident.begins)
            customers = np.flatnonzero(hit & (self._random.random(self._seen) < share))
            starts = max(begins, incident.begins) + self._random.integers(0, overlap, len(customers))
            yield from self._tell(sector, incident.kind.story, customers, starts)

    def _profiles(self, customers: Indices, starts: NDArray[np.int64]) -> Rows:
        rows = np.zeros(len(customers), dtype=ROW)
        rows["at"] = np.maximum(starts, self._people.known_at[customers])
        rows["customer"], rows["step"] = customers, PROFILE_STEP
        rows["story"] = (self._number << STORY_BITS) + self._profiled + np.arange(len(customers))
        self._profiled += len(customers)
        people = self._people
        rows["drawn"][:, 0] = self._setting.profiles[people.segment[customers], people.language[customers]]
        return rows

    def _links(self, customers: Indices) -> Iterator[Rows]:
        """Say who the visitors were, and of a few that they are the customer before them, which is undone."""
        people, ends = self._people, self._setting.plan.ends
        visitors = customers[people.anonymous_for[customers] > 0]
        yield self._linked(LINK_STEP, visitors, visitors, people.known_at[visitors])
        low, high = (days * seasons.DAY for days in NOTICED_DAYS)
        noticed = people.known_at[customers] + self._random.integers(low, high, len(customers))
        wrong = people.is_mistaken[customers] & (customers > 0) & (noticed < ends)
        mistaken = customers[wrong]
        yield self._linked(MISTAKE_STEP, mistaken, mistaken - 1, people.known_at[mistaken])
        yield self._linked(UNDONE_STEP, mistaken, mistaken - 1, noticed[wrong])

    def _linked(self, step: int, customers: Indices, others: Indices, at: Indices) -> Rows:
        """Return rows of links; each is numbered by its customer, who has one of a kind at most."""
        rows = np.zeros(len(customers), dtype=ROW)
        rows["at"], rows["step"], rows["customer"], rows["other"] = at, step, customers, others
        rows["story"] = (self._number << STORY_BITS) + customers
        return rows

    def _schedule(self, rows: Rows) -> None:
        """Keep rows until their window comes; those after the end never do."""
        windows = np.searchsorted(self._setting.plan.edges, rows["at"], side="right") - 1
        inside = windows < len(self._setting.plan.edges) - 1
        rows, windows = rows[inside], windows[inside]
        self._scheduled += touchpoints_in(rows)
        for window in np.unique(windows):
            self._waiting[int(window)].append(rows[windows == window])

    def _cut(self, rows: Rows) -> Rows:
        """Leave out what would be more than the planned touchpoints."""
        allowed = self._touchpoints - self._published
        if touchpoints_in(rows) <= allowed:
            return rows
        rows = rows[np.argsort(rows["at"], kind="stable")]
        counted = np.cumsum(rows["step"] >= FILLER_STEP)
        return rows[: int(np.searchsorted(counted, allowed + 1))]

    def _filled(self, rows: Rows, begins: int, ends: int) -> Rows:
        """Fill up the last window to the planned number of touchpoints with page views."""
        missing = self._touchpoints - self._published - touchpoints_in(rows)
        fillers = np.zeros(missing, dtype=ROW)
        here = np.flatnonzero(self._people.left_at[: max(1, self._seen)] > ends)
        fillers["customer"] = self._random.choice(here if len(here) else [0], missing)
        fillers["at"] = seasons.moments(self._random, missing, begins, ends)
        fillers["step"] = FILLER_STEP
        fillers["story"] = (self._number << STORY_BITS) + self._stories + np.arange(missing)
        return np.concatenate([rows, fillers])


def _part(whole: int, number: int, parts: int) -> int:
    return whole // parts + (number < whole % parts)


def _progress(setting: Setting) -> NDArray[np.float64]:
    """Return for every window the share of all touchpoints that is due by its end."""
    edges = setting.plan.edges
    lengths = np.diff(edges) * (1 + GROWTH * np.linspace(0, 1, len(edges) - 1))
    shares = [script.share for script in setting.scripts.values()]
    busy = [
        setting.season.busyness(np.full(len(lengths), sector, dtype=np.int8), edges[:-1]) * share
        for sector, share in enumerate(shares)
    ]
    cumulated = np.cumsum(lengths * np.sum(busy, axis=0))
    progress: NDArray[np.float64] = cumulated / cumulated[-1]
    return progress


def _joined(parts: Sequence[Rows]) -> Rows:
    return np.concatenate(parts) if parts else np.empty(0, dtype=ROW)


def touchpoints_in(rows: Rows) -> int:
    return int(np.count_nonzero(rows["step"] >= FILLER_STEP))
