"""The sums over each reading's episodes: the amounts of `streams.bond.bond.Bond`, as columns."""

import numpy as np

from streams.bond.kernel.columns import Floats, Ints
from streams.bond.kernel.contacts import Contacts
from streams.bond.kernel.healing import healed
from streams.bond.parameters import MS_PER_DAY, Parameters


def amounts_of(contacts: Contacts, read_at_ms: Ints, parameters: Parameters) -> tuple[Ints, list[Floats]]:
    """Return the readings that have contacts, and the column of each amount, one entry for each of them.

    `read_at_ms` is the time of each reading; there must be a contact.
    """
    sums = _Sums(contacts, read_at_ms, parameters)
    return sums.readers, [
        *sums.felt(),
        *sums.weights(),
        *sums.extremes(),
        sums.end(),
        *sums.pressure(),
        sums.gain(),
    ]


class _Sums:
    """Sums over the segments of a column that belong to one reading."""

    def __init__(self, contacts: Contacts, read_at_ms: Ints, parameters: Parameters) -> None:
        self._contacts = contacts
        self._parameters = parameters
        self._starts = np.flatnonzero(np.diff(contacts.read, prepend=-1))
        self.readers = contacts.read[self._starts]
        self._age = (read_at_ms[contacts.read] - contacts.at_ms) / MS_PER_DAY
        self._healed = healed(contacts, read_at_ms, parameters)
        self._left_by_half_life: dict[float, Floats] = {}

    def felt(self) -> list[Floats]:
        """S_k."""
        return [
            self._sum(self._kept(amounts * self._left(half_life)))
            for amounts, half_life in zip(self._contacts.felt, self._parameters.half_lives, strict=True)
        ]

    def weights(self) -> list[Floats]:
        """W_k."""
        return [
            self._sum(amounts * self._left(half_life))
            for amounts, half_life in zip(self._contacts.weight, self._parameters.half_lives, strict=True)
        ]

    def extremes(self) -> tuple[Floats, Floats]:
        """The components treasure and scar."""
        extremes = self._kept(self._contacts.impact * self._left(self._parameters.extreme_half_life))
        weight = self._parameters.extreme_weight
        best = np.maximum.reduceat(extremes, self._starts)
        worst = np.minimum.reduceat(extremes, self._starts)
        return weight * np.maximum(0.0, best), weight * np.minimum(0.0, worst)

    def end(self) -> Floats:
        """The component end: of the greatest (time, episode), and contacts stand in the order of episodes."""
        contacts = self._contacts
        sizes = np.diff(self._starts, append=len(contacts))
        newest = np.repeat(np.maximum.reduceat(contacts.at_ms, self._starts), sizes)
        places = np.where(contacts.at_ms == newest, np.arange(len(contacts)), -1)
        last = np.maximum.reduceat(places, self._starts)
        kept = self._kept(contacts.impact.copy())[last]
        fading = np.exp2(-self._age[last] / self._parameters.end_half_life)
        return self._parameters.end_weight * kept * fading

    def pressure(self) -> tuple[Floats, Floats, Floats]:
        """N, the sum of its squares, and P."""
        amounts = self._kept(self._contacts.impact * self._left(self._parameters.pressure_half_life))
        bad = np.maximum(0.0, -amounts)
        return self._sum(bad), self._sum(bad**2), self._sum(np.maximum(0.0, amounts))

    def gain(self) -> Floats:
        """The component recovery."""
        gains = np.zeros(len(self.readers))
        gainers = np.searchsorted(self.readers, self._contacts.read[self._healed.place])
        np.add.at(gains, gainers, self._healed.gain)
        return gains

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
