"""What a stream remembers of a person: a few hundred bytes, however long the history.

Frozen: a fold makes a new one. `streams.bond.fold` makes them.
"""

from struct import Struct

from streams.bond.bond import AMOUNTS, Bond
from streams.bond.episodes import days, decay
from streams.bond.open_episodes import OpenEpisode
from streams.bond.parameters import Parameters
from streams.bond.seen import Seen
from streams.value import Value

_PACKED = Struct(f"={len(AMOUNTS)}d")

BEFORE_ALL_MS = -(1 << 62)


class Floor(Value, frozen=True):
    """Treasure and scar of all that is settled, at a time."""

    at_ms: int
    treasure: float
    scar: float

    def raised(self, at_ms: int, parameters: Parameters) -> "Floor":
        """Return the floor as faded to a later time."""
        if at_ms == self.at_ms:
            return self
        left = decay(days(at_ms, self.at_ms), parameters.extreme_half_life)
        return Floor(at_ms, self.treasure * left, self.scar * left)

    def with_extreme(self, extreme: float) -> "Floor":
        """Return the floor with one more treasure (above 0) or scar (below) at its time."""
        return Floor(self.at_ms, max(self.treasure, extreme), min(self.scar, extreme))


class Failed(Value, frozen=True):
    """When something failed that cannot grow any more, and how much."""

    at_ms: int
    damage: float


class State(Value, frozen=True):
    """A person after all touchpoints so far."""

    at_ms: int = BEFORE_ALL_MS
    last_id: str = ""
    """The last touchpoint is the greatest (at_ms, id)."""
    last_episode: str = ""
    """The last episode is the greatest (at_ms, episode)."""
    packed: bytes = bytes(_PACKED.size)
    """The amounts of the bond at `at_ms`. As bytes they take a quarter of the memory of floats."""
    seen: Seen = Seen()
    """Ids of touchpoints and episodes; and cases in which an act would heal what is settled already."""
    growing: tuple[OpenEpisode, ...] = ()
    """Contacts that may still grow, the one that ended last at the end."""
    failures: tuple[OpenEpisode, ...] = ()
    """Failures that cannot grow but may heal, in the order in which they stopped growing."""
    floor: Floor | None = None
    """The extremes of the rest; None while there is no open episode, for then they are the bond's."""
    failed: tuple[Failed, ...] = ()
    """The last failures, in the order of time: as many as can count in the load of one that is later than all
    others, or than a failure that may still grow."""

    def amounts(self) -> tuple[float, ...]:
        """Return the amounts of the bond at `at_ms`."""
        return _PACKED.unpack(self.packed)

    def bond(self) -> Bond:
        """Return the bond after the last touchpoint. ValueError if there was none."""
        if self.at_ms == BEFORE_ALL_MS:
            raise ValueError("nothing was felt yet")
        return Bond(self.at_ms, *self.amounts())


def packed(amounts: list[float]) -> bytes:
    """Return amounts as a State keeps them."""
    return _PACKED.pack(*amounts)


NOTHING_YET = State()
