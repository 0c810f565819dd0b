"""What a worker remembers between batches, of customers or of circles: a bounded cache over the journal.

Forgetting is always safe: what is not remembered is read from the journal, which takes some milliseconds for
who has fifty touchpoints. So those for whom there is no room are spilled, where there is a place for it.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, NamedTuple, Protocol, TypeVar

T = TypeVar("T")


class Entry(NamedTuple, Generic[T]):
    """What is remembered of a name, and in which partition it lives."""

    name_id: str
    partition: int
    known: T


class Spill(Protocol[T]):
    """Where those go for whom there is no room. It may forget whom it likes."""

    def get(self, name_id: str) -> T | None: ...
    def put(self, entries: Iterable[Entry[T]]) -> None: ...
    def forget(self, names: Iterable[str]) -> None: ...
    def forget_partitions(self, partitions: Iterable[int]) -> None: ...


class Memory(Generic[T]):
    """What is remembered of each name, by partition, least recently touched first.

    At most `capacity` are in memory; without a spill the others are forgotten.
    """

    def __init__(self, capacity: int, spill: Spill[T] | None = None) -> None:
        self._capacity, self._spill = capacity, spill
        self._names: OrderedDict[str, Entry[T]] = OrderedDict()

    def get(self, name_id: str) -> T | None:
        """Return what is remembered of a name, if anything."""
        entry = self._names.get(name_id)
        if entry is not None:
            return entry.known
        return self._spill.get(name_id) if self._spill is not None else None

    def put(self, name_id: str, partition: int, known: T) -> None:
        """Remember what is known of a name."""
        self._names[name_id] = Entry(name_id, partition, known)
        self._names.move_to_end(name_id)

    def trim(self) -> None:
        """Spill those who were touched longest ago, down to the capacity.

        Who is in memory may be spilled too, as of an earlier time: that is overwritten before it counts.
        """
        over = [self._names.popitem(last=False)[1] for _ in range(len(self._names) - self._capacity)]
        if over and self._spill is not None:
            self._spill.put(over)

    def forget(self, names: Iterable[str]) -> None:
        """Forget these names."""
        gone = list(names)
        for name_id in gone:
            self._names.pop(name_id, None)
        if self._spill is not None:
            self._spill.forget(gone)

    def forget_partitions(self, partitions: Iterable[int]) -> None:
        """Forget everybody of these partitions: somebody else may fold them now."""
        gone = frozenset(partitions)
        for name_id in [name_id for name_id, entry in self._names.items() if entry.partition in gone]:
            del self._names[name_id]
        if self._spill is not None:
            self._spill.forget_partitions(gone)
