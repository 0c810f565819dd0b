"""A circle as it was last derived, and what tells whether later facts may be folded onto that. Pure.

Facts of a circle only become more, but for those of erased names. So if as many are known now as were folded
and as are later than all of these, nothing else became known, and folding the later ones onto what is
remembered gives what folding everything again would give.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from streams.history import NEVER_MS, Known
from streams.identity import Circle, Identity, as_known
from streams.outcome import Touched
from streams.person import Person
from streams.rows import IdentityRow, JournalRow, LinkRow
from streams.value import Value, replace


class Histories(NamedTuple):
    """What the journal knows of names: the facts of each, and what was said of pairs of them."""

    known: Mapping[str, Known]
    links: Sequence[LinkRow]


Later = Mapping[str, Sequence[JournalRow]]
"""The touchpoints of names since a time of each, each row once."""


class Facts(Protocol):
    """The journal, as far as circles need it."""

    def now_ms(self) -> int:
        """Return the newest event time journaled: what was due by then and not kept is missed."""
        ...

    def histories(self, names: Iterable[str]) -> Histories: ...
    def later(self, until_ms: Mapping[str, int]) -> Later: ...
    def counted(self, names: Iterable[str]) -> Mapping[str, int]:
        """Return how many facts are known of each name, of whatever time."""
        ...


class Derived(Value, frozen=True):
    """A circle as it was last derived; none of its names is erased."""

    identities: Mapping[str, IdentityRow]
    """Of each of its names, in order."""
    read_again: Mapping[str, int]
    """How many readings after the first there are of each name."""
    facts: int
    """How many facts were folded."""
    persons: Mapping[str, Person]
    """By id; who has no touchpoints is not among them."""
    told_ms: Mapping[str, int]
    """By person, the time from which on everything was told to whoever listens."""

    @property
    def until_ms(self) -> dict[str, int]:
        """By name, the time of the latest touchpoint of its person, or of a missed commitment."""
        until_ms = {id: max(one.last_ms, one.newest_ms) for id, one in self.persons.items()}
        return {name: until_ms.get(one.person_id, NEVER_MS) for name, one in self.identities.items()}

    def goes_on_with(self, circle: Circle, touched: Iterable[Touched]) -> bool:
        """Is it this circle still, and was only touched who is remembered, no earlier than what was told?"""
        if tuple(self.identities) != circle:
            return False
        persons = [(self.identities[one.name_id].person_id, one.from_ms) for one in touched]
        return all(id in self.told_ms and from_ms >= self.told_ms[id] for id, from_ms in persons)

    def news(
        self, later: Later, counted: Mapping[str, int], touched: Iterable[Touched]
    ) -> dict[str, list[JournalRow]] | None:
        """Return the new touchpoints of each person who has any, by what was counted after they were read.

        None if anything else became known, or anything of somebody who was not touched.
        """
        rows = [row for name_id in self.identities for row in later.get(name_id, ())]
        if sum(counted.get(name_id, 0) for name_id in self.identities) != self.facts + len(rows):
            return None
        if len({row.touchpoint_id for row in rows}) < len(rows):
            return None
        news: dict[str, list[JournalRow]] = defaultdict(list)
        for row in rows:
            news[self.identities[row.person_id].person_id].append(row)
        return news if news.keys() <= {self.identities[one.name_id].person_id for one in touched} else None

    def told_from(self, from_ms: int, persons: Container[str]) -> "Derived":
        """Return it if these persons were told all of a time and later, and others nothing."""
        untold = {person_id: max(one.last_ms, one.newest_ms) + 1 for person_id, one in self.persons.items()}
        told_ms = {person_id: from_ms if person_id in persons else ms for person_id, ms in untold.items()}
        return replace(self, told_ms=told_ms)


def facts_of(known: Mapping[str, Known], links: Iterable[LinkRow]) -> dict[str, int]:
    """Return how many facts are known of each name."""
    said = Counter(
        name_id for name_id, *_ in {(one.person_id, one.link_id, one.content_hash) for one in links}
    )
    return {name_id: len(one.rows) + len(one.withdrawn) + said[name_id] for name_id, one in known.items()}


def identity_rows(
    whose: Mapping[str, Identity], links: Sequence[LinkRow], revision: int
) -> Iterator[IdentityRow]:
    """Yield whose each name is, and since when it was known to be."""
    history = as_known(links)
    for identity in whose.values():
        changes = history.get(identity.name_id, ())
        known_times, persons = tuple(at for at, _ in changes), tuple(person for _, person in changes)
        yield IdentityRow(*identity, known_times, persons, revision)
