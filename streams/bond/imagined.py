"""What might have been: a life without something bad, or with it put right soon. Pure.

The figures are read out as any other, from the touchpoints that are returned. `v_what_if` says the same in
SQL.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta

from streams.bond.episodes import episode_of, impact
from streams.bond.felt import FeltTouchpoint, one_copy_each
from streams.bond.parameters import BOND_1, NEEDS, Parameters
from streams.value import replace

Meant = Callable[[FeltTouchpoint], bool]

SOON = timedelta(hours=24)
"""After a failure, when a recovery that is imagined comes."""
ACT_VALENCE, ACT_IMPORTANCE = 1e-3, 1e-9
"""Of an imagined act of recovery: it heals, and has next to no weight of its own."""
_LAST = "\U0010ffff"
"""Begins the ids of what is imagined; sorts after all others."""


def had_not_been(
    touchpoints: Iterable[FeltTouchpoint], meant: Meant, parameters: Parameters = BOND_1
) -> list[FeltTouchpoint]:
    """Return a life without the bad touchpoints that are meant."""
    return [one for one in one_copy_each(touchpoints) if not (meant(one) and impact(one, parameters) < 0)]


def had_been_recovered(
    touchpoints: Iterable[FeltTouchpoint],
    at_ms: int,
    meant: Meant,
    after: timedelta = SOON,
    parameters: Parameters = BOND_1,
) -> list[FeltTouchpoint]:
    """Return a life in which every bad contact until `at_ms` with something bad that is meant was put right.

    Each such contact becomes a case if it was none, and so long after its end an act meets all needs.
    """
    contacts: dict[str, list[FeltTouchpoint]] = defaultdict(list)
    for one in one_copy_each(touchpoints):
        if one.at_ms <= at_ms:
            contacts[one.episode].append(one)
    return [one for contact in contacts.values() for one in _recovered(contact, meant, after, parameters)]


def _recovered(
    contact: list[FeltTouchpoint], meant: Meant, after: timedelta, parameters: Parameters
) -> list[FeltTouchpoint]:
    whole = episode_of(contact, parameters)
    if whole.impact >= 0 or not any(meant(one) and impact(one, parameters) < 0 for one in contact):
        return contact
    case = whole.case or _LAST + whole.id
    act = FeltTouchpoint(
        id=_LAST + whole.id,
        at_ms=whole.at_ms + after // timedelta(milliseconds=1),
        valence=ACT_VALENCE,
        episode=_LAST + whole.id,
        importance=ACT_IMPORTANCE,
        case=case,
        recovery=True,
        needs=(1 << len(NEEDS)) - 1,
    )
    return [*(one if whole.case else replace(one, case=case) for one in contact), act]
