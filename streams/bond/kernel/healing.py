"""Failures and the acts that heal them, for the contacts of many readings; see `streams.bond.recovery`.

Failures are few, and most are never recovered, so everything here works on short lists of pairs.
"""

from typing import NamedTuple

import numpy as np

from streams.bond.kernel.columns import NO_CASE, Floats, Ints
from streams.bond.kernel.contacts import Contacts
from streams.bond.parameters import MS_PER_DAY, NEEDS, Parameters

_NEVER = np.iinfo(np.int64).max


class Healed(NamedTuple):
    """The failures among some contacts that were healed."""

    place: Ints
    """Where they stand among the contacts."""
    heal: Floats
    """The part that no longer counts."""
    gain: Floats
    """The premium at the time of the reading."""


NOTHING_HEALED = Healed(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))


def healed(contacts: Contacts, at_ms: Ints, parameters: Parameters) -> Healed:
    """Return what was healed; `at_ms` is the time of each reading."""
    in_case = contacts.case != NO_CASE
    failures = np.flatnonzero(in_case & (contacts.impact < 0))
    acts = np.flatnonzero(in_case & contacts.is_act)
    if not len(failures) or not len(acts):
        return NOTHING_HEALED
    met, met_at = _first_met(contacts, failures, acts)
    quality = _quality(contacts.at_ms[met], met_at, parameters)
    latest = np.where(met_at == _NEVER, np.iinfo(np.int64).min, met_at).max(axis=0)
    age = (at_ms[contacts.read[met]] - latest) / MS_PER_DAY
    premium = _premium(contacts, met, failures, quality, parameters)
    return Healed(
        place=met,
        heal=parameters.heal_share * quality,
        gain=premium * np.exp2(-age / parameters.gain_half_life),
    )


def _first_met(contacts: Contacts, failures: Ints, acts: Ints) -> tuple[Ints, Ints]:
    """Return the failures that had any need met, and for each need (rows) when it was first met (columns)."""
    failure, act = _same_case(contacts, failures, acts)
    in_time = contacts.at_ms[act] >= contacts.at_ms[failure]
    failure, act = failure[in_time & (contacts.needs[act] != 0)], act[in_time & (contacts.needs[act] != 0)]
    if not len(failure):
        return failure, np.zeros((len(NEEDS), 0), np.int64)
    starts = np.flatnonzero(np.diff(failure, prepend=-1))
    met_at = [
        np.minimum.reduceat(np.where(contacts.needs[act] >> need & 1, contacts.at_ms[act], _NEVER), starts)
        for need in range(len(NEEDS))
    ]
    return failure[starts], np.stack(met_at)


def _same_case(contacts: Contacts, failures: Ints, acts: Ints) -> tuple[Ints, Ints]:
    """Return all pairs (failure, act) of the same reading and case, sorted by failure."""
    by_case = acts[np.lexsort((contacts.case[acts], contacts.read[acts]))]
    groups = np.unique(
        np.stack(
            (
                np.concatenate((contacts.read[failures], contacts.read[by_case])),
                np.concatenate((contacts.case[failures], contacts.case[by_case])),
            )
        ),
        axis=1,
        return_inverse=True,
    )[1].ravel()
    of_failures, of_acts = groups[: len(failures)], groups[len(failures) :]
    low = np.searchsorted(of_acts, of_failures, side="left")
    high = np.searchsorted(of_acts, of_failures, side="right")
    return paired(failures, low, high, by_case)


def paired(items: Ints, low: Ints, high: Ints, others: Ints) -> tuple[Ints, Ints]:
    """Return each item beside each of `others[low:high]` of its own, as two arrays."""
    counts = high - low
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(items, counts), others[np.repeat(low, counts) + within]


def _quality(failed_at: Ints, met_at: Ints, parameters: Parameters) -> Floats:
    quality = np.zeros(len(failed_at))
    for weight, when in zip(parameters.need_weights, met_at, strict=True):
        waited = np.where(when == _NEVER, 0, when - failed_at) / MS_PER_DAY
        quality += np.where(when == _NEVER, 0.0, weight * np.exp2(-waited / parameters.prompt_half_life))
    return quality


def _premium(
    contacts: Contacts, met: Ints, failures: Ints, quality: Floats, parameters: Parameters
) -> Floats:
    """Return the premium of each failure in the moment of its recovery."""
    excellence = (quality - parameters.gain_threshold) / (1.0 - parameters.gain_threshold)
    severity = -contacts.impact[met]
    mildness = (parameters.severity_none - severity / parameters.loss_aversion) / (
        parameters.severity_none - parameters.severity_full
    )
    premium = np.zeros(len(met))
    open_gate = np.flatnonzero((excellence > 0) & (mildness > 0))
    if len(open_gate):
        load = _prior_loads(contacts, met[open_gate], failures, parameters)
        gate = np.minimum(1.0, mildness[open_gate]) * np.maximum(0.0, 1.0 - load / parameters.prior_load)
        damage = contacts.importance[met[open_gate]] * severity[open_gate]
        premium[open_gate] = parameters.gain_weight * damage * excellence[open_gate] * gate
    return premium


def _prior_loads(contacts: Contacts, some: Ints, failures: Ints, parameters: Parameters) -> Floats:
    """Return how much failed, in any case, in the window before each of some failures."""
    read = contacts.read[failures]
    low = np.searchsorted(read, contacts.read[some], side="left")
    high = np.searchsorted(read, contacts.read[some], side="right")
    which, prior = paired(np.arange(len(some)), low, high, failures)
    before_ms = contacts.at_ms[some][which] - contacts.at_ms[prior]
    counts = (before_ms > 0) & (before_ms <= parameters.prior_window * MS_PER_DAY)
    damage = np.where(counts, contacts.importance[prior] * -contacts.impact[prior], 0.0)
    loads = np.zeros(len(some))
    np.add.at(loads, which, damage)
    return loads
