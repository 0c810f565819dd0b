"""Names about which something became known: who says so, and to whom it is said. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from schemas.names import Table
from streams.events import Record
from streams.history import HISTORIES_AT_ONCE, NEVER_MS
from streams.identity import Circle, Circles
from streams.outcome import Batch, Touched
from streams.rows import JournalRow
from streams.value import replace

MOST_TOLD = 16
"""Touchpoints that one record tells; it stays far below what a broker takes."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Touched).decode


def touched_by(batch: Batch, circles: Circles) -> list[Touched]:
    """Return the linked names of which a batch brought facts; to be asked when these are written."""
    everything_of = {row.person_id for row in batch.rows[Table.WITHDRAWALS]}
    journaled = Counter(row.person_id for row in batch.rows[Table.JOURNAL] if row.person_id in circles)
    touched = {one.name_id: one for one in batch.linked}
    for name_id, owner in batch.owners.items():
        if name_id in circles and name_id not in touched:
            rows = () if name_id in everything_of else batch.came.get(name_id, ())
            from_ms = min((row.occurred_at for row in rows), default=NEVER_MS)
            all_is_new = 0 < len(rows) == journaled[name_id] <= MOST_TOLD
            told = [_as_a_fold_needs_it(row) for row in rows] if all_is_new else None
            touched[name_id] = Touched(name_id, owner.customer, owner.partition, from_ms, told)
    return list(touched.values())


def _as_a_fold_needs_it(row: JournalRow) -> JournalRow:
    return replace(row, text="", attributes="", evidence="", payload=b"")


def touched_message(touched: Touched) -> bytes:
    """Return the value of a record of touched names."""
    return _encode(touched)


def _read(value: bytes) -> Touched:
    """Return what a record tells, without rows if they are those of another version."""
    try:
        return _decode(value)
    except msgspec.ValidationError:
        return Touched(*msgspec.json.decode(value)[: len(Touched.__struct_fields__) - 1])


class News(NamedTuple):
    """What touched a circle, and the partition in which that was said."""

    touched: list[Touched]
    partition: int

    @property
    def is_told(self) -> bool:
        """Was all told that became known?"""
        return all(one.rows is not None for one in self.touched)

    def rows_after(self, until_ms: Mapping[str, int]) -> Iterator[JournalRow]:
        """Yield each row that was told, once, if it is later than a time of its name."""
        rows = {(row.person_id, row.key): row for one in self.touched for row in one.rows or ()}
        return (row for row in rows.values() if row.occurred_at > until_ms[row.person_id])


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
