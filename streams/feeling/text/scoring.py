"""Sums of weights: what each token of a batch of texts adds to each column of the artefact; the languages.

Texts are one flat run of numbers of words; everything behind the numbering is arithmetic on whole batches.
What a word adds by itself is kept, once for each language that it was met in.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.feeling.text.artefact import GENERAL, Artefact
from streams.feeling.text.features import (
    FIRST_CUE,
    FIRST_NEGATED_CUE,
    ROWS,
    WordFeatures,
    behind_negation,
    negated_rows,
    pair_rows,
    word_features,
)
from streams.feeling.text.language import OTHER, language_of, told_languages, word_scores
from streams.feeling.text.pieces import Codes, Indices
from streams.feeling.text.words import LANGUAGES

MOST_KEPT = 60_000
"""Words whose sums are kept; beyond, all are forgotten and learned again."""

Weights = NDArray[np.float32]


class Scored(NamedTuple):
    """What was summed: per text [texts × columns], per token [tokens × columns]; each text's first token.

    `marks` [tokens] says which tokens are only marks.
    """

    languages: list[str]
    totals: Weights
    tokens: Weights
    marks: NDArray[np.bool_]
    firsts: Indices
    counts: Indices


class Numbers(dict[str, int]):
    """Numbers of words in the order in which they are first asked for."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class Scorer:
    """Scores tokenised texts by one artefact and remembers the sums of words it has met."""

    def __init__(self, artefact: Artefact, most_kept: int = MOST_KEPT) -> None:
        self._most_kept = most_kept
        self._table = artefact.table
        self._bias = artefact.bias
        self._own = artefact.own
        self._own_bias = artefact.own_bias
        self._languages = artefact.languages
        self._forget()

    def _forget(self) -> None:
        width = self._table.shape[1]
        self._numbers = Numbers()
        self._places = np.full((OTHER + 1, 0), -1, np.int64)
        self._told = np.empty((0, len(LANGUAGES)), np.float32)
        self._known = 0
        self._plain = np.empty((0, width), np.float32)
        self._negated = np.empty((0, width), np.float32)
        self._codes = np.empty(0, np.uint64)
        self._negates = np.empty(0, np.bool_)
        self._marks = np.empty(0, np.bool_)

    def score(self, texts: Sequence[list[str]], hints: Sequence[str | None]) -> Scored:
        """Score texts given as their tokens, with hints of their languages."""
        counts = np.array([len(words) for words in texts], np.int64)
        firsts = np.cumsum(counts) - counts
        owners = np.repeat(np.arange(len(texts)), counts)
        numbers = self._numbered(texts)
        languages = told_languages(self._told[numbers], firsts, counts, hints)
        spoken = np.array([language_of(one) for one in languages], np.int64)
        places = self._placed(numbers, spoken[owners])
        codes = self._codes[places]
        behind = behind_negation(self._negates[places], owners)
        tokens = self._plain[places]
        tokens[behind] = self._negated[places[behind]]
        for distance in (1, 2):
            self._add_pairs(tokens, codes, owners, spoken, distance)
        tokens *= (1.0 / np.sqrt(np.maximum(counts, 1)).astype(np.float32))[owners][:, None]
        totals = np.zeros((len(texts), tokens.shape[1]), np.float32)
        some = np.flatnonzero(counts)
        if len(some):
            totals[some] = np.add.reduceat(tokens, firsts[some], axis=0)
        totals += self._bias
        totals[:, GENERAL] += self._own_bias[spoken]
        return Scored(languages, totals, tokens, self._marks[places], firsts, counts)

    def _add_pairs(
        self, tokens: Weights, codes: Codes, owners: Indices, spoken: Indices, distance: int
    ) -> None:
        """Add the weights of pairs, half to each of the two tokens."""
        if len(codes) <= distance:
            return
        same = np.flatnonzero(owners[distance:] == owners[:-distance])
        rows = pair_rows(codes[same], codes[same + distance], distance)
        half = self._table[rows]
        half[:, GENERAL] += self._own[spoken[owners[same]], rows]
        half *= np.float32(0.5)
        tokens[same] += half
        tokens[same + distance] += half

    def _numbered(self, texts: Sequence[list[str]]) -> Indices:
        """Return the number of each token's word, flat; new words get scores of their languages."""
        if self._known > self._most_kept:
            self._forget()
        known = len(self._numbers)
        numbers = np.array(list(map(self._numbers.__getitem__, chain.from_iterable(texts))), np.int64)
        if len(self._numbers) > known:
            new = list(self._numbers)[known:]
            self._told = _with(self._told, known, word_scores(self._languages, new))
            fresh = np.full((len(self._places), len(self._told) - self._places.shape[1]), -1, np.int64)
            self._places = np.concatenate((self._places, fresh), axis=1)
        return numbers

    def _placed(self, numbers: Indices, languages: Indices) -> Indices:
        """Return where the sums of each token's word in its language are; what is not there is learned."""
        places = self._places[languages, numbers]
        missing = np.flatnonzero(places < 0)
        if len(missing):
            pairs = np.unique(languages[missing] * len(self._told) + numbers[missing])
            self._learn(pairs // len(self._told), pairs % len(self._told))
            places = self._places[languages, numbers]
        return places

    def _learn(self, languages: Indices, numbers: Indices) -> None:
        words = list(self._numbers)
        names = (*LANGUAGES, "other")
        found = word_features(
            [words[number] for number in numbers.tolist()], [names[place] for place in languages.tolist()]
        )
        plain, negated = summed(found, self._table)
        for language in np.unique(languages):
            here = np.flatnonzero(languages == language)
            for sums, added in zip(
                (plain, negated), summed(found.of(here), self._own[language]), strict=True
            ):
                sums[here, GENERAL] += added
        self._places[languages, numbers] = np.arange(self._known, self._known + len(numbers))
        self._plain = _with(self._plain, self._known, plain)
        self._negated = _with(self._negated, self._known, negated)
        self._codes = _with(self._codes, self._known, found.codes)
        self._negates = _with(self._negates, self._known, found.negates)
        self._marks = _with(self._marks, self._known, found.marks)
        self._known += len(numbers)


def summed(found: WordFeatures, table: Weights) -> tuple[Weights, Weights]:
    """Return what words add to the columns of a table [words × columns]: plain, and behind a negation."""
    words = found.rows @ table
    plain = words + found.cues @ table[FIRST_CUE:FIRST_NEGATED_CUE]
    negated = words + found.cues @ table[FIRST_NEGATED_CUE:ROWS] + table[negated_rows(found.codes)]
    return plain, negated


def _with(kept: NDArray[Any], used: int, new: NDArray[Any]) -> NDArray[Any]:
    """Return an array with rows put behind those used; it grows by doubling, so that adding stays cheap."""
    needed = used + len(new)
    if needed > len(kept):
        grown = np.zeros((max(needed, 2 * len(kept)), *kept.shape[1:]), kept.dtype)
        grown[:used] = kept[:used]
        kept = grown
    kept[used:needed] = new
    return kept
