"""Names about which something became known: who says so, and to whom it is said. Pure."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from schemas.names import Table
from streams.events import Record
from streams.history import HISTORIES_AT_ONCE, NEVER_MS
from streams.identity import Circle, Circles
from streams.outcome import Batch, Journaled, Touched
from streams.rows import NOT_FOLDED, JournalRow
from streams.value import replace

MOST_ROWS = 16
"""Touchpoints that one record brings; it stays far below what a broker takes."""

_encode = msgspec.json.Encoder().encode
_decode_journaled = msgspec.json.Decoder(Journaled).decode
_decode_touched = msgspec.json.Decoder(Touched).decode


def touched_by(batch: Batch, circles: Circles) -> list[Touched]:
    """Return the linked names of which a batch brought facts; to be asked when these are written.

    Its rows in the journal are of those that came: if there are as many, all that came is new.
    """
    everything_of = {row.person_id for row in batch.rows[Table.WITHDRAWALS]}
    new = Counter(row.person_id for row in batch.rows[Table.JOURNAL] if row.person_id in circles)
    touched = {one.name_id: one for one in batch.linked}
    for name_id, owner in batch.owners.items():
        if name_id in circles and name_id not in touched:
            rows = () if name_id in everything_of else batch.came.get(name_id, ())
            from_ms = min((row.occurred_at for row in rows), default=NEVER_MS)
            about = name_id, owner.customer, owner.partition, from_ms
            if rows and len(rows) == new[name_id] and len(rows) <= MOST_ROWS:
                touched[name_id] = Journaled(*about, [replace(row, **NOT_FOLDED) for row in rows])
            else:
                touched[name_id] = Touched(*about)
    return list(touched.values())


def mates_of(names: Iterable[str], erased: Container[str], circles: Circles) -> list[Touched]:
    """Return who is left of the circles of erased names: all of them may be different."""
    left = {name_id for one in names for name_id in circles.of(one) if name_id not in erased}
    return [Touched(name_id, "", None, NEVER_MS) for name_id in sorted(left)]


def touched_message(touched: Touched) -> bytes:
    """Return the value of a record of touched names."""
    return _encode(touched)


def _read(value: bytes) -> Touched:
    """Return what a record tells; rows of another version are not brought."""
    try:
        return _decode_journaled(value)
    except msgspec.ValidationError:
        return _decode_touched(value)


class News(NamedTuple):
    """What touched a circle, and the partition in which that was said."""

    touched: list[Touched]
    partition: int

    @property
    def brings_all(self) -> bool:
        """Were touchpoints all that became known, and are they here?"""
        return all(isinstance(one, Journaled) for one in self.touched)

    def rows_after(self, until_ms: Mapping[str, int]) -> dict[str, list[JournalRow]]:
        """Return the touchpoints that it brings of each name after a time of each, each row once."""
        brought = (row for one in self.touched if isinstance(one, Journaled) for row in one.rows)
        rows: dict[str, list[JournalRow]] = defaultdict(list)
        for row in {(row.person_id, row.key): row for row in brought}.values():
            if row.occurred_at > until_ms[row.person_id]:
                rows[row.person_id].append(row)
        return rows


def by_circle(records: Iterable[Record], circles: Circles) -> dict[Circle, News]:
    """Return what records of touched names tell, by circle."""
    told: dict[Circle, News] = {}
    for record in records:
        one = _read(record.value or b"")
        news = told.setdefault(circles.of(one.name_id), News([], record.partition))
        news.touched.append(one)
    return told


def in_pieces(touched: Mapping[Circle, News]) -> Iterator[dict[Circle, News]]:
    """Yield circles, whole, of so many names that their histories may be in memory together."""
    some, names = dict[Circle, News](), 0
    for circle, news in touched.items():
        some[circle] = news
        names += len(circle)
        if names >= HISTORIES_AT_ONCE:
            yield some
            some, names = {}, 0
    if some:
        yield some
