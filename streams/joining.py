"""Derives who has several names, by folding all their facts as one log. Pure but for the facts it asks for.

Facts are journaled under the name by which they were published, and stay there: a join or a split rewrites no
fact. Whoever journals something of a name that was ever linked sends a record, `Touched`, to a topic of its
own, to the partition of the name's circle; the owner of that partition folds the circle's persons: onto what
it remembers of them the touchpoints that the record brings, if the journal knows no more, or what the journal
has of later; or else all again. Who was never linked needs no second hop.

Why the figures come out right, whatever the order, with any number of workers, killed at any time:

1. *Facts come before the news of them.* Rows of touchpoints, withdrawals and links are in ClickHouse before
   `Touched` is in Kafka, and that before the batch is acknowledged. A crash between repeats the batch.
2. *No news is missed.* A worker that has written touchpoints of a name reads the topic of links to its end
   before it decides that the name is alone. A worker that has written a link puts the pair into that topic
   before it sends `Touched`. So either the first sees the pair and sends `Touched` itself, or its touchpoints
   were in the journal before the pair was in the topic, hence before the link's own fold reads the journal.
3. *Who knows more wins.* A fold writes with a revision that counts the names of the circle, then the facts
   it read of them. Circles only grow and facts only become more (those of an erased name are counted on,
   with its erasure, and it is nobody's any more), and a fold knows what was known at one time, for it
   counts after it has read. So the fold that read everything has the highest count; one with as high a
   count read the same and wrote the same, and one with a higher count knows all links that the other knew.
   Two owners at a time, after a rebalance or while circles grow together, do no harm. Of a step only the
   facts until its time matter, and each of those had its own `Touched` from its time on, or from the
   beginning where a link or a withdrawal may change everything.
4. *Once linked, never again alone.* These revisions lie above all that the fast path ever gives, so what a
   worker wrote of a name that it still took to be alone is replaced. After a split the names stay here.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from schemas.names import Table
from streams.derived import Derived, Facts, Later, facts_of, identity_rows
from streams.events import Record
from streams.folding import Folded, Folder, Joined
from streams.history import NEVER_MS, Known, distinct, reread_events, together
from streams.identity import Circle, Circles, identities, names_of
from streams.memory import Memory
from streams.outcome import Batch, Touched
from streams.person import REVISION_ROW_BITS, Person
from streams.rows import BondRow, IdentityRow, JournalRow, LinkRow
from streams.touched import News, by_circle, in_pieces
from streams.value import replace

JOINED_REVISIONS = 1 << 63
"""Revisions of names that were ever linked begin here; the fast path stays below until offset 2 ** 33."""
REVISION_NAME_BITS = 48

ErasedOf = Callable[[Iterable[str]], Mapping[str, int]]
"""Gives those of some names that were erased, and how many facts were known of each."""


def nobody(_: Iterable[str]) -> Mapping[str, int]:
    """Say that nobody was erased."""
    return {}


class Joiner:
    """Derives the persons of circles; remembers circles by their first name."""

    def __init__(
        self, folder: Folder, circles: Circles, memory: Memory[Derived], erased_of: ErasedOf = nobody
    ) -> None:
        self._folder, self._circles, self._memory, self._erased_of = folder, circles, memory, erased_of
        self._derived: list[tuple[int, Derived]] = []
        self._now_ms = NEVER_MS

    def fold(self, records: Iterable[Record], facts: Facts) -> Batch:
        """Return what is derived of the circles that records of touched names tell of.

        Whatever `facts` raises comes out, and nothing is remembered before `remember` says so.
        """
        self._derived.clear()
        batch = Batch()
        touched = by_circle(records, self._circles)
        if touched:
            # What is missed by then must be known: facts are read afterwards.
            self._now_ms = max(self._now_ms, facts.now_ms())
        for some in in_pieces(touched):
            carried = self._carry_on(some, facts, batch)
            rest = {circle: news for circle, news in some.items() if circle not in carried}
            self._fold_again(rest, facts, batch)
        return batch

    def remember(self) -> None:
        """Remember the circles that were derived last: what came of them is on its way to the journal."""
        for partition, derived in self._derived:
            self._memory.put(next(iter(derived.identities)), partition, derived)
        self._derived.clear()
        self._memory.trim()

    def forget(self, names: Iterable[str]) -> None:
        """Forget the circles of erased names.

        Circles grow: one may also be remembered as it was, under a name that was its first by then.
        """
        erased = set(names)
        if erased:
            self._memory.forget({name_id for one in erased for name_id in self._circles.of(one)})

    def forget_partitions(self, partitions: Iterable[int]) -> None:
        """Forget the circles of which these partitions told."""
        self._memory.forget_partitions(partitions)

    def _carry_on(self, touched: Mapping[Circle, News], facts: Facts, batch: Batch) -> set[Circle]:
        """Fold what is new onto circles that are remembered; return those where that is all that is new.

        What the news brings is enough if the journal knows no more: to count takes a tenth of reading.
        """
        remembered = {
            circle: derived
            for circle, news in touched.items()
            if (derived := self._memory.get(circle[0])) is not None
            and derived.goes_on_with(circle, news.touched)
        }
        bringing = {circle: one for circle, one in remembered.items() if touched[circle].brings_all}
        brought: dict[str, Sequence[JournalRow]] = {}
        for circle, before in bringing.items():
            brought.update(touched[circle].rows_after(before.until_ms))
        carried = self._carry(bringing, brought, touched, facts, batch)
        rest = {circle: before for circle, before in remembered.items() if circle not in carried}
        if rest:
            until_ms = {name: ms for before in rest.values() for name, ms in before.until_ms.items()}
            carried |= self._carry(rest, facts.later(until_ms), touched, facts, batch)
        return carried

    def _carry(
        self,
        remembered: Mapping[Circle, Derived],
        later: Later,
        touched: Mapping[Circle, News],
        facts: Facts,
        batch: Batch,
    ) -> set[Circle]:
        """Fold onto circles what is later of them, if that is all that is new; return those where it is."""
        counted, erased = self._counted(remembered, facts)
        carried = set()
        for circle, before in remembered.items():
            news = touched[circle]
            rows = before.news(later, counted, news.touched)
            if rows is None or any(name_id in erased for name_id in circle):
                continue
            count = before.facts + sum(map(len, rows.values()))
            folded = self._on(before.persons, rows, _revision(circle, count))
            if folded is not None:
                persons = {person_id: result.person for person_id, result in folded.items()}
                after = replace(before, facts=count, persons=persons)
                self._derived.append((news.partition, after))
                self._write(after, news.touched, folded, batch)
                carried.add(circle)
        return carried

    def _counted(
        self, circles: Iterable[Circle], facts: Facts
    ) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Return how many facts are known of each name, and of those that were erased how many were known.

        In this order: whatever an erasure had taken when it was counted is in the ledger.
        """
        names = sorted({name_id for circle in circles for name_id in circle})
        if not names:
            return {}, {}
        counted = facts.counted(names)
        return counted, self._erased_of(names)

    def _on(
        self,
        persons: Mapping[str, Person],
        rows: Mapping[str, Sequence[JournalRow]],
        revision: int,
    ) -> dict[str, Folded] | None:
        """Carry the persons of a circle on by later rows of some; None if that needs the whole history."""
        folded: dict[str, Folded] = {}
        for person_id, person in persons.items():
            joined = Joined(person_id, revision, NEVER_MS)
            result = self._folder.on(person, rows.get(person_id, ()), self._now_ms, joined)
            if result is None:
                return None
            folded[person_id] = result
        return folded

    def _fold_again(self, touched: Mapping[Circle, News], facts: Facts, batch: Batch) -> None:
        """Fold circles from all that the journal knows of them.

        It is read table by table: if as much is counted afterwards as was read, all of it was there at one
        time, when the reading ended. What was not is read again.
        """
        while touched:
            histories = facts.histories(sorted({name_id for circle in touched for name_id in circle}))
            known = {name_id: distinct(one) for name_id, one in histories.known.items()}
            read = facts_of(known, histories.links)
            counted, erased = self._counted(touched, facts)
            links = _links_within(touched, histories.links, erased)
            torn = dict[Circle, News]()
            for circle, news in touched.items():
                left = [name_id for name_id in circle if name_id not in erased]
                if any(read[name_id] != counted.get(name_id, 0) for name_id in left):
                    torn[circle] = news
                    continue
                theirs = [one for one in news.touched if one.name_id not in erased]
                if theirs:
                    logs, count = {name_id: known[name_id] for name_id in left}, _sum(counted, circle)
                    if len(left) < len(circle):
                        # An erasure is a fact: who knows of it wins. It takes others after it has noted how
                        # many they were, and then they count on.
                        noted = sum(facts_of(logs, links[circle]).values()) + _sum(erased, circle)
                        count = max(count, noted) + len(circle) - len(left)
                    revision = _revision(circle, count)
                    derived = self._derive(logs, links[circle], count, revision, theirs, batch)
                    if len(left) == len(circle):
                        self._derived.append((news.partition, derived))
            touched = torn

    def _derive(
        self,
        known: Mapping[str, Known],
        links: Sequence[LinkRow],
        count: int,
        revision: int,
        touched: Sequence[Touched],
        batch: Batch,
    ) -> Derived:
        """Fold the persons of a circle and write down whose each name is; nobody's own has no bond.

        Neither is written again while only touchpoints become known. What was read again is counted, and
        found by no look any more; so its steps are written unless as much is remembered to be in them.
        """
        from_ms = min(one.from_ms for one in touched)
        read_again = {name_id: sum(row.revision > 0 for row in one.rows) for name_id, one in known.items()}
        has_folded = self._has_folded(read_again)
        whose = identities(known, links)
        folded: dict[str, Folded] = {}
        for person_id, names in names_of(whose).items():
            log = together([known[name_id] for name_id in names])
            if log.rows:
                joined = Joined(person_id, revision, from_ms)
                reread = frozenset[str]() if has_folded else reread_events(log)
                folded[person_id] = self._folder.again(log, frozenset(), self._now_ms, joined, reread)
        derived = Derived(
            {row.name_id: row for row in identity_rows(whose, links, revision)},
            read_again,
            count,
            {person_id: result.person for person_id, result in folded.items()},
            {},
        )
        for name_id, identity in derived.identities.items():
            batch.rows[Table.IDENTITIES].append(identity)
            if name_id not in folded:
                no_bond = _no_bond(name_id, revision)
                batch.rows[Table.BONDS].append(replace(no_bond, read_again=derived.read_again[name_id]))
        told = self._write(derived, touched, folded, batch)
        return derived.told_from(from_ms, told)

    def _has_folded(self, read_again: Mapping[str, int]) -> bool:
        """Is a circle remembered, with as many readings after the first of each name?"""
        before = self._memory.get(min(read_again))
        return before is not None and before.read_again == read_again

    def _write(
        self,
        derived: Derived,
        touched: Sequence[Touched],
        folded: Mapping[str, Folded],
        batch: Batch,
    ) -> set[str]:
        """Write down and tell what was folded. Return the persons of whom alerts were told."""
        for person_id, result in folded.items():
            batch.rows[Table.STEPS].extend(result.steps)
            batch.rows[Table.BONDS].append(replace(result.bond, read_again=derived.read_again[person_id]))
        return self._tell(touched, derived.identities, folded, batch)

    def _tell(
        self,
        touched: Sequence[Touched],
        whose: Mapping[str, IdentityRow],
        folded: Mapping[str, Folded],
        batch: Batch,
    ) -> set[str]:
        """Tell the bond under each name that was touched, and alerts and hints under the last one.

        That two histories are one raises no alert: what it might be about is past, or was told of a name.
        Return the persons of whom alerts were told.
        """
        is_about_touchpoints = all(one.from_ms > NEVER_MS for one in touched)
        last = {whose[one.name_id].person_id: one for one in touched} if is_about_touchpoints else {}
        for person_id, one in last.items():
            if person_id in folded:
                batch.tell(one, folded[person_id].alerts, folded[person_id].hints)
        for one in {one.name_id: one for one in touched}.values():
            result = folded.get(whose[one.name_id].person_id)
            if result is not None:
                level = self._folder.parameters.level(result.bond.bond_index, result.evidence)
                batch.change(one, result.bond, level, result.evidence)
        return set(last)


def _sum(counts: Mapping[str, int], names: Iterable[str]) -> int:
    return sum(counts.get(name_id, 0) for name_id in names)


def _revision(circle: Circle, facts: int) -> int:
    return JOINED_REVISIONS + (len(circle) << REVISION_NAME_BITS) + (facts << REVISION_ROW_BITS)


def _links_within(
    circles: Iterable[Circle], links: Iterable[LinkRow], erased: Container[str]
) -> Mapping[Circle, Sequence[LinkRow]]:
    """Return the links between names of each circle, but for those of erased names."""
    circle_of = {name_id: circle for circle in circles for name_id in circle if name_id not in erased}
    within: dict[Circle, list[LinkRow]] = {circle: [] for circle in circles}
    for link in links:
        here, there = (circle_of.get(name_id) for name_id in link.pair)
        if here is not None and here is there:
            within[here].append(link)
    return within


def _no_bond(name_id: str, revision: int) -> BondRow:
    """Return the row that takes away the bond of a name that is not a person's id, or is nobody's at all."""
    amounts = [0.0] * (len(BondRow.__struct_fields__) - 10)
    fields: tuple[Any, ...] = (name_id, 0, 0, 0, 0, 0, *amounts, 0, "", revision, True)
    return BondRow(*fields)
