"""Index, components and emotions of many readings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from streams.bond.bond import TREASURE, S, W, rates_of
from streams.bond.kernel.columns import Arranged, Bools, FeltColumns, Floats, FloatsByEmotion, Ints, arranged
from streams.bond.kernel.contacts import Contacts, contacts_of
from streams.bond.kernel.healing import paired
from streams.bond.kernel.sums import amounts_of
from streams.bond.parameters import BOND_1, EMOTIONS, Parameters

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


def read_bonds(
    bond_at_ms: Ints, amounts: Sequence[Floats], at_ms: Ints | int, parameters: Parameters = BOND_1
) -> Readouts:
    """Return the readouts of many bonds, each at a time not before its own; ValueError if one is.

    `amounts` are the columns of `bond.AMOUNTS`, in that order, each with one entry for each bond.
    """
    age_ms = np.asarray(at_ms - bond_at_ms, dtype=np.float64)
    if (age_ms < 0).any():
        raise ValueError("a bond cannot be read before its last touchpoint")
    rates = rates_of(parameters)
    left = {rate: np.exp2(age_ms * rate) for rate in set(rates)}
    faded = [column * left[rate] for column, rate in zip(amounts, rates, strict=True)]
    return readouts_of(faded, parameters)


def readouts_of(amounts: Sequence[Floats], parameters: Parameters) -> Readouts:
    """Return what amounts read, given as the columns of `bond.AMOUNTS`."""
    felt, weights = amounts[S], amounts[W]
    treasure, scar, end, negative, negative_squares, positive, gain = amounts[TREASURE:]
    weight = np.sum(weights, axis=0)
    memory = np.sum(felt, axis=0) / (parameters.shrinkage + weight)
    base = parameters.pressure_softening + negative + positive
    pressure = -parameters.pressure_weight * (negative**2 - negative_squares) / base
    shrinkage = parameters.shrinkage / len(EMOTIONS)
    return Readouts(
        index=100.0 * np.tanh(memory + treasure + scar + end + pressure + gain),
        evidence=weight / (parameters.shrinkage + weight),
        memory=memory,
        treasure=treasure,
        scar=scar,
        end=end,
        pressure=pressure,
        recovery=gain,
        emotions=tuple(100.0 * np.tanh(s / (shrinkage + w)) for s, w in zip(felt, weights, strict=True)),
    )


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


def _read_into(results: Readouts, contacts: Contacts, at_ms: Ints, parameters: Parameters) -> None:
    """Fill in the results of the readings that have contacts; the others have felt nothing."""
    if not len(contacts):
        return
    readers, amounts = amounts_of(contacts, at_ms, parameters)
    got = readouts_of(amounts, parameters)
    for whole, part in zip(results.columns(), got.columns(), strict=True):
        whole[readers] = part
