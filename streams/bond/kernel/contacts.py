"""The episodes that each reading sees: the peak-end rule over segments of rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from streams.bond.kernel.columns import Arranged, Bools, Floats, FloatsByEmotion, Ints, rounded
from streams.bond.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Contacts:
    """Episodes as readings see them. Those of one reading stand together, in the order of episode ids."""

    read: Ints
    """Place of its reading; never decreases."""
    at_ms: Ints
    """The time of its end."""
    impact: Floats
    importance: Floats
    felt: FloatsByEmotion
    """Remembered impact on each emotion."""
    weight: FloatsByEmotion
    case: Ints
    is_act: Bools
    needs: Ints

    def __len__(self) -> int:
        return len(self.read)


def contacts_of(rows: Arranged, place: Ints, read: Ints, parameters: Parameters) -> Contacts:
    """Gather the rows at `place`, each seen by the reading `read` beside it, into episodes.

    The pairs must be sorted by reading, then as the rows are, so that a contact's rows stand together.
    """
    episode = rows.episode[place]
    starts = segment_starts(read, episode)
    sizes = np.diff(starts, append=len(place))
    ends = place[starts + sizes - 1]
    alone = Contacts(
        read=read[starts],
        at_ms=rows.at_ms[ends],
        impact=rows.impact[ends],
        importance=rows.importance[ends],
        felt=tuple(rows.impact[ends] * weights[ends] for weights in rows.profile),
        weight=tuple(weights[ends] for weights in rows.profile),
        case=rows.case[ends],
        is_act=rows.is_act[ends],
        needs=rows.needs[ends],
    )
    longer = sizes > 1
    if longer.any():
        _remember_longer(
            alone, np.flatnonzero(longer), rows, place[np.repeat(longer, sizes)], sizes, parameters
        )
    return alone


def segment_starts(*keys: Ints) -> Ints:
    """Return where a new segment begins: wherever one of the keys changes."""
    changed = np.zeros(len(keys[0]), dtype=np.bool_)
    changed[:1] = True
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed)


def _remember_longer(
    contacts: Contacts, longer: Ints, rows: Arranged, place: Ints, sizes: Ints, parameters: Parameters
) -> None:
    """Put into `contacts`, which hold each one's last touchpoint, what is remembered of the longer ones.

    `place` are the rows of the longer ones alone.
    """
    size = sizes[longer]
    starts = np.cumsum(size) - size
    impact = rows.impact[place]
    peak, end = _peaks(np.abs(impact), starts, size), starts + size - 1
    contacts.importance[longer] = np.maximum.reduceat(rows.importance[place], starts)
    contacts.case[longer] = np.maximum.reduceat(rows.case[place], starts)
    contacts.is_act[longer] = np.logical_or.reduceat(rows.is_act[place], starts)
    contacts.needs[longer] = np.bitwise_or.reduceat(rows.needs[place], starts)
    impact_sum, weight_sum = np.zeros(len(longer)), np.zeros(len(longer))
    for felt, weight, weights in zip(contacts.felt, contacts.weight, rows.profile, strict=True):
        profile = weights[place]
        felt[longer] = remembered(impact * profile, peak, end, starts, size, parameters)
        weight[longer] = remembered(profile, peak, end, starts, size, parameters)
        impact_sum += felt[longer]
        weight_sum += weight[longer]
    contacts.impact[longer] = rounded(impact_sum / weight_sum)


def _peaks(sizes_of_impact: Floats, starts: Ints, size: Ints) -> Ints:
    """Return the place of the greatest in each segment, of equals the last."""
    greatest = np.repeat(np.maximum.reduceat(sizes_of_impact, starts), size)
    places = np.where(sizes_of_impact == greatest, np.arange(len(sizes_of_impact)), -1)
    return np.maximum.reduceat(places, starts)


def remembered(
    values: Floats, peak: Ints, end: Ints, starts: Ints, size: Ints, parameters: Parameters
) -> Floats:
    """Return the peak-end mean of each segment of values."""
    mean = np.add.reduceat(values, starts) / size
    kept: npt.NDArray[Any] = (
        parameters.peak_share * values[peak]
        + parameters.end_share * values[end]
        + parameters.mean_share * mean
    )
    return kept
