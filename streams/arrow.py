"""Rows as Arrow tables, the form in which they are written. Pure.

A column's type follows from its name and its annotation in `streams.rows`.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from streams.value import Value, astuple

_MILLIS = pa.timestamp("ms", tz="UTC")
_WORD = pa.dictionary(pa.int32(), pa.string())
"""Columns of few different words."""
_WORDS = frozenset(
    [
        "rule",
        "occasion",
        "rules_version",
        "kind",
        "type",
        "source",
        "department",
        "stage",
        "channel",
        "sector",
        "product",
        "outcome",
        "language",
        "reading_version",
        "catalogue_version",
        "kafka_topic",
        "model_version",
        "reason",
        "processor",
        "segment",
    ]
)
_TEXT_BYTES = frozenset({"payload", "key", "value"})
_INTEGERS = {
    "content_hash": pa.uint64(),
    "revision": pa.uint64(),
    "touchpoints": pa.uint32(),
    "felt": pa.uint32(),
    "moment_number": pa.uint16(),
    "place": pa.uint16(),
    "read_again": pa.uint32(),
    "needs_met_mask": pa.uint8(),
    "needs_asked_mask": pa.uint8(),
    "kafka_partition": pa.int32(),
    "kafka_offset": pa.int64(),
    "from_offset": pa.int64(),
    "next_offset": pa.int64(),
    "reread": pa.uint32(),
    "names": pa.uint32(),
}
_LISTS = {"known_times": pa.list_(_MILLIS), "persons": pa.list_(pa.string())}
_PLAIN = {
    str: pa.string(),
    float: pa.float64(),
    float | None: pa.float64(),
    bool: pa.bool_(),
    Sequence[float]: pa.list_(pa.float64()),
    tuple[str, ...]: pa.list_(pa.string()),
    tuple[int, ...]: pa.list_(pa.int64()),
    Mapping[str, int]: pa.map_(pa.string(), pa.uint64()),
}


def arrow_type(column: str, annotation: Any) -> pa.DataType:
    """Return the Arrow type of a row's column."""
    if column.endswith("_at") or column in ("as_of", "valid_from"):
        return _MILLIS
    if column in _INTEGERS:
        return _INTEGERS[column]
    if column in _LISTS:
        return _LISTS[column]
    if column in _TEXT_BYTES:
        return pa.binary()
    if column in _WORDS:
        return _WORD
    return _PLAIN[annotation]


def arrow_table(rows: Sequence[Value]) -> pa.Table:
    """Return rows of one kind, at least one, as an Arrow table."""
    schema = _schema_of(type(rows[0]))
    columns = zip(*map(astuple, rows), strict=True)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


@cache
def _schema_of(row: type) -> pa.Schema:
    return pa.schema([(name, arrow_type(name, kind)) for name, kind in row.__annotations__.items()])
