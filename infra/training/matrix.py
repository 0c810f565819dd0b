"""Texts as a sparse matrix [texts × feature rows] whose product with a table is what the reader sums up."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from infra.training.data import Labelled
from streams.feeling.text.features import (
    FIRST_CUE,
    FIRST_NEGATED_CUE,
    PHRASE_WEIGHT,
    ROWS,
    WordFeatures,
    behind_negation,
    negated_rows,
    pair_rows,
    phrase_rows,
    word_features,
)
from streams.feeling.text.reader import LONGEST_READ
from streams.feeling.text.words import tokens_of


def feature_matrix(texts: Sequence[Labelled]) -> sparse.csr_matrix:
    """Return what each text counts, over the square root of its number of tokens."""
    numbers: dict[tuple[str, str], int] = {}
    flat: list[int] = []
    counts = []
    for text in texts:
        tokens = tokens_of(text.text[:LONGEST_READ])
        counts.append(len(tokens))
        flat += [numbers.setdefault((token, text.language), len(numbers)) for token in tokens]
    words = word_features([word for word, _ in numbers], [language for _, language in numbers])
    return _matrix(words, np.array(flat), np.array(counts))


def _matrix(words: WordFeatures, flat: np.ndarray, counts: np.ndarray) -> sparse.csr_matrix:
    shape = (len(counts), ROWS)
    owners = np.repeat(np.arange(len(counts)), counts)
    codes = words.codes[flat]
    behind = behind_negation(words.negates[flat], owners)
    of_words = (len(counts), len(words.codes))
    found = _counted(owners, flat, of_words) @ words.rows
    for here, first_cue in ((~behind, FIRST_CUE), (behind, FIRST_NEGATED_CUE)):
        cues = (_counted(owners[here], flat[here], of_words) @ words.cues).tocoo()
        found = found + sparse.csr_matrix((cues.data, (cues.row, cues.col + first_cue)), shape=shape)
    context = _counted(owners[behind], negated_rows(codes[behind]), shape)
    for distance in (1, 2):
        same = np.flatnonzero(owners[distance:] == owners[:-distance])
        rows = pair_rows(codes[same], codes[same + distance], distance)
        context = context + _counted(owners[same], rows, shape)
    found = found + context + context @ phrase_matrix()
    return sparse.diags((1 / np.sqrt(np.maximum(counts, 1))).astype(np.float32)) @ found.tocsr()


def _counted(texts: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(texts), np.float32), (texts, columns)), shape=shape)


def phrase_matrix() -> sparse.csr_matrix:
    """Return [ROWS × ROWS]: how much of which cue the pair of words of a phrase counts."""
    pairs, cues = zip(*phrase_rows(), strict=True)
    weights = np.full(len(pairs), PHRASE_WEIGHT, np.float32)
    return sparse.csr_matrix((weights, (pairs, cues)), shape=(ROWS, ROWS))
