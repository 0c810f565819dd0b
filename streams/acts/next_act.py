"""The next best act of each case with an open failure: what is unmet, who answers, how soon, its worth.

A failure is open while a need of it is unmet; one act of recovery serves all failures of its case. The
chance to heal passes with the model's `prompt_half_life`, and with it the premium of an excellent recovery.
After 180 days next to nothing can be healed, and the model settles a failure: no act is advised any more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import log2
from typing import NamedTuple

from schemas.emotions import Need, needs_of
from streams.bond.episodes import days, decay
from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold
from streams.bond.open_episodes import NEVER, OpenEpisode, acts_of, met_by
from streams.bond.parameters import BOND_1, MS_PER_DAY, NEEDS, Parameters
from streams.bond.recovery import gain_at_once
from streams.bond.state import State
from streams.value import replace

CONVERSATION = (
    Need.DIGNITY,
    Need.VENTING,
    Need.APOLOGY,
    Need.EXPLANATION,
    Need.ASSURANCE,
    Need.THANKS,
)
"""The order in which a person can take them: seen and heard first, reasons later, thanks last."""

LEAST_VALENCE, LEAST_IMPORTANCE = 1e-3, 1e-6
"""Of the act whose worth is weighed: it heals, and has next to no weight of its own."""


class Told(NamedTuple):
    """What is known of a contact beside what was felt in it."""

    department: str
    """Who answers for it."""
    asked: int = 0
    """Needs heard in the customer's words, as a mask over NEEDS."""


class NextAct(NamedTuple):
    """What a case asks for at a time."""

    case: str
    department: str
    """Who answers for the worst failure of the case; empty if nobody told."""
    failures: tuple[str, ...]
    """The episodes that failed and are open, in the order of time."""
    failed_ms: int
    """When the last of them ended."""
    unmet: tuple[Need, ...]
    """Needs that some open failure still has, in the order of a conversation."""
    asked: tuple[Need, ...]
    """Those of them that the customer asked for, in the same order."""
    heals: float
    """The share of the damage that an act meeting all of them would heal now, 0 to 1."""
    worth: float | None
    """What that act would do to the index now, in points; None if only the whole history could tell."""
    premium_until_ms: int | None
    """Until when the bond can come out stronger than if nothing had failed; None if it cannot."""
    act_by_ms: int
    """How soon: the end of the premium, or else when half the chance to heal has passed; never past."""


def next_acts(
    state: State, at_ms: int, told: Mapping[str, Told] | None = None, parameters: Parameters = BOND_1
) -> list[NextAct]:
    """Return the next act of each case with an open failure, the one that is worth most first.

    `state` is what a fold remembers after everything felt until `at_ms`, and `told` is by episode id.
    """
    cases: dict[str, list[OpenEpisode]] = defaultdict(list)
    for one in _open_failures(state):
        cases[one.contact.case or ""].append(one)
    acts = [_act_of(state, case, failures, at_ms, told or {}, parameters) for case, failures in cases.items()]
    return sorted(acts, key=lambda act: (-(act.worth or 0.0), -act.heals, act.case))


def next_act(
    state: State,
    case: str,
    at_ms: int,
    told: Mapping[str, Told] | None = None,
    parameters: Parameters = BOND_1,
) -> NextAct | None:
    """Return the next act in a case, or else in that of the latest open failure; None if none is open."""
    failures = _open_failures(state)
    if not failures:
        return None
    if all(one.contact.case != case for one in failures):
        case = failures[-1].contact.case or ""
    own = [one for one in failures if one.contact.case == case]
    return _act_of(state, case, own, at_ms, told or {}, parameters)


def unmet_in(state: State, case: str) -> tuple[Need, ...]:
    """Return the needs that the open failures of a case have, in the order of a conversation."""
    failures = [one for one in _open_failures(state) if one.contact.case == case]
    return in_conversation(_unmet(failures))


def in_conversation(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Return needs in the order in which a person can take them."""
    return tuple(sorted(needs, key=CONVERSATION.index))


def _open_failures(state: State) -> list[OpenEpisode]:
    """Return the failures that have an unmet need, with all acts that may still grow counted in."""
    acts = acts_of(one.contact for one in state.growing)
    failures = [
        replace(one, met_at=met_by(one, acts.get(one.contact.case, ())))
        for one in (*state.failures, *state.growing)
        if one.is_failure
    ]
    return sorted((one for one in failures if NEVER in one.met_at), key=lambda one: one.contact.at_ms)


def _act_of(
    state: State,
    case: str,
    failures: Sequence[OpenEpisode],
    at_ms: int,
    told: Mapping[str, Told],
    parameters: Parameters,
) -> NextAct:
    unmet = _unmet(failures)
    owners = [told[one.contact.id] for one in _worst_first(failures) if one.contact.id in told]
    asked = {need for owner in owners for need in needs_of(owner.asked)}
    damage = sum(one.damage for one in failures)
    heals = sum(one.damage * _healable(one, at_ms, parameters) for one in failures) / damage
    last_ms = failures[-1].contact.at_ms
    premium_until_ms = _premium_until(failures, at_ms, parameters)
    half_ms = last_ms + round(parameters.prompt_half_life * MS_PER_DAY)
    return NextAct(
        case,
        next((owner.department for owner in owners if owner.department), ""),
        tuple(one.contact.id for one in failures),
        last_ms,
        in_conversation(unmet),
        in_conversation(asked & unmet),
        heals,
        _worth(state, case, unmet, at_ms, parameters),
        premium_until_ms,
        max(at_ms, half_ms if premium_until_ms is None else premium_until_ms),
    )


def _unmet(failures: Iterable[OpenEpisode]) -> set[Need]:
    return {NEEDS[i] for one in failures for i, met_ms in enumerate(one.met_at) if met_ms == NEVER}


def _worst_first(failures: Sequence[OpenEpisode]) -> list[OpenEpisode]:
    return sorted(failures, key=lambda one: (-one.damage, one.contact.at_ms, one.contact.id))


def _healable(failure: OpenEpisode, at_ms: int, parameters: Parameters) -> float:
    """Return the share of a failure that meeting its unmet needs would heal at a time."""
    return parameters.heal_share * _unmet_weight(failure, parameters) * _left(failure, at_ms, parameters)


def _unmet_weight(failure: OpenEpisode, parameters: Parameters) -> float:
    weights = zip(parameters.need_weights, failure.met_at, strict=True)
    return sum(weight for weight, met_ms in weights if met_ms == NEVER)


def _left(failure: OpenEpisode, at_ms: int, parameters: Parameters) -> float:
    return decay(days(at_ms, failure.contact.at_ms), parameters.prompt_half_life)


def _premium_until(failures: Sequence[OpenEpisode], at_ms: int, parameters: Parameters) -> int | None:
    """Return until when some failure can still be recovered better than the threshold of the premium."""
    ends = [end for one in failures if (end := _premium_end(one, parameters)) is not None and end > at_ms]
    return max(ends, default=None)


def _premium_end(failure: OpenEpisode, parameters: Parameters) -> int | None:
    if gain_at_once(failure.damage, -failure.impact, 1.0, failure.load, parameters) <= 0.0:
        return None
    met = sum(
        weight * decay(days(met_ms, failure.contact.at_ms), parameters.prompt_half_life)
        for weight, met_ms in zip(parameters.need_weights, failure.met_at, strict=True)
        if met_ms != NEVER
    )
    missing = (parameters.gain_threshold - met) / _unmet_weight(failure, parameters)
    if not 0.0 < missing < 1.0:
        return None
    return failure.contact.at_ms + round(-log2(missing) * parameters.prompt_half_life * MS_PER_DAY)


def _worth(
    state: State, case: str, unmet: Iterable[Need], at_ms: int, parameters: Parameters
) -> float | None:
    """Return what an act that meets these needs would do to the index, were it the next thing to happen."""
    act = FeltTouchpoint(
        id="\U0010ffff",
        at_ms=max(at_ms, state.at_ms + 1),
        valence=LEAST_VALENCE,
        episode="\U0010ffff",
        importance=LEAST_IMPORTANCE,
        case=case,
        recovery=True,
        needs=sum(1 << NEEDS.index(need) for need in unmet),
    )
    folded = _fold(parameters).step(state, act)
    return None if folded is None else folded[1].index_after - folded[1].index_before


_fold = cache(Fold)
"""One fold a version of the model: making one costs as much as a step."""
