"""The faults of a row that are still to come, and who is away because of one."""

import time
from collections.abc import Callable, Iterable, Mapping

from .rows.row import Fault
from .site import Target


class Strikes:
    """Strikes one fault after another, when so much of the load has been worked off."""

    def __init__(self, faults: Iterable[Fault], targets: Mapping[str, Target]) -> None:
        self._left = sorted(faults, key=lambda fault: fault.at)
        self._targets = targets
        self._away: list[tuple[float, Callable[[], None]]] = []

    @property
    def anybody_away(self) -> bool:
        """Does a blow last?"""
        return bool(self._away)

    @property
    def are_over(self) -> bool:
        """Has everything struck, and is everybody back?"""
        return not self._left and not self._away

    def strike(self, worked_off: float) -> None:
        """Strike what is due at this share of the load, and bring back whose time has come."""
        now = time.monotonic()
        for due in [one for one in self._away if one[0] <= now]:
            due[1]()
            self._away.remove(due)
        if self._left and not self._away and worked_off >= self._left[0].at:
            fault = self._left.pop(0)
            ends = self._targets[fault.whom].strike(fault.blow)
            if ends is not None:
                self._away.append((time.monotonic() + fault.away_seconds, ends))
