"""bond-1 once more, straight from its equations: small, naive, and knowing nothing of the worker's code.

Names of variables are those of the equations. t is in milliseconds, ages are in days, vectors are in the
order surprise, relief, gratitude, familiarity, belonging.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor, tanh
from operator import mul

THETA, CALM, LAMBDA = 0.5, 0.25, 2.25
PEAK, END, MEAN = 0.4, 0.4, 0.2
HALF_LIVES = (14.0, 45.0, 120.0, 365.0, 730.0)
KAPPA = 3.0
PI, H_EXTREME = 0.06, 730.0
EPSILON, H_END = 0.05, 30.0
RHO, KAPPA_N, H_PRESS = 0.7, 2.0, 120.0
CHI, H_PROMPT = 0.85, 14.0
GAMMA, Q_STAR, H_GAIN = 0.25, 0.7, 120.0
SEVERITY_OK, SEVERITY_NO = 0.55, 0.85
PRIOR_DAYS, PRIOR_LOAD = 365.0, 0.25
NEED_WEIGHTS = {"dignity": 92, "assurance": 76, "explanation": 74, "thanks": 72, "venting": 63, "apology": 62}
NEEDS_TOTAL = sum(NEED_WEIGHTS.values())
DAY = 86_400_000
LATELY = 4_096
"""So many contacts are kept as episodes: a life is read again at each of its touchpoints."""


@dataclass(frozen=True)
class Moment:
    """A felt touchpoint. `profile` sums to 1; `importance` is already times the confidence."""

    id: str
    t: int
    valence: float
    arousal: float
    importance: float
    promise: float
    profile: tuple[float, ...]
    episode: str
    case: str
    recovery: bool
    needs: frozenset[str]
    theta: float = THETA
    """How much of what was promised counts as deserved; another version of the model may say otherwise."""


@dataclass(frozen=True)
class Reading:
    """The bond at a time: index -100 to 100, evidence 0 to 1."""

    index: float
    evidence: float


@dataclass(frozen=True)
class _Episode:
    id: str
    t: int
    s: float
    vec: tuple[float, ...]
    gw: tuple[float, ...]
    mu: float
    case: str
    needs: frozenset[str]

    @property
    def fails(self) -> bool:
        return self.s < 0 and self.case != ""


def read(moments: Iterable[Moment], at: int) -> Reading:
    """Read one customer's bond at a time; ids differ, order plays no part, what is later does not count."""
    contacts = defaultdict(list)
    for moment in moments:
        if moment.t <= at:
            contacts[moment.episode].append(moment)
    episodes = sorted((_episode(tuple(contact)) for contact in contacts.values()), key=lambda e: (e.t, e.id))
    acts, failures = [e for e in episodes if e.needs], [e for e in episodes if e.fails]
    healings = [_healing(e, acts, failures, at) for e in episodes]
    left = [[e.mu * _faded(at - e.t, h) for h in HALF_LIVES] for e in episodes]
    weight = sum(sum(map(mul, e.gw, of)) for e, of in zip(episodes, left, strict=True))
    felt = sum(
        (1 - heal) * sum(map(mul, e.vec, of))
        for e, (heal, _), of in zip(episodes, healings, left, strict=True)
    )
    r = felt / (KAPPA + weight) + (_lasting(episodes, healings, at) if episodes else 0.0)
    return Reading(100 * tanh(r), weight / (KAPPA + weight))


def _lasting(episodes: Sequence[_Episode], healings: Sequence[tuple[float, float]], at: int) -> float:
    """Return what comes to what was felt: of the best, the worst and the last, pressure, and premiums."""
    best = worst = 0.0
    strains, ease = [], 0.0
    for e, (heal, _) in zip(episodes, healings, strict=True):
        age = at - e.t
        lasting = e.mu * e.s * _faded(age, H_EXTREME)
        best, worst = max(best, lasting), min(worst, lasting * (1 - heal))
        p = e.mu * _faded(age, H_PRESS)
        if e.s < 0:
            strains.append(-e.s * p * (1 - heal))
        else:
            ease += e.s * p
    last, last_heal = episodes[-1], healings[-1][0]
    end = EPSILON * last.s * (1 - last_heal) * _faded(at - last.t, H_END)
    n = sum(strains)
    pressure = -RHO * (n * n - sum(one * one for one in strains)) / (KAPPA_N + n + ease)
    return PI * (best + worst) + end + pressure + sum(gain for _, gain in healings)


@lru_cache(LATELY)
def _episode(contact: tuple[Moment, ...]) -> _Episode:
    s = {one.id: impact(one) for one in contact}
    peak = max(contact, key=lambda one: (abs(s[one.id]), one.t, one.id))
    end = max(contact, key=lambda one: (one.t, one.id))
    alpha = {one.id: PEAK * (one is peak) + END * (one is end) + MEAN / len(contact) for one in contact}
    vec = tuple(sum(alpha[one.id] * s[one.id] * one.profile[k] for one in contact) for k in range(5))
    gw = tuple(sum(alpha[one.id] * one.profile[k] for one in contact) for k in range(5))
    acts = [one.needs for one in contact if one.recovery and s[one.id] > 0]
    return _Episode(
        id=end.episode,
        t=end.t,
        s=_rounded(sum(vec) / sum(gw)),
        vec=vec,
        gw=gw,
        mu=max(one.importance for one in contact),
        case=max(one.case for one in contact),
        needs=frozenset().union(*acts),
    )


def impact(one: Moment) -> float:
    """The local impact s of a touchpoint, -2.25 to 1."""
    z = _rounded(max(-1.0, min(1.0, one.valence - one.theta * one.promise)))
    s = z * (CALM + (1 - CALM) * one.arousal)
    return _rounded(s * LAMBDA if z < 0 else s)


def _healing(
    failure: _Episode, acts: Iterable[_Episode], failures: Iterable[_Episode], at: int
) -> tuple[float, float]:
    """Return how far an episode has healed, and its premium at the time."""
    if not failure.fails:
        return 0.0, 0.0
    met: dict[str, int] = {}
    for act in acts:
        if act.case == failure.case and act.t >= failure.t:
            for need in act.needs:
                met.setdefault(need, act.t)
    if not met:
        return 0.0, 0.0
    q = sum(NEED_WEIGHTS[need] / NEEDS_TOTAL * _faded(t - failure.t, H_PROMPT) for need, t in met.items())
    premium = max(0.0, (q - Q_STAR) / (1 - Q_STAR)) * _faded(at - max(met.values()), H_GAIN)
    if not premium:
        return CHI * q, 0.0
    load = sum(e.mu * -e.s for e in failures if failure.t - PRIOR_DAYS * DAY <= e.t < failure.t)
    severity = (SEVERITY_NO + failure.s / LAMBDA) / (SEVERITY_NO - SEVERITY_OK)
    gate = max(0.0, min(1.0, severity)) * max(0.0, 1 - load / PRIOR_LOAD)
    return CHI * q, GAMMA * failure.mu * -failure.s * premium * gate


def _faded(age_ms: float, half_life_days: float) -> float:
    return 2.0 ** (-age_ms / DAY / half_life_days)


def _rounded(y: float) -> float:
    size = floor(abs(y) * 1e9 + 0.5001) / 1e9
    return -size if y < 0 and size else size
