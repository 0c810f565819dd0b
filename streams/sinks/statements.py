"""Names in statements: as many at a time as ClickHouse reads of one."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from streams.pieces import in_pieces

MOST_NAMES = 1_000
"""Names in one statement, where they stand up to three times: ClickHouse reads 256 KiB of one."""


def pieces(names: Collection[str]) -> Iterator[Sequence[str]]:
    """Yield names, as many at a time as a statement has room for."""
    return in_pieces(list(names), MOST_NAMES)


def listed(names: Iterable[str]) -> str:
    """Return names, or ids of alerts, for a statement; ValueError if one is none."""
    return ", ".join(f"'{bytes.fromhex(name).hex()}'" for name in names)
