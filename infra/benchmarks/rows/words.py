"""The worker where 30 % of touchpoints say something, beside what reading their words implies."""

import time
from collections.abc import Iterator

from infra.benchmarks.altered import with_words, without_words, words_of
from infra.benchmarks.rows.worker import plan_of
from infra.benchmarks.stage import published, stack
from infra.benchmarks.suite import Figure, Row, Scale
from infra.benchmarks.worker import BATCH, seconds_of_worker
from infra.simulation import Block, simulate
from streams.feeling.text.reader import LinearReader

SHARE = 0.3
"""Of touchpoints that say something."""
LEAST = 0.8
"""Of the rate that is implied."""
READ = 20_000


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield events a second with and without words, texts a second of the reader alone, and the ratio.

    Implied is what the same core would do if words cost what the reader alone takes for them.
    """
    plan = plan_of(scale.of(200_000, 30_000))
    words = words_of(simulate(plan))
    silent = _rate(without_words(simulate(plan)))
    spoken = _rate(with_words(simulate(plan), words, SHARE))
    reading = _texts_a_second(words)
    implied = 1 / (1 / silent + SHARE / reading)
    yield Figure("without words", silent, "events/s")
    yield Figure("reader alone", reading, "texts/s")
    yield Figure(f"{SHARE:.0%} say something", spoken, "events/s")
    yield Figure("÷ what the reader's own cost implies", spoken / implied, "×", least=LEAST)


def _rate(blocks: Iterator[Block]) -> float:
    with stack() as settings:
        count = published(settings, blocks)
        return count / seconds_of_worker(settings, count)


def _texts_a_second(words: list[str]) -> float:
    """Read texts in batches as large as those of the worker's, on one core."""
    reader, batch = LinearReader(), round(BATCH * SHARE)
    texts = (words * (READ // len(words) + 1))[:READ]
    reader.read(texts[:batch], [None] * batch)
    started = time.process_time()
    for first in range(0, READ, batch):
        some = texts[first : first + batch]
        reader.read(some, [None] * len(some))
    return READ / (time.process_time() - started)


ROW = Row("words", "The worker with text in 30 % of touchpoints", measure)
