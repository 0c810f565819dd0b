"""Which emotions were felt where, against how much of them there is on the whole journey."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas.emotions import Emotion, Feeling

FEELINGS = tuple(Feeling)
BETTER = frozenset(one.value for one in Emotion)


class EmotionsRow(NamedTuple):
    """How much of each feeling a stage holds: impact times weight, summed."""

    stage: str
    contacts: int
    people: int
    surprise: float
    relief: float
    gratitude: float
    familiarity: float
    belonging: float
    disappointment: float
    frustration: float
    anger: float
    abandonment: float

    @property
    def amounts(self) -> tuple[float, ...]:
        """In the order of FEELINGS."""
        return self[3:]


@dataclass(frozen=True)
class EmotionMap:
    """`more[i][j]`: points of percent by which feeling i is more in stage j than on the whole journey."""

    stages: tuple[str, ...]
    people: tuple[int, ...]
    more: tuple[tuple[float, ...], ...]
    shares: tuple[tuple[float, ...], ...]
    """`shares[i][j]`: percent of all that is felt in the stage."""


def emotion_map(rows: Sequence[EmotionsRow], stage_order: Mapping[str, int]) -> EmotionMap:
    """Return the map; stages in the order of the journey, those where nothing was felt left out."""
    felt = [row for row in rows if sum(row.amounts) > 0]
    felt.sort(key=lambda row: (stage_order.get(row.stage, len(stage_order)), row.stage))
    everything = sum(sum(row.amounts) for row in felt)
    whole = (
        [100 * sum(row.amounts[at] for row in felt) / everything for at in range(len(FEELINGS))]
        if felt
        else []
    )
    shares = tuple(
        tuple(100 * row.amounts[at] / sum(row.amounts) for row in felt) for at in range(len(FEELINGS))
    )
    more = (
        tuple(tuple(share - whole[at] for share in shares[at]) for at in range(len(FEELINGS))) if felt else ()
    )
    return EmotionMap(tuple(row.stage for row in felt), tuple(row.people for row in felt), more, shares)
