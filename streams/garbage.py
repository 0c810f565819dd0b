"""What a worker no longer needs is given back, so that its memory stays flat for weeks."""

import ctypes
import gc

COLLECT_SECONDS = 30.0
"""aiokafka leaves each fetch, with all its bytes, in a cycle that only the garbage collector frees, and that
hardly ever looks at what is as old: a worker at 300 events a second grew by 20 MB a minute."""
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Numbers of glibc's mallopt(3)."""
LARGE_BYTES = 128 * 1024
"""Fetches and columns of a batch are larger. glibc soon keeps places for those among what is small: of two
workers beside each other the one left alone kept 17 MB more, and grew by 8 in seven minutes, not by 2."""
MOST_ARENAS = 2
"""Threads of a worker take turns, and do not get in each other's way for memory."""

_libc = ctypes.CDLL(None)
_mallopt, _malloc_trim = getattr(_libc, "mallopt", None), getattr(_libc, "malloc_trim", None)
"""Only glibc has both, and needs them: of 410 MB it kept 55 that nothing was in, after half an hour."""


def keep_little() -> None:
    """Have the allocator give back what is large as soon as it is free; before threads begin."""
    if _mallopt is not None and _malloc_trim is not None:
        _mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        _mallopt(M_ARENA_MAX, MOST_ARENAS)


def collect_garbage() -> None:
    """Free what stands in cycles, and give back to the system what the allocator keeps of what is free."""
    gc.collect()
    if _malloc_trim is not None:
        _malloc_trim(0)
