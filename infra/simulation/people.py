"""The simulated customers of one cell: who they are, when they come, how their mood moves.

Everything is an array over the cell's customers, in the order in which they come.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.simulation.phrases import LANGUAGES, SEGMENTS

EXISTING_SHARE = 0.6
"""Share of customers who are there before the first day."""
FIRST_SEEN_SHARE = 0.35
"""Part of the time in which those who are there already are seen for the first time."""
ZIPF = 0.8
HEAD_SHARE = 0.01
"""Flattens the very top: nobody is a customer a hundred times a day."""
LANGUAGE_SHARES = (0.26, 0.28, 0.18, 0.12, 0.16)
EXISTING_SEGMENT_SHARES = (0.0, 0.64, 0.21, 0.15)
HARDSHIP_SPREAD = 1.0
MOOD_HALF_LIFE = 60 * 86_400_000
MOOD_WEIGHT = 3.0
NEVER = np.iinfo(np.int64).max
ANONYMOUS_SHARE = 0.3
"""Share of new customers who come as visitors without a name."""
ANONYMOUS_FROM, ANONYMOUS_UNTIL = 10 * 60_000, 3 * 86_400_000
"""So long they stay that, in ms."""
MISTAKEN_SHARE = 0.006
"""Share of customers who are taken for the one who came before them, until somebody notices."""
STORIES_UNTIL_RETURNING = 3
STORIES_UNTIL_CLUB = 9
CLUB_MOOD = 0.12
NEW, RETURNING, CLUB, BUSINESS = range(len(SEGMENTS))

Millis = NDArray[np.int64]
Indices = NDArray[np.int64]


@dataclass
class People:
    """State of a cell's customers; times in ms since 1970."""

    due_at: Millis
    """When each is first seen."""
    is_new: NDArray[np.bool_]
    sector: NDArray[np.int8]
    language: NDArray[np.int8]
    segment: NDArray[np.int8]
    anonymous_for: Millis
    """So long after being seen first nobody knows who it is; 0 if that is known at once."""
    known_at: Millis
    """From when on it is known; set when they come."""
    is_mistaken: NDArray[np.bool_]
    """Is this customer taken for the one before, for some days?"""
    hardship: NDArray[np.float32]
    """How much likelier failures are for this customer."""
    activity_until: NDArray[np.float64]
    """Sum of the activities of all customers up to and including this one."""
    left_at: Millis
    stories: NDArray[np.int32]
    felt: NDArray[np.float32]
    felt_at: Millis
    weight: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.due_at)

    def drawn(self, random: np.random.Generator, count: int, seen: int, at: int) -> Indices:
        """Return customers among the first `seen`, by activity; who has left by `at` does not count."""
        if seen == 0:
            return np.empty(0, dtype=np.int64)
        until = self.activity_until[:seen]
        chosen = np.minimum(np.searchsorted(until, random.random(count) * until[-1]), seen - 1)
        return np.asarray(chosen[self.left_at[chosen] > at])

    def mood(self, customers: Indices, at: Millis) -> NDArray[np.float64]:
        """Return the moods at a time, about −2 to 1; 0 says that nothing is remembered."""
        kept = 2.0 ** (-np.maximum(0, at - self.felt_at[customers]) / MOOD_HALF_LIFE)
        weight = MOOD_WEIGHT + self.weight[customers] * kept
        return np.asarray(self.felt[customers] * kept / weight)

    def feel(self, customers: Indices, at: Millis, feeling: NDArray[np.float64]) -> None:
        """Add what was felt to the customers' memories, which fade until then."""
        kept = 2.0 ** (-np.maximum(0, at - self.felt_at[customers]) / MOOD_HALF_LIFE)
        self.felt[customers] *= kept
        self.weight[customers] *= kept
        self.felt_at[customers] = at
        np.add.at(self.felt, customers, feeling)
        np.add.at(self.weight, customers, (feeling != 0).astype(np.float32))
        np.add.at(self.stories, customers, 1)

    def promoted(self, customers: Indices, at: Millis) -> NDArray[np.bool_]:
        """Move those who have earned it to the next segment and say who changed."""
        stories, segment = self.stories[customers], self.segment[customers]
        returning = (segment == NEW) & (stories >= STORIES_UNTIL_RETURNING)
        content = self.mood(customers, at) >= CLUB_MOOD
        club = (segment == RETURNING) & (stories >= STORIES_UNTIL_CLUB) & content
        self.segment[customers[returning]] = RETURNING
        self.segment[customers[club]] = CLUB
        return np.asarray(returning | club)


def settle(
    random: np.random.Generator, count: int, start: int, end: int, sector_shares: NDArray[np.float64]
) -> People:
    """Return a cell's customers between two instants; those not there yet come one after the other."""
    is_new = random.random(count) >= EXISTING_SHARE
    reach = np.where(is_new, 0.97, FIRST_SEEN_SHARE)
    due = start + (random.random(count) * reach * (end - start)).astype(np.int64)
    order = np.argsort(due, kind="stable")
    ranks = random.permutation(count) + 1 + HEAD_SHARE * count
    hardship = np.exp(random.normal(0.0, HARDSHIP_SPREAD, count) - HARDSHIP_SPREAD**2 / 2)
    spread = np.exp(random.random(count) * np.log(ANONYMOUS_UNTIL / ANONYMOUS_FROM))
    anonymous = is_new & (random.random(count) < ANONYMOUS_SHARE)
    segment = random.choice(len(SEGMENTS), count, p=EXISTING_SEGMENT_SHARES).astype(np.int8)
    return People(
        due_at=due[order],
        is_new=is_new[order],
        sector=random.choice(len(sector_shares), count, p=sector_shares).astype(np.int8),
        language=random.choice(len(LANGUAGES), count, p=LANGUAGE_SHARES).astype(np.int8),
        segment=np.where(is_new[order], NEW, segment).astype(np.int8),
        anonymous_for=np.where(anonymous, ANONYMOUS_FROM * spread, 0)[order].astype(np.int64),
        known_at=np.zeros(count, dtype=np.int64),
        is_mistaken=random.random(count) < MISTAKEN_SHARE,
        hardship=hardship.astype(np.float32),
        activity_until=np.cumsum(1.0 / ranks**ZIPF),
        left_at=np.full(count, NEVER),
        stories=np.zeros(count, dtype=np.int32),
        felt=np.zeros(count, dtype=np.float32),
        felt_at=np.full(count, start),
        weight=np.zeros(count, dtype=np.float32),
    )
