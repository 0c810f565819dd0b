"""Lives of customers told to the rules, one touchpoint a day or so."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from streams.alerts.alert import Alert, Hint
from streams.alerts.follow import Follower
from streams.alerts.lived import Lived
from streams.alerts.rules import Rules, load_rules
from streams.bond.episodes import impact
from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold, Step
from streams.bond.parameters import BOND_1, MS_PER_DAY
from streams.bond.state import NOTHING_YET, State

RULES = load_rules()


def rules_with(**changes: Mapping[str, Any]) -> Rules:
    """Return our rules with fields of some changed."""
    changed = {name: RULES.rules[name].model_copy(update=dict(fields)) for name, fields in changes.items()}
    return RULES.model_copy(update={"rules": {**RULES.rules, **changed}})


class Told(NamedTuple):
    """A touchpoint: what was felt at it, or an outcome that nobody felt."""

    day: float
    valence: float | None
    case: str = ""
    outcome: str = ""
    moment_of_truth: bool = False
    recovery: bool = False
    needs: int = 0
    department: str = "service"
    importance: float = 1.0


class Life(NamedTuple):
    """What a customer's life brought."""

    alerts: list[Alert]
    hints: list[Hint]
    indices: list[float]

    def raised(self) -> list[tuple[str, float]]:
        """Return the rule and the day of each alert."""
        return [(alert.rule, alert.raised_at / MS_PER_DAY) for alert in self.alerts]


def lived(told: Iterable[Told], rules: Rules = RULES, until: float | None = None) -> Life:
    """Follow touchpoints in the order of time, and the silence after them until a day."""
    follower, fold = Follower(rules), Fold()
    watch, state = follower.start, NOTHING_YET
    life = Life([], [], [])
    felt: list[FeltTouchpoint] = []
    for number, one in enumerate(told):
        id, at_ms, before = f"{number:03d}", round(one.day * MS_PER_DAY), state
        strength, read = 0.0, (None, None)
        if one.valence is not None:
            felt.append(_felt(id, at_ms, one))
            strength = impact(felt[-1], BOND_1)
            state, step = fold.step(state, felt[-1]) or _from_scratch(fold, felt)
            read = (step.index_before, step.index_after)
            life.indices.append(step.index_after)
        seen = Lived(
            id,
            at_ms,
            id,
            one.case,
            one.department,
            one.outcome,
            one.moment_of_truth,
            "ca",
            0,
            strength,
            *read,
            id,
        )
        watch, news = follower.step("somebody", watch, before, state, seen, at_ms)
        life.alerts.extend(news.alerts)
        life.hints.extend(news.hints)
    if until is not None:
        news = follower.due("somebody", watch, state, round(until * MS_PER_DAY), 0)
        life.alerts.extend(news.alerts)
        life.hints.extend(news.hints)
    return life


def _from_scratch(fold: Fold, felt: list[FeltTouchpoint]) -> tuple[State, Step]:
    state, steps = fold.steps_of(felt)
    return state, steps[felt[-1].id]


def _felt(id: str, at_ms: int, one: Told) -> FeltTouchpoint:
    assert one.valence is not None
    return FeltTouchpoint(
        id,
        at_ms,
        one.valence,
        id,
        importance=one.importance,
        case=one.case or None,
        recovery=one.recovery,
        needs=one.needs,
    )
