"""Rules that somebody switched on or off. The last switch before a time decides, else the rule's own word."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from streams.alerts.rules import Rules


class Switch(NamedTuple):
    """A rule was switched, at Kafka's time of the command."""

    rule: str
    at_ms: int
    on: bool


class Switches:
    """Which rules are on when."""

    def __init__(self, rules: Rules, switched: Iterable[Switch] = ()) -> None:
        self._enabled = {name: rule.enabled for name, rule in rules.rules.items()}
        in_time = sorted(switched, key=lambda one: one.at_ms)
        self._switched: Mapping[str, list[Switch]] = {
            name: [one for one in in_time if one.rule == name] for name in self._enabled
        }

    def are_on(self, rule: str, received_ms: int) -> bool:
        """Tell whether a rule was on for what Kafka received at a time."""
        before = [one.on for one in self._switched[rule] if one.at_ms <= received_ms]
        return before[-1] if before else self._enabled[rule]
