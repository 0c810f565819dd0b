"""A person's bond as a row of numbers, from which the index at any later time follows.

After the last touchpoint everything fades by a known law, so eighteen numbers stand for a whole history: the
sums of the read-out, faded to the time of the last touchpoint. They are what a table of current bonds holds.
"""

from collections.abc import Sequence
from math import exp2, tanh
from operator import itemgetter, mul
from typing import NamedTuple

from streams.bond.parameters import BOND_1, MS_PER_DAY, Parameters


class Bond(NamedTuple):
    """Sums over a person's episodes, each faded to `at_ms`. The names are those of the table of bonds."""

    at_ms: int
    """The last touchpoint that was felt."""
    s_surprise: float = 0.0
    s_relief: float = 0.0
    s_gratitude: float = 0.0
    s_familiarity: float = 0.0
    s_belonging: float = 0.0
    """What was felt (S_k)."""
    w_surprise: float = 0.0
    w_relief: float = 0.0
    w_gratitude: float = 0.0
    w_familiarity: float = 0.0
    w_belonging: float = 0.0
    """How much it weighs (W_k)."""
    treasure: float = 0.0
    scar: float = 0.0
    last: float = 0.0
    """The components treasure, scar and end."""
    negative: float = 0.0
    """N: what bad episodes add to the pressure."""
    negative_squares: float = 0.0
    """The sum of its squares, so that an episode does not meet itself."""
    positive: float = 0.0
    """P: what the others relieve."""
    gain: float = 0.0
    """The component recovery."""


Amounts = Sequence[float]
"""The numbers of a Bond after `at_ms`, in its order."""

AMOUNTS = Bond._fields[1:]
S, W, EXTREMES = slice(0, 5), slice(5, 10), slice(10, 13)
TREASURE, SCAR, LAST, NEGATIVE, NEGATIVE_SQUARES, POSITIVE, GAIN = range(10, 17)


class Fading:
    """How the amounts of a bond fade and what they read, for one version of the model."""

    __slots__ = ("_pick", "_rates", "parameters")

    def __init__(self, parameters: Parameters = BOND_1) -> None:
        self.parameters = parameters
        rates = rates_of(parameters)
        self._rates = tuple(dict.fromkeys(rates))
        self._pick = itemgetter(*map(self._rates.index, rates))

    def faded(self, amounts: Amounts, age_ms: int) -> list[float]:
        """Return the amounts so many milliseconds later."""
        left = [exp2(age_ms * rate) for rate in self._rates]
        return list(map(mul, amounts, self._pick(left)))

    def read(self, amounts: Amounts) -> tuple[float, float]:
        """Return index and evidence."""
        shrinkage, weight = self.parameters.shrinkage, sum(amounts[W])
        memory = sum(amounts[S]) / (shrinkage + weight)
        total = memory + sum(amounts[EXTREMES]) + self._pressure(amounts) + amounts[GAIN]
        return 100.0 * tanh(total), weight / (shrinkage + weight)

    def _pressure(self, amounts: Amounts) -> float:
        negative = amounts[NEGATIVE]
        pairs = negative * negative - amounts[NEGATIVE_SQUARES]
        base = self.parameters.pressure_softening + negative + amounts[POSITIVE]
        return -self.parameters.pressure_weight * pairs / base


def rates_of(parameters: Parameters) -> list[float]:
    """Return for each amount the binary logarithm of what is left of it after a millisecond."""
    pressure = parameters.pressure_half_life
    half_lives = (
        *parameters.half_lives,
        *parameters.half_lives,
        *(parameters.extreme_half_life, parameters.extreme_half_life, parameters.end_half_life),
        *(pressure, pressure / 2.0, pressure, parameters.gain_half_life),
    )
    return [-1.0 / (half_life * MS_PER_DAY) for half_life in half_lives]


def index_at(bond: Bond, at_ms: int, parameters: Parameters = BOND_1) -> tuple[float, float]:
    """Return index and evidence at a time, not before the bond's own. ValueError if it is."""
    if at_ms < bond.at_ms:
        raise ValueError("a bond cannot be read before its last touchpoint")
    fading = Fading(parameters)
    return fading.read(fading.faded(bond[1:], at_ms - bond.at_ms))
