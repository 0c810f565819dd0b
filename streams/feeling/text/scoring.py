"""Sums of weights: what each token of a batch of texts adds to each column of the artefact."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from streams.feeling.text.artefact import Artefact
from streams.feeling.text.features import (
    CUE_WEIGHT,
    FIRST_CUE,
    FIRST_NEGATED_CUE,
    ROWS,
    Indices,
    WordFeatures,
    behind_negation,
    negated_rows,
    pair_rows,
    word_features,
)
from streams.feeling.text.words import LANGUAGES

MOST_KEPT = 60_000
"""Words whose sums are kept; beyond, all are forgotten and learned again."""

Weights = NDArray[np.float32]


class Scored(NamedTuple):
    """What was summed: per text [texts × columns], per token [tokens × columns]; each text's first token."""

    totals: Weights
    tokens: Weights
    firsts: Indices
    counts: Indices


class Scorer:
    """Scores tokenised texts by one artefact and remembers the sums of words it has met."""

    def __init__(self, artefact: Artefact) -> None:
        self._table = artefact.table
        self._bias = artefact.bias
        self._forget()

    def _forget(self) -> None:
        self._numbers: list[dict[str, int]] = [{} for _ in (*LANGUAGES, "other")]
        self._known = 0
        self._plain = np.empty((0, self._table.shape[1]), np.float32)
        self._negated = self._plain
        self._codes = np.empty(0, np.uint64)
        self._negates = np.empty(0, np.bool_)

    def score(self, texts: list[list[str]], languages: list[str]) -> Scored:
        """Score texts given as their tokens, with the language of each."""
        numbers, counts = self._numbered(texts, languages)
        owners = np.repeat(np.arange(len(texts)), counts)
        firsts = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(counts) else counts
        codes = self._codes[numbers]
        behind = behind_negation(self._negates[numbers], owners)
        tokens = np.where(behind[:, None], self._negated[numbers], self._plain[numbers])
        for distance in (1, 2):
            self._add_pairs(tokens, codes, owners, distance)
        tokens *= (1.0 / np.sqrt(np.maximum(counts, 1)).astype(np.float32))[owners][:, None]
        totals = np.zeros((len(texts), tokens.shape[1]), np.float32)
        some = np.flatnonzero(counts)
        if len(some):
            totals[some] = np.add.reduceat(tokens, firsts[some], axis=0)
        return Scored(totals + self._bias, tokens, firsts, counts)

    def _add_pairs(self, tokens: Weights, codes: NDArray[np.uint64], owners: Indices, distance: int) -> None:
        """Add the weights of pairs, half to each of the two tokens."""
        if len(codes) <= distance:
            return
        same = np.flatnonzero(owners[distance:] == owners[:-distance])
        half = self._table[pair_rows(codes[same], codes[same + distance], distance)] * np.float32(0.5)
        tokens[same] += half
        tokens[same + distance] += half

    def _numbered(self, texts: list[list[str]], languages: list[str]) -> tuple[Indices, Indices]:
        """Return the number of each token's word, flat, and how many tokens each text has."""
        if self._known > MOST_KEPT:
            self._forget()
        flat: list[int] = []
        new: list[WordFeatures] = []
        for words, language in zip(texts, languages, strict=True):
            place = LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)
            numbers = self._numbers[place]
            for word in words:
                number = numbers.get(word)
                if number is None:
                    number = numbers[word] = self._known
                    self._known += 1
                    new.append(word_features(word, language))
                flat.append(number)
        if new:
            self._learn(new)
        return np.array(flat, np.int64), np.array([len(words) for words in texts], np.int64)

    def _learn(self, new: list[WordFeatures]) -> None:
        codes = np.array([features.code for features in new], np.uint64)
        plain = word_matrix(new, FIRST_CUE) @ self._table
        negated = word_matrix(new, FIRST_NEGATED_CUE) @ self._table + self._table[negated_rows(codes)]
        self._plain = np.concatenate((self._plain, plain))
        self._negated = np.concatenate((self._negated, negated))
        self._codes = np.concatenate((self._codes, codes))
        self._negates = np.concatenate((self._negates, [features.negates for features in new]))


def word_matrix(words: list[WordFeatures], first_cue: int) -> sparse.csr_matrix:
    """Return [words × ROWS]: what each word counts by itself, cues in the block from `first_cue`."""
    rows = [[*features.rows, *(first_cue + cue for cue in features.cues)] for features in words]
    weights = [[*features.weights, *(CUE_WEIGHT for _ in features.cues)] for features in words]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    flat_rows = np.array([row for found in rows for row in found], np.int64)
    flat_weights = np.array([weight for found in weights for weight in found], np.float32)
    return sparse.csr_matrix((flat_weights, flat_rows, ends), shape=(len(words), ROWS))
