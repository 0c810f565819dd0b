"""What an episode changed, and what changed meanwhile.

Figures derived from the steps of a fold, in the order of (time, id). They change when an earlier touchpoint
arrives late, so they are never added up over rows that can be revised.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Step
from streams.bond.scratch import in_order


class Movement(NamedTuple):
    """The index from just before an episode's first touchpoint to just after its last."""

    episode: str
    first_ms: int
    last_ms: int
    before: float
    after: float
    jumps: float
    """What its own touchpoints changed, each in its own instant."""
    others: float
    """What touchpoints of other episodes changed in between."""
    faded: float
    """What fading changed in between."""

    @property
    def total(self) -> float:
        """The movement: jumps, others and faded together."""
        return self.after - self.before


class Change(NamedTuple):
    """A piece of the index over time: a jump at a touchpoint, or fading between two."""

    touchpoint: str | None
    """Whose jump it is; None: fading."""
    from_ms: int
    to_ms: int
    before: float
    after: float


def changes(touchpoints: Iterable[FeltTouchpoint], steps: Mapping[str, Step]) -> list[Change]:
    """Return the life of an index from 0 to the last touchpoint, without a gap: fading, jump, fading, …

    `steps` are those of all touchpoints, as `Fold.steps_of` returns them.
    """
    pieces: list[Change] = []
    for one in in_order(touchpoints):
        step = steps[one.id]
        if pieces:
            pieces.append(Change(None, pieces[-1].to_ms, one.at_ms, pieces[-1].after, step.index_before))
        pieces.append(Change(one.id, one.at_ms, one.at_ms, step.index_before, step.index_after))
    return pieces


def movements(touchpoints: Iterable[FeltTouchpoint], steps: Mapping[str, Step]) -> list[Movement]:
    """Return the movement of each episode, in the order of their first touchpoints."""
    known = in_order(touchpoints)
    pieces = changes(known, steps)
    places: dict[str, list[int]] = {}
    for place, one in enumerate(known):
        places.setdefault(one.episode, []).append(2 * place)  # jumps stand at the even places
    return [_movement(episode, own, pieces) for episode, own in places.items()]


def _movement(episode: str, own: list[int], pieces: list[Change]) -> Movement:
    first, last = own[0], own[-1]
    meanwhile = pieces[first : last + 1]
    jumped = sum(pieces[place].after - pieces[place].before for place in own)
    faded = sum(piece.after - piece.before for piece in meanwhile if piece.touchpoint is None)
    every = sum(piece.after - piece.before for piece in meanwhile if piece.touchpoint is not None)
    return Movement(
        episode=episode,
        first_ms=pieces[first].from_ms,
        last_ms=pieces[last].to_ms,
        before=pieces[first].before,
        after=pieces[last].after,
        jumps=jumped,
        others=every - jumped,
        faded=faded,
    )
