"""What one touchpoint changes among the open episodes of a person.

The rules that keep it exact, given that touchpoints come in the order of (time, id):

- a contact that grows moves to the time of its new end: it is taken out of the sums and put in again;
- if it was an act, or has become one, the open failures of its case heal anew;
- a failure that moves forward in time forgets the acts before it;
- what cannot be followed so is told by `can_follow` before anything is changed.
"""

from collections.abc import Iterable, Sequence
from math import fsum

from streams.bond.bond import LAST, SCAR, TREASURE, Fading
from streams.bond.contact import Contact, Memory, remembered
from streams.bond.episodes import days
from streams.bond.open_episodes import (
    NEVER,
    OpenEpisode,
    acts_of,
    extreme_at,
    healed_by,
    heals,
    met_by,
    put_in,
    taken_out,
)
from streams.bond.parameters import MS_PER_DAY, Parameters
from streams.bond.seen import Seen, mark_of
from streams.bond.state import Failed, Floor, State, packed
from streams.value import replace

MAX_GROWING, GROWING_DAYS = 3, 45.0
"""So many contacts may still grow, and so long after their last touchpoint."""

MAX_WAITING, WAITING_DAYS = 4, 180.0
"""So many failures wait for an act, and so long. Both pairs weigh memory against trips to the journal."""

FEW_NAMES, NAMES_PER_PLACE, MOST_MORE = 256, 16, 512
"""Who has met more names than few has a place more of each for every so many of them, up to so many. Of a
customer with hundreds of touchpoints a day 12,800 took 2 s rather than more than a minute: nearly every batch
of theirs had met a contact or a case that was settled, and their past was folded again."""

_NEARLY = 1.0 - 1e-9
"""An episode is the extreme that stands if it is so much of it: one faded step by step, the other at once."""


class Workbench:
    """The open episodes of a person and the sums in which they stand, at the time of a touchpoint."""

    def __init__(self, state: State, amounts: list[float], now_ms: int, fading: Fading) -> None:
        self._now_ms = now_ms
        self._fading = fading
        self._parameters = fading.parameters
        self._floor = state.floor or Floor(now_ms, amounts[TREASURE], amounts[SCAR])
        self.amounts = amounts
        self.growing = list(state.growing)
        self.failures = list(state.failures)
        self.failed = list(state.failed)
        self.marks = b""
        self._extremes_may_have_gone = False

    def change(self, old: OpenEpisode | None, contact: Contact) -> OpenEpisode:
        """Put a contact, begun or grown now, in the place of what it was; heal what it heals."""
        if old is not None:
            self.growing.remove(old)
            self._take_out(old, remembered(old.contact, self._parameters))
        memory = remembered(contact, self._parameters)
        new = self._opened(contact, memory.impact)
        self._put_in(new, memory)
        self.growing.append(new)
        self._heal(_cases_of_acts(old, contact), new)
        return new

    def _put_in(self, one: OpenEpisode, memory: Memory) -> None:
        self.amounts = put_in(self.amounts, one, memory, self._now_ms, self._fading)
        extreme = extreme_at(one, self._now_ms, self._parameters)
        self.amounts[TREASURE] = max(self.amounts[TREASURE], extreme)
        self.amounts[SCAR] = min(self.amounts[SCAR], extreme)

    def _take_out(self, one: OpenEpisode, memory: Memory) -> None:
        self.amounts = taken_out(self.amounts, one, memory, self._now_ms, self._fading)
        extreme = extreme_at(one, self._now_ms, self._parameters)
        stands = self.amounts[TREASURE if extreme > 0 else SCAR]
        if abs(extreme) >= _NEARLY * abs(stands):
            self._extremes_may_have_gone = True

    def _opened(self, contact: Contact, impact: float) -> OpenEpisode:
        """Return the open episode of a contact that ended now, healed by itself alone."""
        new = OpenEpisode(contact, impact)
        if not new.is_failure:
            return new
        failed = [*self.failed, *failures_of(self.growing)]
        load = load_before(self._now_ms, failed, self._parameters)
        return healed_by(replace(new, load=load), [contact], self._parameters)

    def _heal(self, cases: set[str], but: OpenEpisode) -> None:
        """Heal the open failures of some cases anew."""
        if not cases:
            return
        acts = acts_of(one.contact for one in self.growing)
        for place in (self.growing, self.failures):
            for i, old in enumerate(place):
                if old is not but and old.contact.case in cases and old.is_failure:
                    place[i] = healed_by(old, acts.get(old.contact.case, ()), self._parameters)
                    memory = remembered(old.contact, self._parameters)
                    self._take_out(old, memory)
                    self._put_in(place[i], memory)

    def close(self, those: Sequence[OpenEpisode]) -> None:
        """Let growing contacts, given in the order of time, grow no more."""
        closed = {one.contact.id for one in those}
        self.growing = [one for one in self.growing if one.contact.id not in closed]
        failed = [one for one in those if one.is_failure]
        if failed:
            self.failures += failed
            self.failed = self._worth_keeping([*self.failed, *failures_of(failed)])
        for one in those:
            if not one.is_failure:
                self._sink(one)
        if acts := acts_of(one.contact for one in those):
            for place in (self.growing, self.failures):
                for i, other in enumerate(place):
                    if other.contact.case in acts and other.is_failure:
                        place[i] = replace(other, met_at=met_by(other, acts[other.contact.case]))

    def _worth_keeping(self, failed: Iterable[Failed]) -> list[Failed]:
        """Return, in the order of time, the failures whose load is as good as that of all.

        It is for any later one, and before each failure that may still grow, too.
        """
        newest_first = sorted(failed, key=lambda one: (one.at_ms, one.damage), reverse=True)
        newest_ms = newest_first[0].at_ms
        before_ms = min([newest_ms, *(one.at_ms for one in failures_of(self.growing))])
        opens_ms = newest_ms - self._parameters.prior_window * MS_PER_DAY
        kept: list[Failed] = []
        load = 0.0
        for one in newest_first:
            if load >= self._parameters.prior_load or one.at_ms < opens_ms:
                break
            kept.append(one)
            load += one.damage if one.at_ms < before_ms else 0.0
        return kept[::-1]

    def settle(self, names: int) -> None:
        """Close the contacts that are too many or too old, and settle the failures that need not wait.

        `names` is how many touchpoints and contacts the person has met.
        """
        more = more_places(names)
        count = max(0, len(self.growing) - MAX_GROWING - more)
        while count < len(self.growing) and self._is_old(self.growing[count]):
            count += 1
        if count:
            self.close(self.growing[:count])
        for one in [one for one in self.failures if self._is_final(one)]:
            self.failures.remove(one)
            self._sink(one)
        most = MAX_WAITING + more
        while self.failures and (len(self.failures) > most or self._waited_long(self.failures[0])):
            one = self.failures.pop(0)
            self.marks += case_mark(one.contact.case)
            self._sink(one)
        if self._extremes_may_have_gone:
            self.find_extremes()

    def _is_old(self, one: OpenEpisode) -> bool:
        return days(self._now_ms, one.contact.at_ms) > GROWING_DAYS

    def _waited_long(self, failure: OpenEpisode) -> bool:
        return days(self._now_ms, failure.contact.at_ms) > WAITING_DAYS

    def _is_final(self, failure: OpenEpisode) -> bool:
        if NEVER in failure.met_at:
            return False
        return not any(heals(one.contact, failure) for one in self.growing)

    def _sink(self, one: OpenEpisode) -> None:
        """Keep only the treasure or scar of an episode; in the sums it stands already."""
        extreme = extreme_at(one, self._now_ms, self._parameters)
        self._floor = self._floor.raised(self._now_ms, self._parameters).with_extreme(extreme)

    def find_extremes(self) -> None:
        """Put treasure and scar of all episodes into the amounts."""
        open_ones = (*self.growing, *self.failures)
        extremes = [extreme_at(one, self._now_ms, self._parameters) for one in open_ones]
        floor = self._floor.raised(self._now_ms, self._parameters)
        self.amounts[TREASURE] = max(floor.treasure, *extremes, 0.0)
        self.amounts[SCAR] = min(floor.scar, *extremes, 0.0)

    def end_with(self, one: OpenEpisode) -> None:
        """Make an episode the last."""
        self.amounts[LAST] = self._parameters.end_weight * one.impact * (1.0 - one.heal)

    def state(self, last_id: str, last_episode: str, seen: Seen) -> State:
        """Return the state as it stands on the bench."""
        return State(
            self._now_ms,
            last_id,
            last_episode,
            packed(self.amounts),
            seen,
            tuple(self.growing),
            tuple(self.failures),
            self._floor if self.growing or self.failures else None,
            tuple(self.failed),
        )


def more_places(names: int) -> int:
    """Return how many contacts more may grow, and failures more wait, of who has met so many names."""
    return min(max(0, names - FEW_NAMES) // NAMES_PER_PLACE, MOST_MORE)


def can_follow(state: State, old: OpenEpisode | None, contact: Contact, parameters: Parameters) -> bool:
    """Tell whether the change from `old` to `contact` touches open episodes alone."""
    if contact.case is None:
        return True  # then none of its touchpoints ever had one
    if contact.at_ms == state.at_ms:
        return False  # acts of that very time may be settled
    if old is not None and old.is_failure and _leaves_load(state, old, contact.at_ms, parameters):
        return False  # a later failure may bring a premium then
    return not any(state.seen.has(case_mark(case)) for case in _cases_of_acts(old, contact))


def case_mark(case: str | None) -> bytes:
    """Return the mark of a case in which an act would heal what is settled."""
    return mark_of(f"case\0{case}")


def _cases_of_acts(old: OpenEpisode | None, contact: Contact) -> set[str]:
    """Return the cases in which a contact acts now, or acted before it grew."""
    if contact.case is None:
        return set()
    contacts = (contact,) if old is None else (contact, old.contact)
    return {one.case for one in contacts if one.is_act and one.case}


def _leaves_load(state: State, old: OpenEpisode, now_ms: int, parameters: Parameters) -> bool:
    """Is there a later failure whose load might count without `old`?

    Not if there was load enough before both.
    """
    others = [*state.failed, *failures_of(one for one in state.growing if one is not old)]
    old_ms = old.contact.at_ms
    if all(other.at_ms <= old_ms for other in others):
        return False
    opens_ms = now_ms - parameters.prior_window * MS_PER_DAY
    before = fsum(other.damage for other in others if opens_ms <= other.at_ms <= old_ms)
    return before < parameters.prior_load


def failures_of(episodes: Iterable[OpenEpisode]) -> list[Failed]:
    """Return when those of these episodes failed that did, and how much."""
    return [Failed(one.contact.at_ms, one.damage) for one in episodes if one.is_failure]


def load_before(at_ms: int, failed: Iterable[Failed], parameters: Parameters) -> float:
    """Return what failed in the window before a time, as far as it counts."""
    opens_ms = at_ms - parameters.prior_window * MS_PER_DAY
    load = fsum(prior.damage for prior in failed if opens_ms <= prior.at_ms < at_ms)
    return min(load, parameters.prior_load)
