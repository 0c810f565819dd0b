"""What a worker remembers of customers between batches: a bounded cache over the journal.

Forgetting is always safe: who is not remembered is read from the journal.
"""

from collections import OrderedDict
from collections.abc import Iterable

from streams.person import Person


class Memory:
    """The customers of each partition, least recently touched first; at most `capacity` in all."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._people: OrderedDict[str, tuple[int, Person]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._people)

    def __contains__(self, person_id: str) -> bool:
        return person_id in self._people

    def get(self, person_id: str) -> Person | None:
        """Return what is remembered of a person, if anything."""
        entry = self._people.get(person_id)
        return entry[1] if entry else None

    def put(self, person_id: str, partition: int, person: Person) -> None:
        """Remember a person."""
        self._people[person_id] = (partition, person)
        self._people.move_to_end(person_id)

    def trim(self) -> None:
        """Forget those who were touched longest ago, down to the capacity."""
        while len(self._people) > self._capacity:
            self._people.popitem(last=False)

    def forget(self, people: Iterable[str]) -> None:
        """Forget these people."""
        for person_id in people:
            self._people.pop(person_id, None)

    def forget_partitions(self, partitions: Iterable[int]) -> None:
        """Forget everybody of these partitions: somebody else may fold them now."""
        gone = frozenset(partitions)
        for person_id in [one for one, (partition, _) in self._people.items() if partition in gone]:
            del self._people[person_id]
