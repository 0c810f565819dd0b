"""What a worker remembers between batches, of customers or of circles: a bounded cache over the journal.

Forgetting is always safe: what is not remembered is read from the journal.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """What is remembered of each name, by partition, least recently touched first; at most `capacity`."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._names: OrderedDict[str, tuple[int, T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name_id: str) -> bool:
        return name_id in self._names

    def get(self, name_id: str) -> T | None:
        """Return what is remembered of a name, if anything."""
        entry = self._names.get(name_id)
        return entry[1] if entry else None

    def put(self, name_id: str, partition: int, known: T) -> None:
        """Remember what is known of a name."""
        self._names[name_id] = (partition, known)
        self._names.move_to_end(name_id)

    def trim(self) -> None:
        """Forget those who were touched longest ago, down to the capacity."""
        while len(self._names) > self._capacity:
            self._names.popitem(last=False)

    def forget(self, names: Iterable[str]) -> None:
        """Forget these names."""
        for name_id in names:
            self._names.pop(name_id, None)

    def forget_partitions(self, partitions: Iterable[int]) -> None:
        """Forget everybody of these partitions: somebody else may fold them now."""
        gone = frozenset(partitions)
        for name_id in [one for one, (partition, _) in self._names.items() if partition in gone]:
            del self._names[name_id]
