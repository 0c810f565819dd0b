"""Takes in who was erased: what a worker remembers of them goes, and whom they were in a circle with is
derived anew.
"""

from streams.batch import Processor
from streams.identity import Circles
from streams.joining import Joiner
from streams.outcome import Batch, Touched
from streams.sinks.ledger import Ledger
from streams.touched import mates_of


class Forgetting:
    """Follows the ledger for those who remember customers; use it while none of them is at work."""

    def __init__(self, ledger: Ledger, processor: Processor, joiner: Joiner, circles: Circles) -> None:
        self._ledger, self._processor, self._joiner = ledger, processor, joiner
        self._circles = circles
        self.mates: list[Touched] = []
        """Who was in a circle with erased names, until a batch has them derived anew."""

    def take_in(self) -> None:
        """Forget who was erased since this was asked last."""
        names = list(self._ledger.news())
        self._processor.forget(names)
        self._joiner.forget(names)
        self.mates += mates_of(names, self._ledger.erased, self._circles)

    def with_mates(self, batch: Batch) -> Batch:
        """Have the mates derived anew by what a batch tells: news of them may have been lost."""
        batch.linked[:0], self.mates = self.mates, []
        return batch
