"""Which names a person's state has met, in four bytes each: an answer of no is certain, one of yes is not.

A wrong yes (one in a billion for each name known) only sends a touchpoint down the exact path. A set of the
names themselves would take twenty times the memory.
"""

import sys
from bisect import bisect_left
from zlib import crc32

import numpy as np

from streams.value import Value

_BYTES = 4
_TAIL = 64 * _BYTES
"""How many new marks are searched one by one before they are sorted among the old ones."""


def mark_of(name: str) -> bytes:
    """Return what stands for a name: a checksum, the same in every process."""
    return crc32(name.encode("utf-8", "surrogatepass")).to_bytes(_BYTES, sys.byteorder)


class Seen(Value, frozen=True):
    """A set of names that can only grow."""

    tail: bytes = b""
    """Marks in the order in which they came."""
    older: bytes = b""
    """Marks sorted as unsigned integers."""

    def __len__(self) -> int:
        return (len(self.tail) + len(self.older)) // _BYTES

    def has(self, mark: bytes) -> bool:
        """Tell whether a name with this mark may have been met."""
        if mark in self.tail:  # may also match across two marks: a wrong yes, rare and harmless
            return True
        if not self.older:
            return False
        older = memoryview(self.older).cast("I")
        number = int.from_bytes(mark, sys.byteorder)
        place = bisect_left(older, number)
        return place < len(older) and older[place] == number

    def also(self, marks: bytes) -> "Seen":
        """Return the set with more marks in it, one after the other."""
        tail = self.tail + marks
        if len(tail) < _TAIL:
            return Seen(tail, self.older)
        return Seen(b"", np.sort(np.frombuffer(self.older + tail, dtype=np.uint32)).tobytes())
