"""A person followed by the rules: (watch, touchpoint) -> watch, alerts and hints."""

from streams.acts.next_act import Told
from streams.alerts.alert import Alert, Hint, Teller
from streams.alerts.kinds import RuleBase
from streams.alerts.lived import Lived
from streams.alerts.rules import Rules
from streams.alerts.switches import Switches
from streams.alerts.watch import Watch, Watcher
from streams.bond.parameters import BOND_1, Parameters
from streams.bond.state import State
from streams.value import Value


class News(Value, frozen=True):
    """What a touchpoint, or silence, brought."""

    alerts: tuple[Alert, ...] = ()
    hints: tuple[Hint, ...] = ()


NO_NEWS = News()


class Follower:
    """Follows people by one version of the rules and of the model.

    `switches` may be replaced at any time: they decide what is told, and change nothing in a watch. A rule
    must be on when Kafka received what brought an alert, as far as its switch was known by then; of what
    silence brought, when it fell due.
    """

    def __init__(self, rules: Rules, parameters: Parameters = BOND_1) -> None:
        self.rules, self.switches = rules, Switches(rules)
        self._watcher, self._teller = Watcher(rules, parameters), Teller(rules, parameters)
        self.start = self._watcher.start

    def rules_on(self, at_ms: int) -> dict[str, RuleBase]:
        """Return the rules that are on at a time."""
        return {name: rule for name, rule in self.rules.rules.items() if self.switches.are_on(name, at_ms)}

    def step(
        self, person_id: str, watch: Watch, before: State, after: State, lived: Lived, received_ms: int
    ) -> tuple[Watch, News]:
        """Follow one more touchpoint, between the bond before and after it."""
        watch, raised = self._watcher.step(watch, before, lived)
        if not raised and not lived.moment_of_truth:
            return watch, NO_NEWS
        told = {lived.episode: Told(lived.department, lived.asked)}
        alerts = tuple(
            self._teller.alert(person_id, one, before if one.in_silence else after, watch, told, received_ms)
            for one in raised
            if self.switches.are_on(one.rule, one.cause.at_ms if one.in_silence else received_ms)
        )
        hints = [*self._teller.hints_at(person_id, lived, after, watch)]
        hints += [self._teller.hint_of(alert) for alert in alerts if self._teller.wants_person(alert)]
        return watch, News(alerts, tuple(hints))

    def remembered(self, watch: Watch, before: State, lived: Lived) -> Watch:
        """Follow a touchpoint whose news was told long ago: to work it out anew is most of the cost."""
        return self._watcher.step(watch, before, lived)[0]

    def due(self, person_id: str, watch: Watch, bond: State, now_ms: int, received_ms: int) -> News:
        """Return what silence has brought until now, since the last touchpoint."""
        watch, raised = self._watcher.due(watch, bond, now_ms)
        alerts = tuple(
            self._teller.alert(person_id, one, bond, watch, {}, received_ms)
            for one in raised
            if self.switches.are_on(one.rule, one.cause.at_ms)
        )
        return News(
            alerts,
            tuple(self._teller.hint_of(alert) for alert in alerts if self._teller.wants_person(alert)),
        )
