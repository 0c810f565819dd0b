"""The stream's fold: (state, touchpoint) -> state, with the index before and after.

The fast path takes touchpoints in the order of (time, id). What it cannot follow, and only that, it hands
back: a touchpoint that is late, tied or perhaps repeated, one that joins an episode that may be settled, an
act in a case whose failure is. Then the state is made again from the whole history, with the same figures.
"""

from collections.abc import Iterable, Sequence

from streams.bond.bond import LAST, NEGATIVE, NEGATIVE_SQUARES, POSITIVE, SCAR, TREASURE, Fading
from streams.bond.contact import begun, grown
from streams.bond.episodes import impact
from streams.bond.felt import FeltTouchpoint
from streams.bond.parameters import BOND_1, Parameters
from streams.bond.scratch import from_scratch, in_order
from streams.bond.seen import mark_of
from streams.bond.state import NOTHING_YET, State, packed
from streams.bond.workbench import Workbench, can_follow
from streams.value import Value


class Step(Value, frozen=True):
    """What one touchpoint did, at its own instant."""

    index_before: float
    index_after: float
    evidence_after: float
    impact: float
    """Its local impact (s)."""


class Fold:
    """The fold of one version of the model."""

    def __init__(self, parameters: Parameters = BOND_1) -> None:
        self._parameters = parameters
        self._fading = Fading(parameters)

    def step(self, state: State, touchpoint: FeltTouchpoint) -> tuple[State, Step] | None:
        """Fold one more touchpoint; None if that needs the whole history."""
        if (touchpoint.at_ms, touchpoint.id) <= (state.at_ms, state.last_id):
            return None
        mark = mark_of(touchpoint.id)
        if state.seen.has(mark):
            return None
        felt = impact(touchpoint, self._parameters)
        alone = touchpoint.episode == touchpoint.id
        if alone and (touchpoint.case is None or (felt >= 0 and not touchpoint.recovery)):
            return self._settled_at_once(state, touchpoint, felt, mark)
        return self._left_open(state, touchpoint, felt, mark)

    def _settled_at_once(
        self, state: State, touchpoint: FeltTouchpoint, felt: float, mark: bytes
    ) -> tuple[State, Step]:
        """Fold a touchpoint that stands alone: nothing to come can change its part."""
        parameters, now_ms = self._parameters, touchpoint.at_ms
        amounts = self._fading.faded(state.amounts(), now_ms - state.at_ms)
        before, _ = self._fading.read(amounts)
        importance = touchpoint.importance
        weighty = importance * felt
        for k, weight in enumerate(touchpoint.profile):
            amounts[k] += weighty * weight
            amounts[5 + k] += importance * weight
        if weighty < 0:
            amounts[NEGATIVE] -= weighty
            amounts[NEGATIVE_SQUARES] += weighty * weighty
        else:
            amounts[POSITIVE] += weighty
        extreme = parameters.extreme_weight * weighty
        amounts[TREASURE] = max(amounts[TREASURE], extreme)
        amounts[SCAR] = min(amounts[SCAR], extreme)
        floor = state.floor
        if floor is not None:
            floor = floor.raised(now_ms, parameters).with_extreme(extreme)
        last_episode = state.last_episode
        if now_ms > state.at_ms or touchpoint.episode > last_episode:
            last_episode = touchpoint.episode
            amounts[LAST] = parameters.end_weight * felt
        after, evidence = self._fading.read(amounts)
        later = State(
            now_ms,
            touchpoint.id,
            last_episode,
            packed(amounts),
            state.seen.also(mark),
            state.growing,
            state.failures,
            floor,
            state.failed,
        )
        return later, Step(before, after, evidence, felt)

    def _left_open(
        self, state: State, touchpoint: FeltTouchpoint, felt: float, mark: bytes
    ) -> tuple[State, Step] | None:
        """Fold a touchpoint of a contact that may grow, or of a case."""
        now_ms, alone = touchpoint.at_ms, touchpoint.episode == touchpoint.id
        old = next((one for one in state.growing if one.contact.id == touchpoint.episode), None)
        if old is None and not alone:
            episode_mark = mark_of(touchpoint.episode)
            if state.seen.has(episode_mark):
                return None
            mark += episode_mark
        contact = begun(touchpoint, felt) if old is None else grown(old.contact, touchpoint, felt)
        if not can_follow(state, old, contact, self._parameters):
            return None
        amounts = self._fading.faded(state.amounts(), now_ms - state.at_ms)
        before, _ = self._fading.read(amounts)
        bench = Workbench(state, amounts, now_ms, self._fading)
        new = bench.change(old, contact)
        if alone:
            bench.close([new])
        bench.settle(len(state.seen))
        last_episode = state.last_episode
        if now_ms > state.at_ms or contact.id >= last_episode:
            last_episode = contact.id
            bench.end_with(new)
        after, evidence = self._fading.read(bench.amounts)
        seen = state.seen.also(mark + bench.marks)
        return bench.state(touchpoint.id, last_episode, seen), Step(before, after, evidence, felt)

    def state_of(self, touchpoints: Iterable[FeltTouchpoint]) -> State:
        """Return the state after a whole history, in any order, with or without duplicates."""
        known = in_order(touchpoints)
        return from_scratch(known, self._parameters) if known else NOTHING_YET

    def steps_of(self, touchpoints: Iterable[FeltTouchpoint]) -> tuple[State, dict[str, Step]]:
        """Fold a whole history: return the state after it, and what each touchpoint did, by id.

        The history comes in any order, with or without duplicates.
        """
        known = in_order(touchpoints)
        state, steps = NOTHING_YET, {}
        for count, touchpoint in enumerate(known, start=1):
            folded = self.step(state, touchpoint)
            if folded is None:
                folded = self._step_from_scratch(state, touchpoint, known[:count])
            state, steps[touchpoint.id] = folded
        return state, steps

    def _step_from_scratch(
        self, before: State, touchpoint: FeltTouchpoint, known: Sequence[FeltTouchpoint]
    ) -> tuple[State, Step]:
        state = from_scratch(known, self._parameters)
        faded = self._fading.faded(before.amounts(), touchpoint.at_ms - before.at_ms)
        index, evidence = self._fading.read(state.amounts())
        return state, Step(self._fading.read(faded)[0], index, evidence, impact(touchpoint, self._parameters))
