"""Late and repeated touchpoints: the worker over the same events, more and more of them out of order."""

import random
from collections.abc import Iterable, Iterator

from infra.benchmarks.altered import without_words
from infra.benchmarks.rows.worker import plan_of
from infra.benchmarks.stage import published, stack
from infra.benchmarks.suite import Figure, Row, Scale
from infra.benchmarks.worker import seconds_of_worker
from infra.simulation import Block, simulate

SHARES = {"1 %": (0.01, None), "10 %": (0.1, 0.5), "100 %": (1.0, 0.15)}
"""Share of late events, and what of the clean rate must be left."""
SEED = 5
BLOCK = 2_000


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield events a second by the share that comes late, and what is left of the clean rate."""
    events = scale.of(200_000, 30_000)
    clean = _rate(events, 0.0)
    yield Figure("in order", clean, "events/s")
    for name, (share, least) in SHARES.items():
        rate = _rate(events, share)
        yield Figure(f"{name} late", rate, "events/s")
        yield Figure(f"{name} late ÷ in order", rate / clean, "×", least)


def _rate(events: int, share: float) -> float:
    with stack() as settings:
        count = published(settings, delayed(without_words(simulate(plan_of(events))), share))
        return count / seconds_of_worker(settings, count)


def delayed(blocks: Iterable[Block], share: float) -> Iterator[Block]:
    """Take a share of the events out and send them at random places; all of them: shuffle the whole."""
    chance = random.Random(SEED)
    events = [pair for block in blocks for pair in zip(block.keys, block.values, strict=True)]
    places = [
        (chance.random() * len(events) if chance.random() < share else float(place))
        for place in range(len(events))
    ]
    order = sorted(range(len(events)), key=places.__getitem__)
    for start in range(0, len(order), BLOCK):
        keys, values = zip(*(events[place] for place in order[start : start + BLOCK]), strict=True)
        yield Block(list(keys), list(values), len(keys))


ROW = Row("late", "Late and repeated touchpoints", measure)
