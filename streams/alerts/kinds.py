"""The closed set of kinds of rules. A rule is the parameters of one kind, with an owner and a cooldown.

Each kind is `(state, touchpoint) -> (state, causes)`; its state is small and frozen, None before anything was
felt. Kinds that need silence also tell what is due at a time.
"""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.touchpoint import Name, Slug
from streams.alerts.lived import Cause, Lived, Silence
from streams.bond.parameters import MS_PER_DAY

MS_PER_HOUR = 3_600_000
MOST_WAITING = 4
"""Moments of truth and failures of one person that a rule follows at a time, the latest ones."""
MOST_TOLD = 8
"""Touchpoints that are told as the cause of a fall, the latest ones."""
FADING_DAYS = 730
"""So far ahead a fading bond is looked at."""

Index = Annotated[float, Field(ge=-100, le=100)]
Points = Annotated[float, Field(gt=0, le=200)]
Days = Annotated[float, Field(gt=0, le=3650)]
Step = tuple[Any, list[Cause]]
IndexAt = Callable[[int], float]
"""The index at a time after the last felt touchpoint, while nothing more is felt."""

NO_CAUSES: list[Cause] = []


class RuleBase(BaseModel):
    """What every rule has."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: str
    title: Name = Field(description="What people call it")
    enabled: bool = Field(True, description="Is it on, unless somebody switches it?")
    owner: Slug | None = Field(None, description="Department that gets it; that of the touchpoint if absent")
    cooldown_days: Annotated[float, Field(ge=0, le=3650)] = Field(
        description="So long it stays quiet about a customer"
    )
    human: bool = Field(False, description="Does it also ask for a person rather than a bot?")

    good: ClassVar[bool] = False
    """Is it good news?"""

    def step(self, state: Any, lived: Lived) -> Step:
        """Return the state after a touchpoint, and what it caused."""
        return state, NO_CAUSES

    def due(self, state: Any, silence: Silence | None, index_at: IndexAt, now_ms: int) -> Step:
        """Return the state and what silence until now caused, since the last touchpoint that was felt."""
        return state, NO_CAUSES


class Breaking(RuleBase):
    """The bond has fallen far in a short time, and is low. Never by a first contact: no bond was there."""

    kind: Literal["breaking"]
    below: Index = Field(description="The index is at most this")
    fallen: Points = Field(description="It has fallen by so many points")
    days: Days = Field(description="Within so many days")

    def step(self, state: Any, lived: Lived) -> Step:
        """The state: (time, index) of highs, each lower than the one before; (time, id) of what was bad."""
        if lived.after is None or lived.before is None:
            return state, NO_CAUSES
        here = (lived.at_ms, lived.after)
        if state is None:
            return ((here,), ()), NO_CAUSES
        if lived.after >= lived.before:
            return (_lowered(state[0], here), state[1]), NO_CAUSES
        opens_ms = lived.at_ms - self.days * MS_PER_DAY
        recent = [high for high in state[0] if high[0] >= opens_ms]
        highs = _lowered(recent, (lived.at_ms, lived.before))
        bad = state[1]
        if lived.impact < 0:
            bad = (*[one for one in bad if one[0] >= highs[0][0]], (lived.at_ms, lived.id))[-MOST_TOLD:]
            if lived.after <= self.below and highs[0][1] - lived.after >= self.fallen:
                ids = tuple(one[1] for one in bad)
                cause = Cause(lived.at_ms, ids, highs[0][1], lived.after, lived.case, lived.department)
                return ((here,), ()), [cause]
        return (_lowered(highs, here), bad), NO_CAUSES


def _lowered(highs: Sequence[tuple[int, float]], here: tuple[int, float]) -> tuple[tuple[int, float], ...]:
    """Return falling highs down to the one that is here now."""
    count = len(highs)
    while count and highs[count - 1][1] <= here[1]:
        count -= 1
    return (*highs[:count], here)


class Series(RuleBase):
    """One bad contact after the other."""

    kind: Literal["series"]
    contacts: Annotated[int, Field(ge=2, le=50)] = Field(description="So many bad contacts")
    days: Days = Field(description="Within so many days")
    impact: Annotated[float, Field(ge=-2.25, lt=0)] = Field(
        description="A contact is bad if its local impact is at most this"
    )

    def step(self, state: Any, lived: Lived) -> Step:
        """The state: (time, id, episode, index before) of the latest bad touchpoint of each bad contact."""
        if lived.impact > self.impact or lived.before is None or lived.after is None:
            return state, NO_CAUSES
        opens_ms = lived.at_ms - self.days * MS_PER_DAY
        kept = [bad for bad in state or () if bad[0] >= opens_ms and bad[2] != lived.episode]
        bad = (*kept, (lived.at_ms, lived.id, lived.episode, lived.before))
        if len(bad) < self.contacts:
            return bad, NO_CAUSES
        ids = tuple(one[1] for one in bad)
        return (), [Cause(lived.at_ms, ids, bad[0][3], lived.after, lived.case, lived.department)]


class Unanswered(RuleBase):
    """A moment of truth has gone wrong, and nobody made up for it.

    An answer is a good contact or an act of recovery in the same case; of a moment without a case, any.
    """

    kind: Literal["unanswered"]
    hours: Annotated[float, Field(gt=0, le=8760)] = Field(description="For so long")

    def step(self, state: Any, lived: Lived) -> Step:
        """The state: causes that wait, each for its time."""
        state, causes = self._due(state, lived.at_ms - 1) if state else ((), NO_CAUSES)
        if lived.outcome == "left":
            return (), causes
        if lived.after is None or lived.before is None:
            return state, causes
        if lived.impact > 0:
            return tuple(one for one in state if one.case and one.case != lived.case), causes
        if lived.moment_of_truth and lived.impact < 0:
            due_ms = lived.at_ms + round(self.hours * MS_PER_HOUR)
            cause = Cause(due_ms, (lived.id,), lived.before, lived.after, lived.case, lived.department)
            state = (*state, cause)[-MOST_WAITING:]
        return state, causes

    def due(self, state: Any, silence: Silence | None, index_at: IndexAt, now_ms: int) -> Step:
        """Return what waited in vain."""
        return self._due(state, now_ms) if state else (state, NO_CAUSES)

    def _due(self, state: tuple[Cause, ...], now_ms: int) -> Step:
        return tuple(one for one in state if one.at_ms > now_ms), [
            one for one in state if one.at_ms <= now_ms
        ]


class Fading(RuleBase):
    """A bond that was strong fades in silence."""

    kind: Literal["fading"]
    once: Index = Field(description="After the last contact the index was at least this")
    below: Index = Field(description="It has faded under this")
    days: Days = Field(description="Nothing was felt for so many days")

    def step(self, state: Any, lived: Lived) -> Step:
        """The state: the touchpoint since which it is silent, once that was told; "left" if they left."""
        if lived.outcome == "left":
            return "left", NO_CAUSES
        return (None if lived.after is not None else state), NO_CAUSES

    def due(self, state: Any, silence: Silence | None, index_at: IndexAt, now_ms: int) -> Step:
        """Return the first whole day of the silence on which the bond is no longer strong."""
        if silence is None or state is not None or silence.bond_index < self.once:
            return state, NO_CAUSES
        last = min(FADING_DAYS, (now_ms - silence.last_ms) // MS_PER_DAY)
        for day in range(ceil(self.days), last + 1):
            at_ms = silence.last_ms + day * MS_PER_DAY
            index = index_at(at_ms)
            if index < self.below:
                cause = Cause(
                    at_ms, (silence.last_id,), silence.bond_index, index, silence.case, silence.department
                )
                return silence.last_id, [cause]
        return state, NO_CAUSES


class WonBack(RuleBase):
    """Good news: after a failure the bond is above its level before it."""

    kind: Literal["won_back"]
    depth: Points = Field(description="The failure had cost at least so many points")

    good: ClassVar[bool] = True

    def step(self, state: Any, lived: Lived) -> Step:
        """The state: (case, id, index before, lowest index since) of each case that failed."""
        if lived.after is None or lived.before is None:
            return state, NO_CAUSES
        if lived.impact < 0:
            return self._failed(state or (), lived, lived.before, lived.after), NO_CAUSES
        if not state:
            return state, NO_CAUSES
        back = [one for one in state if lived.after > one[2]]
        causes = [
            Cause(lived.at_ms, (id, lived.id), lowest, lived.after, case, lived.department)
            for case, id, level, lowest in back
            if level - lowest >= self.depth
        ]
        return tuple(one for one in state if one not in back), causes

    def _failed(self, state: tuple[Any, ...], lived: Lived, before: float, after: float) -> tuple[Any, ...]:
        state = tuple((case, id, level, min(lowest, after)) for case, id, level, lowest in state)
        if not lived.case or any(one[0] == lived.case for one in state):
            return state
        return (*state, (lived.case, lived.id, before, after))[-MOST_WAITING:]


Rule = Annotated[Breaking | Series | Unanswered | Fading | WonBack, Field(discriminator="kind")]
KINDS = ("breaking", "series", "unanswered", "fading", "won_back")
