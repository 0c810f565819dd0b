"""Sums over each reading's episodes, and the index, components and emotions that follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from streams.bond.kernel.columns import Arranged, Bools, FeltColumns, Floats, FloatsByEmotion, Ints, arranged
from streams.bond.kernel.contacts import Contacts, contacts_of
from streams.bond.kernel.healing import healed, paired
from streams.bond.parameters import BOND_1, EMOTIONS, MS_PER_DAY, Parameters

BLOCK = 32_768
"""Rows looked at in one go: as many as stay in a core's cache, which makes it three times faster."""


class Reads(NamedTuple):
    """What to read: of whom, when, and up to which touchpoint at that very time."""

    person: Ints
    at_ms: Ints
    through: Ints | None = None
    """Rank of the last touchpoint at `at_ms` that counts, as in `FeltColumns.order`; None: all."""


@dataclass(frozen=True, slots=True)
class Readouts:
    """One entry for each reading, in the order in which they were asked."""

    index: Floats
    evidence: Floats
    memory: Floats
    treasure: Floats
    scar: Floats
    end: Floats
    pressure: Floats
    recovery: Floats
    emotions: FloatsByEmotion

    @classmethod
    def zeros(cls, count: int) -> "Readouts":
        """Return the readouts of people who have felt nothing yet."""
        index, evidence, memory, treasure, scar, end, pressure, recovery = np.zeros((8, count))
        emotions = tuple(np.zeros((len(EMOTIONS), count)))
        return cls(index, evidence, memory, treasure, scar, end, pressure, recovery, emotions)

    def columns(self) -> list[Floats]:
        """Return all arrays, in a fixed order."""
        scalars = (self.index, self.evidence, self.memory, self.treasure, self.scar)
        return [*scalars, self.end, self.pressure, self.recovery, *self.emotions]


def everyone_at(felt: FeltColumns, at_ms: int, parameters: Parameters = BOND_1) -> tuple[Ints, Readouts]:
    """Return every person, ascending, and the bond of each at one time."""
    rows = arranged(felt, parameters)
    reads = Reads(rows.people, np.full(len(rows.people), at_ms, dtype=np.int64))
    return rows.people, read_many(rows, reads, parameters)


def read_many(rows: Arranged, reads: Reads, parameters: Parameters = BOND_1, block: int = BLOCK) -> Readouts:
    """Return the bond at each reading. People without a touchpoint have felt nothing."""
    results = Readouts.zeros(len(reads.person))
    low, high = _spans(rows, reads.person)
    everything = np.arange(len(rows.at_ms))
    for some in _blocks(high - low, block):
        asked, place = paired(some, low[some], high[some], everything)
        counts = _counts(rows, place, reads, asked)
        contacts = contacts_of(rows, place[counts], asked[counts], parameters)
        _read_into(results, contacts, reads.at_ms, parameters)
    return results


def read_contacts(contacts: Contacts, at_ms: Ints, parameters: Parameters = BOND_1) -> Readouts:
    """Return the bond at each reading from its episodes; `at_ms` is the time of each reading."""
    results = Readouts.zeros(len(at_ms))
    _read_into(results, contacts, at_ms, parameters)
    return results


def _spans(rows: Arranged, person: Ints) -> tuple[Ints, Ints]:
    """Return where the rows of each person begin and end; nowhere for a stranger."""
    if not len(rows.people):
        return np.zeros(len(person), np.int64), np.zeros(len(person), np.int64)
    place = np.minimum(np.searchsorted(rows.people, person), len(rows.people) - 1)
    known = rows.people[place] == person
    return rows.first[place], np.where(known, rows.first[place + 1], rows.first[place])


def _blocks(counts: Ints, size: int) -> Iterator[Ints]:
    """Yield the places of readings that together look at about `size` rows."""
    upto = np.cumsum(counts)
    start = 0
    while start < len(counts):
        before = upto[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(upto, before + size, side="right")))
        yield np.arange(start, stop)
        start = stop


def _counts(rows: Arranged, place: Ints, reads: Reads, asked: Ints) -> Bools:
    """Tell of each pair whether the reading sees the row."""
    until_ms = reads.at_ms[asked]
    earlier: Bools = rows.at_ms[place] < until_ms
    now: Bools = rows.at_ms[place] == until_ms
    if reads.through is not None:
        now &= rows.order[place] <= reads.through[asked]
    return earlier | now


def _read_into(results: Readouts, contacts: Contacts, read_at_ms: Ints, parameters: Parameters) -> None:
    """Fill in the results of the readings that have contacts; the others have felt nothing."""
    if not len(contacts):
        return
    starts = np.flatnonzero(np.diff(contacts.read, prepend=-1))
    sums = _Sums(contacts, starts, read_at_ms, parameters)
    got = sums.readouts()
    who = contacts.read[starts]
    for whole, part in zip(results.columns(), got.columns(), strict=True):
        whole[who] = part


class _Sums:
    """The sums over the episodes of each reading, made one by one from columns of amounts."""

    def __init__(self, contacts: Contacts, starts: Ints, read_at_ms: Ints, parameters: Parameters) -> None:
        self._contacts = contacts
        self._starts = starts
        self._parameters = parameters
        self._age = (read_at_ms[contacts.read] - contacts.at_ms) / MS_PER_DAY
        self._healed = healed(contacts, read_at_ms, parameters)
        self._left_by_half_life: dict[float, Floats] = {}

    def readouts(self) -> Readouts:
        """Return the readings that have contacts, in order."""
        felt, weights = self._memory()
        shrinkage = self._parameters.shrinkage
        weight = np.sum(weights, axis=0)
        memory = np.sum(felt, axis=0) / (shrinkage + weight)
        treasure, scar = self._extremes()
        end, pressure, recovery = self._end(), self._pressure(), self._recovery()
        return Readouts(
            index=100.0 * np.tanh(memory + treasure + scar + end + pressure + recovery),
            evidence=weight / (shrinkage + weight),
            memory=memory,
            treasure=treasure,
            scar=scar,
            end=end,
            pressure=pressure,
            recovery=recovery,
            emotions=tuple(
                100.0 * np.tanh(s / (shrinkage / len(EMOTIONS) + w))
                for s, w in zip(felt, weights, strict=True)
            ),
        )

    def _left(self, half_life: float) -> Floats:
        """Return importance times what is left of each episode."""
        if half_life not in self._left_by_half_life:
            fading = np.exp2(self._age * (-1.0 / half_life))
            self._left_by_half_life[half_life] = fading * self._contacts.importance
        return self._left_by_half_life[half_life]

    def _kept(self, amounts: Floats) -> Floats:
        """Take the healed part from amounts, in place."""
        amounts[self._healed.place] *= 1.0 - self._healed.heal
        return amounts

    def _sum(self, amounts: Floats) -> Floats:
        sums: Floats = np.add.reduceat(amounts, self._starts)
        return sums

    def _memory(self) -> tuple[list[Floats], list[Floats]]:
        half_lives = self._parameters.half_lives
        felt = [
            self._sum(self._kept(amounts * self._left(half_life)))
            for amounts, half_life in zip(self._contacts.felt, half_lives, strict=True)
        ]
        weights = [
            self._sum(amounts * self._left(half_life))
            for amounts, half_life in zip(self._contacts.weight, half_lives, strict=True)
        ]
        return felt, weights

    def _extremes(self) -> tuple[Floats, Floats]:
        extremes = self._kept(self._contacts.impact * self._left(self._parameters.extreme_half_life))
        weight = self._parameters.extreme_weight
        best = np.maximum.reduceat(extremes, self._starts)
        worst = np.minimum.reduceat(extremes, self._starts)
        return weight * np.maximum(0.0, best), weight * np.minimum(0.0, worst)

    def _end(self) -> Floats:
        contacts = self._contacts
        sizes = np.diff(self._starts, append=len(contacts))
        newest = np.repeat(np.maximum.reduceat(contacts.at_ms, self._starts), sizes)
        places = np.where(contacts.at_ms == newest, np.arange(len(contacts)), -1)
        last = np.maximum.reduceat(places, self._starts)
        kept = self._kept(contacts.impact.copy())[last]
        fading = np.exp2(-self._age[last] / self._parameters.end_half_life)
        return self._parameters.end_weight * kept * fading

    def _pressure(self) -> Floats:
        parameters = self._parameters
        amounts = self._kept(self._contacts.impact * self._left(parameters.pressure_half_life))
        strains = np.maximum(0.0, -amounts)
        strain, ease = self._sum(strains), self._sum(np.maximum(0.0, amounts))
        pairs = strain**2 - self._sum(strains**2)
        return -parameters.pressure_weight * pairs / (parameters.pressure_softening + strain + ease)

    def _recovery(self) -> Floats:
        who = self._contacts.read[self._starts]
        gains = np.zeros(len(who))
        np.add.at(gains, np.searchsorted(who, self._contacts.read[self._healed.place]), self._healed.gain)
        return gains
