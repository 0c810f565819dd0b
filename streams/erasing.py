"""What an erasure leaves of what a worker is about to write or to announce. Pure.

A batch may have been worked out before its worker knew of an erasure. So whatever is written is looked
through once more: rows of facts of an erased name become rows of places, so that every record that was read
is still accounted for; rows derived of it are dropped. So is what would be published under an id of theirs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from schemas.names import Table
from streams.events import Record
from streams.identity import Pair
from streams.outcome import Batch
from streams.rows import ErasedRow
from streams.value import Value, astuple

NAMES = ("person_id", "name_id", "other_id")
"""Columns that hold a name of a customer, in whatever table."""
PAST = ("persons",)
"""Columns of names that a name was once taken to be of."""

RowsOf = Mapping[Table, Sequence[Value]]


def erased_row(record: Record) -> ErasedRow:
    """Return the row of a record of which nothing else is kept."""
    return ErasedRow(record.topic, record.partition, record.offset, record.received_ms)


def without(rows_of: RowsOf, erased: Set[str]) -> RowsOf:
    """Return the rows of each table without those of erased names."""
    if not erased:
        return rows_of
    left: dict[Table, Sequence[Value]] = {Table.ERASED: []}
    places: set[ErasedRow] = set()
    for table, rows in rows_of.items():
        fields = _fields(rows[0]) if rows else ()
        names, past = ([name for name in some if name in fields] for some in (NAMES, PAST))
        gone = {number for name in names for number, row in enumerate(rows) if getattr(row, name) in erased}
        gone |= {
            at for name in past for at, row in enumerate(rows) if not erased.isdisjoint(getattr(row, name))
        }
        if gone and "kafka_offset" in _fields(rows[0]):
            places |= {_place(rows[number]) for number in gone}
        left[table] = [row for number, row in enumerate(rows) if number not in gone] if gone else rows
    left[Table.ERASED] = [*left[Table.ERASED], *sorted(places, key=astuple)]
    return left


def announced_of(batch: Batch, erased: Set[str], person_of: Callable[[str], str]) -> Batch:
    """Return a batch without what it has to announce of erased names; its rows are the same.

    `person_of` gives the pseudonym of the id under which something is published.
    """
    if not erased:
        return batch

    def stays(customer: str, person_id: str = "") -> bool:
        return person_id not in erased and person_of(customer) not in erased

    return replace(
        batch,
        changes=[one for one in batch.changes if stays(one.customer, one.bond.person_id)],
        words=[one for one in batch.words if stays(one.customer, one.told.person_id)],
        rejected=[one for one in batch.rejected if stays(one.record.customer)],
        owners={name_id: owner for name_id, owner in batch.owners.items() if name_id not in erased},
        linked=[one for one in batch.linked if one.name_id not in erased],
    )


def pairs_of(rows_of: RowsOf, erased: Set[str]) -> set[Pair]:
    """Return the pairs of names that rows of links tell, of whom one is erased."""
    links: Iterable[Any] = rows_of.get(Table.LINKS, ())
    return {link.pair for link in links if not erased.isdisjoint(link.pair)}


def _fields(row: Value) -> tuple[str, ...]:
    return row.__struct_fields__


def _place(row: Any) -> ErasedRow:
    received = next(name for name in RECEIVED if name in _fields(row))
    return ErasedRow(row.kafka_topic, row.kafka_partition, row.kafka_offset, getattr(row, received))


RECEIVED = ("first_received_at", "received_at", "known_at")
"""Columns that hold Kafka's append time, the first that a table has."""
