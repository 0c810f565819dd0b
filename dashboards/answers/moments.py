"""Moments of truth: which contacts bend the curve for good, and what followed good and bad ones.

The effect of a contact is the change of the bond of those who met it, from before the contact to some weeks
after it, less the change of the rest after an ordinary contact. Rest and met are compared at the same level
of bond before the contact, ten points wide, and the differences weighted by the people who met it (direct
standardisation). It is an association, measured on those who stood alike; it proves no cause.

An effect is found when its interval is clear of zero although many are looked at: Benjamini and Hochberg
(1995) keep the share of false ones among the found below FALSE_SHARE.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

from dashboards.answers.estimates import NORMAL_95, Estimate, Share, share_of

FEWEST_PEOPLE = 30
"""With fewer nothing is looked for."""
FALSE_SHARE = 0.05
OUTCOMES = ("bought", "complained", "left")
GOOD, BAD = "good", "bad"


class MomentRow(NamedTuple):
    """Sums over people who stood alike before a contact; see `v_moments`."""

    role: str
    type: str
    tone: str
    before: int
    people: int
    impacts: float
    changes: float
    change_squares: float
    bought: int
    complained: int
    left: int


@dataclass(frozen=True)
class Followed:
    """What followed the contacts of a type that went one way. Points are points of the bond index."""

    tone: str
    people: int
    impact: float
    """Points at the time of the contact."""
    effect: Estimate
    """Points later, against the rest who stood alike."""
    chance: float
    """How likely so great an effect is by chance alone, 0 to 1."""
    shares: Mapping[str, Share]
    """Of each of OUTCOMES."""
    found: bool = False


@dataclass(frozen=True)
class Moment:
    """A type of touchpoint: what followed good and bad ones, and what became of the rest who stood alike."""

    type: str
    declared: bool
    ways: Mapping[str, Followed]
    rest_people: int
    rest: Mapping[str, Share]

    @property
    def found(self) -> bool:
        """Does it bend the curve for good, whichever way it goes?"""
        return any(way.found for way in self.ways.values())

    @property
    def strength(self) -> float:
        """The size of the greater effect, in points."""
        return max(abs(way.effect.mean) for way in self.ways.values())


class _Sums(NamedTuple):
    people: int = 0
    impacts: float = 0.0
    changes: float = 0.0
    change_squares: float = 0.0
    bought: int = 0
    complained: int = 0
    left: int = 0

    def plus(self, other: Sequence[float], sign: int = 1) -> "_Sums":
        return _Sums._make(mine + sign * theirs for mine, theirs in zip(self, other, strict=True))


_Strata = dict[int, _Sums]


def moments_of(rows: Iterable[MomentRow], declared: Iterable[str]) -> list[Moment]:
    """Return the types that enough people met, the strongest effect first.

    Rows about the same people in parts add up.
    """
    by_key: dict[tuple[str, str, str], _Strata] = defaultdict(dict)
    for row in rows:
        alike = by_key[row.role, row.type, row.tone]
        alike[row.before] = alike.get(row.before, _Sums()).plus(row[4:])
    anybody, known = by_key.get(("anybody", "", ""), {}), frozenset(declared)
    moments = []
    for type_ in sorted({type_ for role, type_, _ in by_key if role == "met"}):
        rest = _less(anybody, by_key.get(("same", type_, ""), {}))
        ways = {
            tone: way
            for tone in (GOOD, BAD)
            if (way := _followed(tone, by_key.get(("met", type_, tone), {}), rest))
        }
        if ways:
            mix = _together(by_key.get(("met", type_, tone), {}) for tone in (GOOD, BAD))
            people = sum(stratum.people for stratum in rest.values())
            shares = {outcome: _standardised(outcome, mix, rest) for outcome in OUTCOMES}
            moments.append(Moment(type_, type_ in known, ways, people, shares))
    return sorted(judged(moments), key=lambda one: (-one.strength, one.type))


def _less(all_: _Strata, some: _Strata) -> _Strata:
    left = {before: sums.plus(some.get(before, _Sums()), -1) for before, sums in all_.items()}
    return {before: sums for before, sums in left.items() if sums.people > 0}


def _together(parts: Iterable[_Strata]) -> _Strata:
    whole: _Strata = {}
    for part in parts:
        for before, sums in part.items():
            whole[before] = whole.get(before, _Sums()).plus(sums)
    return whole


def _followed(tone: str, met: _Strata, rest: _Strata) -> Followed | None:
    """Compare those who met it with the rest; None if too few of them have anybody to be compared with."""
    alike = {before: sums for before, sums in met.items() if before in rest}
    people = sum(sums.people for sums in alike.values())
    if people < FEWEST_PEOPLE:
        return None
    own, others = _spread(alike.values()), _spread(rest[before] for before in alike)
    effect = variance = 0.0
    for before, sums in alike.items():
        weight, there = sums.people / people, rest[before]
        effect += weight * (sums.changes / sums.people - there.changes / there.people)
        variance += weight**2 * (own / sums.people + others / there.people)
    total = reduce(_Sums.plus, alike.values())
    error = math.sqrt(variance)
    return Followed(
        tone=tone,
        people=people,
        impact=total.impacts / people,
        effect=Estimate(effect, NORMAL_95 * error),
        chance=math.erfc(abs(effect) / error / math.sqrt(2)) if error else 1.0,
        shares={outcome: share_of(getattr(total, outcome), people) for outcome in OUTCOMES},
    )


def _spread(strata: Iterable[_Sums]) -> float:
    """Return the variance of people's changes around the mean of those who stood alike."""
    squares, freedom = 0.0, 0
    for sums in strata:
        squares += max(0.0, sums.change_squares - sums.changes**2 / sums.people)
        freedom += sums.people - 1
    return squares / freedom if freedom > 0 else 0.0


def _standardised(outcome: str, mix: _Strata, rest: _Strata) -> Share:
    """Return the share of the rest, weighted as those are mixed who met it.

    Its interval is that of as many people as the weights leave (Kish 1965).
    """
    alike = [before for before in mix if before in rest]
    people = sum(mix[before].people for before in alike)
    share = spread = 0.0
    for before in alike:
        weight, there = mix[before].people / people, rest[before]
        share += weight * getattr(there, outcome) / there.people
        spread += weight**2 / there.people
    return share_of(share / spread, 1 / spread) if spread else share_of(0, 0)


def judged(moments: Sequence[Moment]) -> list[Moment]:
    """Mark what is found: all chances up to the last that is below its rank's part of FALSE_SHARE."""
    chances = sorted(way.chance for moment in moments for way in moment.ways.values())
    allowed = -1.0
    for rank, chance in enumerate(chances, start=1):
        if chance <= FALSE_SHARE * rank / len(chances):
            allowed = chance
    return [
        replace(
            one,
            ways={tone: replace(way, found=way.chance <= allowed) for tone, way in one.ways.items()},
        )
        for one in moments
    ]
