"""The words that carried a reading, as positions in the masked text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from streams.feeling.text.pieces import Indices
from streams.feeling.text.words import Span, spans_of

LEAST_SHARE = 0.25
"""A word is named if it added at least so much of what the strongest word added."""
LABEL_WORDS, OTHER_WORDS = 4, 2
"""At most so many words are named as evidence of the label, and of each feeling or need."""

Shares = NDArray[np.float32]


def carrying(shares: Shares, runs: Indices, most: Indices) -> NDArray[np.bool_]:
    """Say of each share if it is among the most of its run, and not small beside the strongest; none below 0.

    `runs` [shares] are numbers of runs in ascending order, `most` [runs] how many of each are wanted.
    """
    order = np.lexsort((-shares, runs))
    counts = np.bincount(runs, minlength=len(most))
    firsts = np.cumsum(counts) - counts
    ranks = np.empty(len(shares), np.int64)
    ranks[order] = np.arange(len(shares)) - np.repeat(firsts, counts)
    best = np.zeros(len(most), np.float32)
    best[counts > 0] = shares[order[firsts[counts > 0]]]
    return (ranks < most[runs]) & (shares > 0) & (shares >= LEAST_SHARE * best[runs])


def evidence_words(
    texts: Sequence[str],
    tokens: Sequence[list[str]],
    label_shares: Shares,
    name_shares: Shares,
    present: NDArray[np.bool_],
    names: Sequence[str],
) -> list[dict[str, list[Span]]]:
    """Return for each text the spans behind its label and behind each name that is present.

    `label_shares` [tokens] and `name_shares` [tokens × names] are what tokens added, `present` is
    [texts × names].
    """
    counts = np.array([len(words) for words in tokens], np.int64)
    firsts = np.cumsum(counts) - counts
    which, name = np.nonzero(present)
    owners = np.concatenate((np.arange(len(texts)), which))
    lengths = counts[owners]
    runs = np.repeat(np.arange(len(owners)), lengths)
    places = np.arange(len(runs)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    asked = runs[len(label_shares) :] - len(texts)
    shares = name_shares[(firsts[which][asked] + places[len(label_shares) :]), name[asked]]
    most = np.where(np.arange(len(owners)) < len(texts), LABEL_WORDS, OTHER_WORDS)
    kept = np.flatnonzero(carrying(np.concatenate((label_shares, shares)), runs, most))
    found: list[dict[str, list[int]]] = [{"label": []} for _ in texts]
    told = ["label"] * len(texts) + [names[one] for one in name.tolist()]
    for text, one in zip(which.tolist(), name.tolist(), strict=True):
        found[text][names[one]] = []
    for run, place in zip(runs[kept].tolist(), places[kept].tolist(), strict=True):
        found[int(owners[run])][told[run]].append(place)
    return [_located(*one) for one in zip(texts, tokens, found, strict=True)]


def _located(text: str, tokens: list[str], places: dict[str, list[int]]) -> dict[str, list[Span]]:
    wanted = sorted({place for found in places.values() for place in found})
    spans = dict(zip(wanted, spans_of(text, tokens, wanted), strict=True))
    return {name: [spans[place] for place in found] for name, found in places.items()}
