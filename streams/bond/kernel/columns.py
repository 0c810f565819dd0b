"""Felt touchpoints as columns, and their arrangement by person and contact.

Strings do not come here. Whoever fills the columns replaces ids, episodes and cases by integers whose order
is that of the strings by Unicode code point; they need to be comparable within a person only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.bond.felt import FeltTouchpoint, one_copy_each
from streams.bond.parameters import EMOTIONS, Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FloatsByEmotion = tuple[Floats, ...]

NO_CASE = 0


class FeltColumns(NamedTuple):
    """Felt touchpoints, one copy of each, in any order; every array has one entry for each."""

    person: Ints
    at_ms: Ints
    order: Ints
    """Rank of the touchpoint's id."""
    episode: Ints
    """Rank of the episode's id."""
    case: Ints
    """Rank of the case's id, above NO_CASE; NO_CASE if it has none."""
    valence: Floats
    arousal: Floats
    importance: Floats
    promise: Floats
    profile: FloatsByEmotion
    """One array for each of EMOTIONS; they sum to 1."""
    recovery: Bools
    needs: Ints
    """Needs met, as a mask."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """Felt touchpoints with their impacts, sorted by person, episode, time and id."""

    people: Ints
    """Every person once, ascending."""
    first: Ints
    """Where the touchpoints of each person begin, and a last entry where all end."""
    at_ms: Ints
    order: Ints
    episode: Ints
    case: Ints
    impact: Floats
    importance: Floats
    profile: FloatsByEmotion
    is_act: Bools
    """Did it recover something, and feel good?"""
    needs: Ints
    """Needs that it met as an act."""


def rounded(impacts: Floats) -> Floats:
    """Round to 1e-9 as `episodes.rounded` does; never -0."""
    sizes: Floats = np.floor(np.abs(impacts) * 1e9 + 0.5001) / 1e9
    return np.copysign(sizes, impacts) + 0.0


def impacts(felt: FeltColumns, parameters: Parameters) -> Floats:
    """Return what each touchpoint did, as `episodes.impact` does."""
    surplus = rounded(np.clip(felt.valence - parameters.promise_weight * felt.promise, -1.0, 1.0))
    aroused = surplus * (parameters.calm_share + (1.0 - parameters.calm_share) * felt.arousal)
    return rounded(np.where(surplus < 0, aroused * parameters.loss_aversion, aroused))


def arranged(felt: FeltColumns, parameters: Parameters) -> Arranged:
    """Sort felt touchpoints by person, episode, time and id."""
    place = _contact_order(felt)
    person = felt.person[place]
    starts = np.flatnonzero(np.diff(person, prepend=person[:1] - 1))
    impact = impacts(felt, parameters)[place]
    is_act = felt.recovery[place] & (impact > 0)
    return Arranged(
        people=person[starts],
        first=np.append(starts, len(person)),
        at_ms=felt.at_ms[place],
        order=felt.order[place],
        episode=felt.episode[place],
        case=felt.case[place],
        impact=impact,
        importance=felt.importance[place],
        profile=tuple(weights[place] for weights in felt.profile),
        is_act=is_act,
        needs=np.where(is_act, felt.needs[place], 0),
    )


def _contact_order(felt: FeltColumns) -> Ints:
    """Return the places of the touchpoints in the order of (person, episode, at_ms, order).

    One sort of packed (person, episode), then of what shares a contact alone: five times faster than a
    lexsort of all four.
    """
    contact = _packed(felt.person, felt.episode)
    place = np.argsort(contact)
    sorted_contact = contact[place]
    follows = np.diff(sorted_contact, prepend=sorted_contact[:1] - 1) == 0
    shares = follows.copy()
    shares[:-1] |= follows[1:]
    together = place[shares]
    within = np.lexsort((felt.order[together], felt.at_ms[together], sorted_contact[shares]))
    place[shares] = together[within]
    return place


_HALF = 1 << 31


def _packed(major: Ints, minor: Ints) -> Ints:
    """Return one integer for each pair, in the order of the pairs."""
    return _below_half(major) << 31 | _below_half(minor)


def _below_half(values: Ints) -> Ints:
    if len(values) and (values.min() < 0 or values.max() >= _HALF):
        return np.unique(values, return_inverse=True)[1].astype(np.int64)
    return values


def columns_of(people: Sequence[Iterable[FeltTouchpoint]]) -> FeltColumns:
    """Return the columns of people's touchpoints, person i being `people[i]`; duplicates are dropped."""
    rows = [(person, one) for person, theirs in enumerate(people) for one in one_copy_each(theirs)]
    touchpoints = [one for _, one in rows]
    return FeltColumns(
        person=np.array([person for person, _ in rows], dtype=np.int64),
        at_ms=np.array([one.at_ms for one in touchpoints], dtype=np.int64),
        order=_ranks([one.id for one in touchpoints]),
        episode=_ranks([one.episode for one in touchpoints]),
        case=_ranks([one.case or "" for one in touchpoints], ""),
        valence=np.array([one.valence for one in touchpoints], dtype=np.float64),
        arousal=np.array([one.arousal for one in touchpoints], dtype=np.float64),
        importance=np.array([one.importance for one in touchpoints], dtype=np.float64),
        promise=np.array([one.promise for one in touchpoints], dtype=np.float64),
        profile=tuple(
            np.array([one.profile[k] for one in touchpoints], dtype=np.float64) for k in range(len(EMOTIONS))
        ),
        recovery=np.array([one.recovery for one in touchpoints], dtype=np.bool_),
        needs=np.array([one.needs for one in touchpoints], dtype=np.int64),
    )


def _ranks(texts: Sequence[str], *first: str) -> Ints:
    rank = {text: place for place, text in enumerate(sorted({*first, *texts}))}
    return np.array([rank[text] for text in texts], dtype=np.int64)
