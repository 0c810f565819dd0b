"""Runs of letters inside words, hashed for many words at once.

A word is edged with «<» and «>», so that its beginning and end count as such. Hashes are polynomials over
code points, mixed; they depend on the run alone.
"""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
Indices = NDArray[np.int64]

BASE = np.uint64(0x100000001B3)
MIXER = np.uint64(0xBF58476D1CE4E5B9)


def folded(mixed: Codes, bits: int) -> Indices:
    """Return hashes as rows 0 … 2^bits − 1."""
    return (((mixed ^ (mixed >> np.uint64(29))) * MIXER) >> np.uint64(64 - bits)).astype(np.int64)


def piece_rows(words: list[str], sizes: range, bits: int) -> tuple[Indices, Indices]:
    """Return (places of words, rows of 0 … 2^bits − 1) of every run of these sizes, in no order."""
    lengths = np.array([len(word) + 2 for word in words], np.int64)
    letters = np.frombuffer("".join([f"<{word}>" for word in words]).encode("utf-32-le"), np.uint32)
    codes = letters.astype(np.uint64)
    owners = np.repeat(np.arange(len(words)), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(codes))
    places, rows = [], []
    hashes = np.zeros(len(codes), np.uint64)
    for size in range(1, sizes.stop):
        if size > len(codes):
            break
        hashes = hashes[: len(codes) - size + 1] * BASE + codes[size - 1 :]
        if size in sizes:
            inside = np.flatnonzero(left[: len(hashes)] >= size)
            places.append(owners[inside])
            rows.append(folded(hashes[inside] + np.uint64(size), bits))
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(places), np.concatenate(rows)
