"""A long list so many at a time. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_One = TypeVar("_One")


def in_pieces(names: Sequence[_One], most: int) -> Iterator[Sequence[_One]]:
    """Yield names, or what else there is, in their order, so many at a time, at most."""
    return (names[at : at + most] for at in range(0, len(names), most))
