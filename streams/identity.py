"""Who a name belongs to: names that links join are one person. Pure.

Publishers say of two names, any time and in any order, that they are one customer's or that they are not.
Of what was said of a pair the last holds, by the time of the event and then by its id: arrival plays no part.
A *person* is the names that the standing links join, directly or by others; its id is the least of them.

A *circle* is the names that were ever named together, whether their links stand or not. Persons come and go
within a circle; circles only grow, so whoever knows too little of them is not wrong, only late.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from streams.rows import LinkRow

Pair = tuple[str, str]
"""Two names in order."""
Circle = tuple[str, ...]
"""Names in order; the first stands for the circle."""


class Circles:
    """The circles of all names that were ever named together with another."""

    def __init__(self) -> None:
        self._circles: dict[str, Circle] = {}

    def __contains__(self, name_id: str) -> bool:
        return name_id in self._circles

    def of(self, name_id: str) -> Circle:
        """Return the circle of a name; who was never linked is alone in it."""
        return self._circles.get(name_id, (name_id,))

    def join(self, one: str, other: str) -> None:
        """Take in that two names were named together; once more changes nothing."""
        here, there = self.of(one), self.of(other)
        if here != there:
            joined = tuple(sorted({*here, *there}))
            for name_id in joined:
                self._circles[name_id] = joined


class Identity(NamedTuple):
    """Whose name a name is."""

    name_id: str
    person_id: str
    names: int
    """How many names the person has."""
    since_ms: int | None
    """Time of the first standing link of the name; None if none stands."""


class Said:
    """What was said of pairs of names, as far as it was taken in."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], LinkRow] = {}
        self._last: dict[Pair, LinkRow] = {}

    def take(self, link: LinkRow) -> None:
        """Take in one more, in any order. Of several contents under one id the least stands."""
        rival = self._events.setdefault((link.person_id, link.link_id), link)
        if rival is link:
            self._judge(link)
        elif (link.content_hash, link.other_id) < (rival.content_hash, rival.other_id):
            self._events[link.person_id, link.link_id] = link
            self._last.clear()
            for each in self._events.values():
                self._judge(each)

    def _judge(self, link: LinkRow) -> None:
        if _rank(link) >= _rank(self._last.setdefault(link.pair, link)):
            self._last[link.pair] = link

    def standing(self) -> dict[Pair, LinkRow]:
        """Return the last of each pair of names, where that is a link."""
        return {pair: link for pair, link in self._last.items() if link.is_linked}


def _rank(link: LinkRow) -> tuple[int, str, str]:
    return link.occurred_at, link.link_id, link.person_id


def standing_links(links: Iterable[LinkRow]) -> dict[Pair, LinkRow]:
    """Return what holds of each pair of names, if that is a link."""
    said = Said()
    for link in links:
        said.take(link)
    return said.standing()


def identities(names: Iterable[str], links: Iterable[LinkRow]) -> dict[str, Identity]:
    """Return whose each of these names is, by all that was said of pairs of them."""
    standing = standing_links(links)
    persons = _joined(standing)
    since: dict[str, int] = {}
    for pair, link in standing.items():
        for name_id in pair:
            since[name_id] = min(link.occurred_at, since.get(name_id, link.occurred_at))
    return {
        name_id: Identity(name_id, person[0], len(person), since.get(name_id))
        for name_id in names
        for person in [persons.of(name_id)]
    }


def _joined(pairs: Iterable[Pair]) -> Circles:
    persons = Circles()
    for pair in pairs:
        persons.join(*pair)
    return persons


def as_known(links: Iterable[LinkRow]) -> dict[str, list[tuple[int, str]]]:
    """Return for each name from when on it was known to be which person's; empty: alone."""
    history: dict[str, list[tuple[int, str]]] = defaultdict(list)
    said, before = Said(), frozenset[Pair]()
    for known_at, together in groupby(sorted(links, key=_known_at), key=_known_at):
        for link in together:
            said.take(link)
        standing = frozenset(said.standing())
        if standing == before:
            continue
        persons = _joined(standing)
        for name_id in {name_id for pair in before | standing for name_id in pair}:
            person_id = persons.of(name_id)[0] if name_id in persons else ""
            changes = history[name_id]
            if person_id != (changes[-1][1] if changes else ""):
                changes.append((known_at, person_id))
        before = standing
    return history


def _known_at(link: LinkRow) -> int:
    return link.known_at


def names_of(whose: Mapping[str, Identity]) -> dict[str, list[str]]:
    """Return the names of each person."""
    names: dict[str, list[str]] = defaultdict(list)
    for identity in whose.values():
        names[identity.person_id].append(identity.name_id)
    return names
