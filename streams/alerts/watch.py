"""All rules over one person: (watch, touchpoint) -> watch, and what was raised.

Every rule is followed, also one that is switched off, so that a watch depends on the touchpoints alone;
whether an alert is told is decided elsewhere. A cooldown runs in the time of events.
"""

from collections.abc import Sequence
from typing import Any

from streams.alerts import kinds
from streams.alerts.lived import Cause, Lived, Silence
from streams.alerts.rules import Rules
from streams.bond.bond import Fading
from streams.bond.parameters import BOND_1, MS_PER_DAY, Parameters
from streams.bond.state import BEFORE_ALL_MS, State
from streams.value import Value, replace

LEFT = "left"
"""The outcome that ends what waits for the customer."""


class Watch(Value, frozen=True):
    """What the rules remember of a person."""

    states: tuple[Any, ...]
    """Of each rule, in their order."""
    raised_ms: tuple[int, ...]
    """When each raised an alert last."""
    department: str = ""
    case: str = ""
    """Of the last touchpoint that was followed."""
    language: str = ""
    """The last one in which the customer spoke; empty if none is known."""


class Raised(Value, frozen=True):
    """A rule has raised an alert."""

    rule: str
    cause: Cause
    in_silence: bool
    """Did silence bring it, before the touchpoint at which it was noticed?"""


class Watcher:
    """Follows the rules of one version over one version of the model."""

    def __init__(self, rules: Rules, parameters: Parameters = BOND_1) -> None:
        self.rules = rules
        self._names, self._rules = tuple(rules.rules), tuple(rules.rules.values())
        self._cooldowns_ms = [round(rule.cooldown_days * MS_PER_DAY) for rule in self._rules]
        self._fading = Fading(parameters)
        quiet = [rule.days for rule in self._rules if isinstance(rule, kinds.Fading)]
        self._quiet_ms = round(min(quiet, default=kinds.FADING_DAYS) * MS_PER_DAY)
        count = len(self._rules)
        self.start = Watch((None,) * count, (BEFORE_ALL_MS,) * count)

    def step(self, watch: Watch, before: State, lived: Lived) -> tuple[Watch, list[Raised]]:
        """Follow one more touchpoint; `before` is the bond before it.

        What nobody felt changes nothing, but that the customer left; silence goes on over it.
        """
        raised: list[Raised] = []
        if lived.after is None and lived.outcome != LEFT:
            return watch, raised
        if before.at_ms > BEFORE_ALL_MS and lived.at_ms - before.at_ms >= self._quiet_ms:
            watch, raised = self.due(watch, before, lived.at_ms - 1)
        states = []
        for i, rule in enumerate(self._rules):
            state, causes = rule.step(watch.states[i], lived)
            states.append(state)
            if causes:
                watch = self._raise(watch, i, causes, lived.at_ms, raised)
        language = lived.language or watch.language
        return Watch(tuple(states), watch.raised_ms, lived.department, lived.case, language), raised

    def due(self, watch: Watch, bond: State, now_ms: int) -> tuple[Watch, list[Raised]]:
        """Follow the silence since the last touchpoint."""
        raised: list[Raised] = []
        states = list(watch.states)
        silence, index_at = self._silence(watch, bond)
        for i, rule in enumerate(self._rules):
            states[i], causes = rule.due(states[i], silence, index_at, now_ms)
            if causes:
                watch = self._raise(watch, i, causes, now_ms + 1, raised)
        return replace(watch, states=tuple(states)), raised

    def _raise(
        self, watch: Watch, i: int, causes: Sequence[Cause], now_ms: int, raised: list[Raised]
    ) -> Watch:
        """Raise those that are not in the cooldown of the one before."""
        last_ms = watch.raised_ms[i]
        for cause in causes:
            if last_ms == BEFORE_ALL_MS or cause.at_ms - last_ms >= self._cooldowns_ms[i]:
                last_ms = cause.at_ms
                raised.append(Raised(self._names[i], cause, cause.at_ms < now_ms))
        if last_ms == watch.raised_ms[i]:
            return watch
        return replace(watch, raised_ms=(*watch.raised_ms[:i], last_ms, *watch.raised_ms[i + 1 :]))

    def _silence(self, watch: Watch, bond: State) -> tuple[Silence | None, kinds.IndexAt]:
        amounts = bond.amounts()

        def index_at(at_ms: int) -> float:
            return self._fading.read(self._fading.faded(amounts, at_ms - bond.at_ms))[0]

        if bond.at_ms == BEFORE_ALL_MS:
            return None, index_at
        index = self._fading.read(amounts)[0]
        return Silence(bond.last_id, bond.at_ms, index, watch.department, watch.case), index_at
