"""The simulated world: cells of customers, told window after window, published in order of time.

The customers are split into cells that know nothing of each other, by the size of the plan alone, so that
the same events come out whatever the number of processes. A cell keeps its customers' state and what is
still to happen.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.simulation import seasons
from infra.simulation.people import Indices, settle
from infra.simulation.plan import FILLER_STEP, PROFILE_STEP, Setting
from infra.simulation.telling import ROW, Rows, tell
from infra.simulation.wording import written

STORY_LENGTH_GUESS = 4.0
STORY_BITS = 40
SPARE = 3
"""Customers drawn for each story that is wanted; the seasons leave out the others."""
GROWTH = 0.5
"""How much busier the company is at the end than at the start, as a share."""


@dataclass(frozen=True)
class Block:
    """Events of one window in order of time: keys and values as Kafka takes them."""

    keys: list[bytes]
    values: list[bytes]
    touchpoints: int


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
        stays = rows["at"] <= self._people.left_at[rows["customer"]]
        self._scheduled -= _touchpoints(rows[~stays])
        rows = self._cut(rows[stays])
        if index == len(self._setting.plan.edges) - 2:
            rows = self._filled(rows, begins, ends)
        self._published += _touchpoints(rows)
        rows["customer"] = rows["customer"] * self._setting.plan.cells + self._number
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
        yield self._profiles(customers, starts)
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
        rows["at"], rows["customer"], rows["step"] = starts, customers, PROFILE_STEP
        rows["story"] = (self._number << STORY_BITS) + self._profiled + np.arange(len(customers))
        self._profiled += len(customers)
        people = self._people
        rows["drawn"][:, 0] = self._setting.profiles[people.segment[customers], people.language[customers]]
        return rows

    def _schedule(self, rows: Rows) -> None:
        """Keep rows until their window comes; those after the end never do."""
        windows = np.searchsorted(self._setting.plan.edges, rows["at"], side="right") - 1
        inside = windows < len(self._setting.plan.edges) - 1
        rows, windows = rows[inside], windows[inside]
        self._scheduled += _touchpoints(rows)
        for window in np.unique(windows):
            self._waiting[int(window)].append(rows[windows == window])

    def _cut(self, rows: Rows) -> Rows:
        """Leave out what would be more than the planned touchpoints."""
        allowed = self._touchpoints - self._published
        if _touchpoints(rows) <= allowed:
            return rows
        rows = rows[np.argsort(rows["at"], kind="stable")]
        counted = np.cumsum(rows["step"] != PROFILE_STEP)
        return rows[: int(np.searchsorted(counted, allowed + 1))]

    def _filled(self, rows: Rows, begins: int, ends: int) -> Rows:
        """Fill up the last window to the planned number of touchpoints with page views."""
        missing = self._touchpoints - self._published - _touchpoints(rows)
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


def _touchpoints(rows: Rows) -> int:
    return int(np.count_nonzero(rows["step"] != PROFILE_STEP))


def blocks(setting: Setting, cells: Sequence[int]) -> Iterator[Block]:
    """Give the events of some cells, window after window, in order of time."""
    living = [Cell(setting, number) for number in cells]
    for index in range(len(setting.plan.edges) - 1):
        rows = np.concatenate([cell.window(index) for cell in living])
        if len(rows):
            yield _block(rows[np.argsort(rows["at"], kind="stable")], setting)


def _block(rows: Rows, setting: Setting) -> Block:
    times = rows["at"].astype("datetime64[ms]").astype("S23")
    values = np.empty(len(rows), dtype=object)
    by_step = np.argsort(rows["step"], kind="stable")
    starts = np.flatnonzero(np.diff(rows["step"][by_step], prepend=-1))
    for group in np.split(by_step, starts[1:]):
        chosen = rows[group]
        values[group] = written(
            setting.wordings[int(chosen["step"][0])],
            chosen["story"].tolist(),
            chosen["customer"].tolist(),
            times[group].tolist(),
            chosen["drawn"],
            setting.pieces,
        )
    keys = [b"c%07d" % customer for customer in rows["customer"].tolist()]
    return Block(keys, values.tolist(), _touchpoints(rows))
