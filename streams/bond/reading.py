"""The reference: a customer's bond at a time, straight from the equations.

Clear before fast: it looks at every touchpoint for every reading. `kernel` and `state` are fast, and tested
against this. Everything depends on the time of events, never on the order in which they arrive.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from streams.bond.episodes import Episode, days, decay, episodes_of
from streams.bond.felt import FeltTouchpoint, one_copy_each
from streams.bond.parameters import BOND_1, EMOTIONS, Level, Parameters
from streams.bond.recovery import Healing, healings


class Components(NamedTuple):
    """The six parts of R; the index is 100 tanh of their sum."""

    memory: float
    """Shrunk, faded mean of what was felt; also what the customer has come to expect."""
    treasure: float
    """The best episode."""
    scar: float
    """The worst episode."""
    end: float
    """The last episode."""
    pressure: float
    """Bad episodes compounding in pairs."""
    recovery: float
    """Premiums of excellent recoveries."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A customer's bond at a time."""

    at_ms: int
    index: float
    """-100 to 100."""
    evidence: float
    """0 to 1: how much the index rests on."""
    level: Level
    components: Components
    emotions: tuple[float, ...]
    """Index of each of EMOTIONS, -100 to 100."""
    of_episodes: dict[str, float]
    """Contribution of each episode by id; they sum to the index. An accounting split, no counterfactual."""
    of_touchpoints: dict[str, float]
    """The same of each touchpoint by id, in the order of ids."""

    @property
    def expectation(self) -> float:
        """What the customer has come to expect; a further episode moves it by a prediction error."""
        return self.components.memory


def read_out(touchpoints: Iterable[FeltTouchpoint], at_ms: int, parameters: Parameters = BOND_1) -> Reading:
    """Read one customer's bond at a time from touchpoints in any order, with or without duplicates.

    Touchpoints after `at_ms` do not count; an episode that straddles it is cut there.
    """
    known = [touchpoint for touchpoint in one_copy_each(touchpoints) if touchpoint.at_ms <= at_ms]
    return read_episodes(episodes_of(known, parameters), at_ms, parameters)


def read_out_without(
    touchpoints: Iterable[FeltTouchpoint], without: str, at_ms: int, parameters: Parameters = BOND_1
) -> Reading:
    """Read the bond as if the touchpoint with this id had never been."""
    return read_out((one for one in touchpoints if one.id != without), at_ms, parameters)


def read_episodes(episodes: Sequence[Episode], at_ms: int, parameters: Parameters) -> Reading:
    """Read the bond from a customer's episodes, given in the order of time, none after `at_ms`."""
    fold = _fold(episodes, at_ms, parameters)
    components = _components(fold, parameters)
    total = math.fsum(components)
    index = 100.0 * math.tanh(total)
    per_unit = index / total if total else 100.0
    of_episodes = {one: amount * per_unit for one, amount in _raw_contributions(fold, parameters).items()}
    evidence = fold.weight / (parameters.shrinkage + fold.weight)
    return Reading(
        at_ms=at_ms,
        index=index,
        evidence=evidence,
        level=parameters.level(index, evidence),
        components=components,
        emotions=_emotions(fold, parameters),
        of_episodes=of_episodes,
        of_touchpoints=_to_touchpoints(episodes, of_episodes),
    )


@dataclass(frozen=True, slots=True)
class _Trace:
    """What an episode still weighs at the time of the reading. Amounts are before healing."""

    episode: Episode
    healing: Healing
    felt: tuple[float, ...]
    """Remembered impact on each emotion, times importance, faded."""
    weight: tuple[float, ...]
    extreme: float
    """Impact times importance, faded as treasures and scars fade."""
    end: float
    """Impact, faded as the end fades."""
    pressure: float
    """Impact times importance, faded as pressure fades."""

    @property
    def kept(self) -> float:
        """The part that has not healed."""
        return 1.0 - self.healing.heal

    @property
    def strain(self) -> float:
        """N_i: what it adds to the pressure of bad episodes."""
        return -self.pressure * self.kept if self.episode.impact < 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Fold:
    """All traces with their sums."""

    traces: list[_Trace]
    felt: tuple[float, ...]
    """S_k."""
    weights: tuple[float, ...]
    """W_k."""
    strain: float
    """N."""
    ease: float
    """P."""

    @property
    def weight(self) -> float:
        return math.fsum(self.weights)


def _fold(episodes: Sequence[Episode], at_ms: int, parameters: Parameters) -> _Fold:
    traces = [
        _trace(episode, healing, at_ms, parameters)
        for episode, healing in zip(episodes, healings(episodes, at_ms, parameters), strict=True)
    ]
    emotions = range(len(EMOTIONS))
    return _Fold(
        traces=traces,
        felt=tuple(math.fsum(trace.felt[k] * trace.kept for trace in traces) for k in emotions),
        weights=tuple(math.fsum(trace.weight[k] for trace in traces) for k in emotions),
        strain=math.fsum(trace.strain for trace in traces),
        ease=math.fsum(trace.pressure for trace in traces if trace.episode.impact >= 0),
    )


def _trace(episode: Episode, healing: Healing, at_ms: int, parameters: Parameters) -> _Trace:
    age = days(at_ms, episode.at_ms)
    left = [episode.importance * decay(age, half_life) for half_life in parameters.half_lives]
    weighty = episode.importance * episode.impact
    return _Trace(
        episode=episode,
        healing=healing,
        felt=tuple(felt * part for felt, part in zip(episode.felt, left, strict=True)),
        weight=tuple(weight * part for weight, part in zip(episode.weight, left, strict=True)),
        extreme=weighty * decay(age, parameters.extreme_half_life),
        end=episode.impact * decay(age, parameters.end_half_life),
        pressure=weighty * decay(age, parameters.pressure_half_life),
    )


def _components(fold: _Fold, parameters: Parameters) -> Components:
    traces = fold.traces
    pairs = fold.strain**2 - math.fsum(trace.strain**2 for trace in traces)
    best = max((trace.extreme for trace in traces), default=0.0)
    worst = min((trace.extreme * trace.kept for trace in traces), default=0.0)
    return Components(
        memory=math.fsum(fold.felt) / (parameters.shrinkage + fold.weight),
        treasure=parameters.extreme_weight * max(0.0, best),
        scar=parameters.extreme_weight * min(0.0, worst),
        end=parameters.end_weight * traces[-1].end * traces[-1].kept if traces else 0.0,
        pressure=-parameters.pressure_weight * pairs / _pressure_base(fold, parameters),
        recovery=math.fsum(trace.healing.gain for trace in traces),
    )


def _pressure_base(fold: _Fold, parameters: Parameters) -> float:
    return parameters.pressure_softening + fold.strain + fold.ease


def _emotions(fold: _Fold, parameters: Parameters) -> tuple[float, ...]:
    shrinkage = parameters.shrinkage / len(EMOTIONS)
    return tuple(
        100.0 * math.tanh(felt / (shrinkage + weight))
        for felt, weight in zip(fold.felt, fold.weights, strict=True)
    )


def _raw_contributions(fold: _Fold, parameters: Parameters) -> dict[str, float]:
    """Split R among the episodes: a healed failure keeps its whole amount, what healed goes to its acts."""
    raw: defaultdict[str, float] = defaultdict(float)
    for trace, amount in zip(fold.traces, _unhealed_amounts(fold, parameters), strict=True):
        raw[trace.episode.id] += amount
        given_back = trace.healing.gain - trace.healing.heal * amount
        for act, share in trace.healing.shares:
            raw[act] += share * given_back
    return raw


def _unhealed_amounts(fold: _Fold, parameters: Parameters) -> list[float]:
    """Return what each episode adds to R, but for healing and premiums."""
    base = _pressure_base(fold, parameters)
    amounts = []
    for trace in fold.traces:
        amount = math.fsum(trace.felt) / (parameters.shrinkage + fold.weight)
        if trace.episode.impact < 0:
            amount += parameters.pressure_weight * trace.pressure * (fold.strain - trace.strain) / base
        amounts.append(amount)
    if fold.traces:
        _add_extremes(fold.traces, amounts, parameters)
        amounts[-1] += parameters.end_weight * fold.traces[-1].end
    return amounts


def _add_extremes(traces: Sequence[_Trace], amounts: list[float], parameters: Parameters) -> None:
    """Add treasure and scar to the episodes that hold them, the earliest of equals."""
    places = range(len(traces))
    best = max(places, key=lambda i: traces[i].extreme)
    worst = min(places, key=lambda i: traces[i].extreme * traces[i].kept)
    amounts[best] += parameters.extreme_weight * max(0.0, traces[best].extreme)
    amounts[worst] += parameters.extreme_weight * min(0.0, traces[worst].extreme)


def _to_touchpoints(episodes: Sequence[Episode], of_episodes: dict[str, float]) -> dict[str, float]:
    split = {
        touchpoint: of_episodes[episode.id] * share
        for episode in episodes
        for touchpoint, share in episode.shares
    }
    return dict(sorted(split.items()))
