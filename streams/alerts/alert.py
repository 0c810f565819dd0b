"""An alert with its owner, unmet needs and next best act; and the hint that a person is wanted, not a bot."""

from collections.abc import Iterator
from hashlib import blake2b

from schemas.emotions import Need
from streams.acts.next_act import Told, next_act, unmet_in
from streams.acts.words import Occasion
from streams.alerts.kinds import MS_PER_HOUR
from streams.alerts.lived import Lived
from streams.alerts.rules import Rules
from streams.alerts.watch import Raised, Watch
from streams.bond.bond import Fading
from streams.bond.parameters import BOND_1, Parameters
from streams.bond.state import State
from streams.value import Value

ID_BYTES = 10
MOMENT_OF_TRUTH = "moment_of_truth"
"""The reason of a hint that no rule gave."""


class Alert(Value, frozen=True):
    """Our word to an owner; the columns of the table `alerts`. Equal ids are the same alert."""

    person_id: str
    alert_id: str
    rule: str
    kind: str
    raised_at: int
    """In the time of events."""
    noticed_at: int
    """When Kafka received what brought it to light."""
    department: str
    """The owner."""
    case_id: str
    touchpoint_ids: tuple[str, ...]
    index_from: float
    index_to: float
    occasion: str
    needs_unmet: tuple[str, ...]
    act_by_at: int
    worth: float | None
    language: str
    rules_version: str
    model_version: str


class Hint(Value, frozen=True):
    """A customer is to meet a person with empathy rather than a bot, until a time."""

    person_id: str
    hint_id: str
    reason: str
    """moment_of_truth, or the rule of an alert."""
    touchpoint_id: str
    at_ms: int
    until_ms: int
    bond_index: float
    department: str
    occasion: Occasion
    needs_unmet: tuple[Need, ...]
    language: str


class Teller:
    """Makes alerts and hints of what was raised, under one version of the rules and of the model."""

    def __init__(self, rules: Rules, parameters: Parameters = BOND_1) -> None:
        self._rules, self._parameters = rules, parameters
        self._fading = Fading(parameters)
        self._hint_ms = round(rules.routing.hours * MS_PER_HOUR)

    def alert(
        self,
        person_id: str,
        raised: Raised,
        bond: State,
        watch: Watch,
        told: dict[str, Told],
        noticed_ms: int,
    ) -> Alert:
        """Return the alert; `bond` is the one as of the cause."""
        rule, cause = self._rules.rules[raised.rule], raised.cause
        act = next_act(bond, cause.case, cause.at_ms, told, self._parameters)
        occasion = Occasion.THANK if rule.good else _occasion(rule.kind, act is not None)
        return Alert(
            person_id,
            identity(raised.rule, person_id, cause.touchpoints[-1]),
            raised.rule,
            rule.kind,
            cause.at_ms,
            noticed_ms,
            rule.owner or cause.department,
            cause.case,
            cause.touchpoints,
            cause.index_from,
            cause.index_to,
            occasion,
            act.unmet if act else (),
            act.act_by_ms if act else cause.at_ms,
            act.worth if act else None,
            watch.language,
            self._rules.version,
            self._parameters.version,
        )

    def hint_of(self, alert: Alert) -> Hint:
        """Return the hint that goes with an alert whose rule asks for a person."""
        return Hint(
            alert.person_id,
            identity("hint", alert.rule, alert.alert_id),
            alert.rule,
            alert.touchpoint_ids[-1],
            alert.raised_at,
            alert.raised_at + self._hint_ms,
            alert.index_to,
            alert.department,
            Occasion(alert.occasion),
            tuple(Need(need) for need in alert.needs_unmet),
            alert.language,
        )

    def hints_at(self, person_id: str, lived: Lived, bond: State, watch: Watch) -> Iterator[Hint]:
        """Yield the hint for a moment of truth that did not feel good; `bond` is the one after it.

        It is the same hint for all moments that one event tells.
        """
        if not lived.moment_of_truth or lived.after is None or lived.impact > 0:
            return
        if self._rules.routing.moments_of_truth:
            unmet = unmet_in(bond, lived.case)
            yield Hint(
                person_id,
                identity("hint", person_id, lived.event),
                MOMENT_OF_TRUTH,
                lived.id,
                lived.at_ms,
                lived.at_ms + self._hint_ms,
                lived.after,
                lived.department,
                _occasion(MOMENT_OF_TRUTH, bool(unmet)),
                unmet,
                watch.language,
            )

    def wants_person(self, alert: Alert) -> bool:
        """Does the alert ask for a person rather than a bot?"""
        return self._rules.rules[alert.rule].human


def identity(*parts: str) -> str:
    """Return an id that follows from its parts, 20 hex digits."""
    return blake2b("\0".join(parts).encode(), digest_size=ID_BYTES).hexdigest()


def _occasion(kind: str, has_failed: bool) -> Occasion:
    if has_failed:
        return Occasion.RECOVER
    return Occasion.RECONNECT if kind == "fading" else Occasion.LISTEN
