"""Derives who has several names: from all their facts again, as one log. Pure but for `histories`.

Facts are journaled under the name by which they were published, and stay there: a join or a split rewrites no
fact. Whoever journals something of a name that was ever linked sends a small record, `Touched`, to a topic of
its own, to the partition of the name's circle; the owner of that partition folds the circle's persons again
from the journal. Who was never linked needs no second hop.

Why the figures come out right, whatever the order, with any number of workers, killed at any time:

1. *Facts come before the news of them.* Rows of touchpoints, withdrawals and links are in ClickHouse before
   `Touched` is in Kafka, and that before the batch is acknowledged. A crash between repeats the batch.
2. *No news is missed.* A worker that has written touchpoints of a name reads the topic of links to its end
   before it decides that the name is alone. A worker that has written a link puts the pair into that topic
   before it sends `Touched`. So either the first sees the pair and sends `Touched` itself, or its touchpoints
   were in the journal before the pair was in the topic, hence before the link's own fold reads the journal.
3. *Who knows more wins.* A fold writes with a revision that counts the facts it read of the circle. Facts
   only become more (those of an erased name are counted on, and it is nobody's any more), and circles only
   grow, so the fold that read everything has the highest count; one with
   as high a count read the same and wrote the same. Two owners at a time, after a rebalance or while circles
   grow together, do no harm. Of a step only the facts until its time matter, and each of those had its own
   `Touched` from its time on, or from the beginning where a link or a withdrawal may change everything.
4. *Once linked, never again alone.* These revisions lie above all that the fast path ever gives, so what a
   worker wrote of a name that it still took to be alone is replaced. After a split the names stay here.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from schemas.names import Table
from streams.events import Record
from streams.folding import Folded, Folder, Joined
from streams.history import HISTORIES_AT_ONCE, NEVER_MS, Known, distinct, together
from streams.identity import Circle, Circles, Identity, as_known, identities, names_of
from streams.outcome import Batch, Touched
from streams.person import REVISION_ROW_BITS
from streams.rows import BondRow, IdentityRow, LinkRow
from streams.value import replace

JOINED_REVISIONS = 1 << 63
"""Revisions of names that were ever linked begin here; the fast path stays below until offset 2 ** 33."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Touched).decode


class Histories(NamedTuple):
    """What the journal knows of names: the facts of each, and what was said of pairs of them."""

    known: Mapping[str, Known]
    links: Sequence[LinkRow]
    now_ms: int
    """The newest event time journaled: what was due by then and not kept is missed."""


HistoriesOf = Callable[[Iterable[str]], Histories]
ErasedOf = Callable[[Iterable[str]], Mapping[str, int]]
"""Gives those of some names that were erased, and how many facts were known of each."""


def nobody(_: Iterable[str]) -> Mapping[str, int]:
    """Say that nobody was erased."""
    return {}


def touched_by(batch: Batch, circles: Circles) -> list[Touched]:
    """Return the linked names of which a batch brought facts; to be asked when these are written."""
    everything_of = {row.person_id for row in batch.rows[Table.WITHDRAWALS]}
    touched = {one.name_id: one for one in batch.linked}
    for name_id, owner in batch.owners.items():
        if name_id in circles and name_id not in touched:
            rows = () if name_id in everything_of else batch.came.get(name_id, ())
            from_ms = min((row.occurred_at for row in rows), default=NEVER_MS)
            touched[name_id] = Touched(name_id, owner.customer, owner.partition, from_ms)
    return list(touched.values())


def touched_message(touched: Touched) -> bytes:
    """Return the value of a record of touched names."""
    return _encode(touched)


class Joiner:
    """Derives the persons of circles."""

    def __init__(self, folder: Folder, circles: Circles, erased_of: ErasedOf = nobody) -> None:
        self._folder, self._circles, self._erased_of = folder, circles, erased_of

    def fold(self, records: Iterable[Record], histories_of: HistoriesOf) -> Batch:
        """Return what is derived of the circles that records of touched names tell of."""
        batch = Batch()
        touched: dict[Circle, list[Touched]] = defaultdict(list)
        for record in records:
            one = _decode(record.value or b"")
            touched[self._circles.of(one.name_id)].append(one)
        for some in _in_pieces(touched):
            names = sorted({name_id for circle in some for name_id in circle})
            erased, histories = self._erased_of(names), histories_of(names)
            links = _links_within(some, histories.links, erased)
            for circle, theirs in some.items():
                left = tuple(name_id for name_id in circle if name_id not in erased)
                news = [one for one in theirs if one.name_id not in erased]
                if news:
                    gone = sum(erased.get(name_id, 0) for name_id in circle)
                    self._derive(left, news, histories, links[circle], gone, batch)
        return batch

    def _derive(
        self,
        circle: Circle,
        touched: Sequence[Touched],
        histories: Histories,
        links: Sequence[LinkRow],
        gone: int,
        batch: Batch,
    ) -> None:
        """Fold the persons of a circle; a name that is nobody's own any more has no bond.

        `gone` is how many facts were known of names of it that were erased.
        """
        known = {name_id: distinct(histories.known[name_id]) for name_id in circle}
        revision = JOINED_REVISIONS + (_facts(known.values(), links) + gone << REVISION_ROW_BITS)
        from_ms = min(one.from_ms for one in touched)
        whose = identities(circle, links)
        folded: dict[str, Folded] = {}
        for person_id, names in names_of(whose).items():
            log = together([known[name_id] for name_id in names])
            if log.rows:
                joined = Joined(person_id, revision, from_ms)
                folded[person_id] = self._folder.again(log, frozenset(), histories.now_ms, joined)
        for name_id in circle:
            read_again = sum(row.revision > 0 for row in known[name_id].rows)
            bond = _no_bond(name_id, revision)
            if name_id in folded:
                batch.rows[Table.STEPS].extend(folded[name_id].steps)
                bond = folded[name_id].bond
            batch.rows[Table.BONDS].append(replace(bond, read_again=read_again))
        batch.rows[Table.IDENTITIES].extend(_identity_rows(whose, links, revision))
        self._tell(touched, whose, folded, batch)

    def _tell(
        self,
        touched: Sequence[Touched],
        whose: Mapping[str, Identity],
        folded: Mapping[str, Folded],
        batch: Batch,
    ) -> None:
        """Tell the bond under each name that was touched, and alerts and hints under the last one.

        That two histories are one raises no alert: what it might be about is past, or was told of a name.
        """
        last = {whose[one.name_id].person_id: one for one in touched if one.from_ms > NEVER_MS}
        for person_id, one in last.items():
            result = folded.get(person_id)
            if result is not None and all(each.from_ms > NEVER_MS for each in touched):
                batch.tell(one, result.alerts, result.hints)
        for one in {one.name_id: one for one in touched}.values():
            result = folded.get(whose[one.name_id].person_id)
            if result is not None:
                level = self._folder.parameters.level(result.bond.bond_index, result.evidence)
                batch.change(one, result.bond, level, result.evidence)


def _in_pieces(touched: Mapping[Circle, list[Touched]]) -> Iterator[dict[Circle, list[Touched]]]:
    """Yield circles, whole, of so many names that their histories may be in memory together."""
    some, names = dict[Circle, list[Touched]](), 0
    for circle, theirs in touched.items():
        some[circle] = theirs
        names += len(circle)
        if names >= HISTORIES_AT_ONCE:
            yield some
            some, names = {}, 0
    if some:
        yield some


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


def _facts(known: Iterable[Known], links: Iterable[LinkRow]) -> int:
    """Return how many facts are known of a circle."""
    said = {(one.person_id, one.link_id, one.content_hash) for one in links}
    return len(said) + sum(len(one.rows) + len(one.withdrawn) for one in known)


def _no_bond(name_id: str, revision: int) -> BondRow:
    """Return the row that takes away the bond of a name that is not a person's id, or is nobody's at all."""
    amounts = [0.0] * (len(BondRow.__struct_fields__) - 10)
    fields: tuple[Any, ...] = (name_id, 0, 0, 0, 0, 0, *amounts, 0, "", revision, True)
    return BondRow(*fields)


def _identity_rows(
    whose: Mapping[str, Identity], links: Sequence[LinkRow], revision: int
) -> Iterator[IdentityRow]:
    history = as_known(links)
    for identity in whose.values():
        changes = history.get(identity.name_id, ())
        known_times, persons = tuple(at for at, _ in changes), tuple(person for _, person in changes)
        yield IdentityRow(*identity, known_times, persons, revision)
