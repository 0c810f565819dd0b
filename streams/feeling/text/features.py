"""What is counted in a text: words, their pieces, neighbours, cues and what stands behind a negation.

Features are rows of one weight table: first hashed words and pieces, then hashed pairs of neighbours, then
cues. A word's own rows depend on nothing but the word and its language, so that a reader may add up their
weights once and keep the sum. Everything is linear in the tokens.
Source of the idea: hashed character n-grams inside words as in fastText (Bojanowski et al. 2017).
"""

import re
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from streams.feeling.text.cues import KINDS, PHRASE_REACH, cues_of
from streams.feeling.text.pieces import Codes, Indices, folded, piece_rows
from streams.feeling.text.words import LANGUAGES, spelled

WORD_BITS = 18
WORD_ROWS = 1 << WORD_BITS
CONTEXT_BITS = 17
CONTEXT_ROWS = 1 << CONTEXT_BITS
FIRST_CUE = WORD_ROWS + CONTEXT_ROWS
FIRST_NEGATED_CUE = FIRST_CUE + len(KINDS)
ROWS = FIRST_NEGATED_CUE + len(KINDS)
PIECE_SIZES = range(3, 6)
PIECE_WEIGHT = 0.35
CUE_WEIGHT = 1.5
PHRASE_WEIGHT = 2.0
NEGATION_REACH = 3
"""A negation colours this many tokens behind it."""

NEGATING = """
no not never without nor nothing none isnt wasnt dont doesnt didnt cant wont couldnt wouldnt
ni nunca jamas sin nada tampoco ningun ninguna mai sense res cap gens non senza niente nessun nessuna
neanche nemmeno nu nici niciodata fara nimic deloc niciun nicio
"""
NEGATIONS = frozenset(NEGATING.split())
DIGITS = re.compile("[0-9]+(?:[.,:][0-9]+)*")
MARKS = frozenset('.,;:"«»()/%€$£*#&–—-…')
"""Marks that count, but speak of nothing by themselves."""


class WordFeatures(NamedTuple):
    """What counts of each of some words, whatever stands around them.

    `codes` [words] are hashes; `negates` and `marks` [words] say which negate and which are only marks;
    `rows` [words × ROWS] are words and pieces; `cues` [words × KINDS] what they speak of.
    """

    codes: Codes
    negates: NDArray[np.bool_]
    marks: NDArray[np.bool_]
    rows: sparse.csr_matrix
    cues: sparse.csr_matrix

    def of(self, words: Indices) -> "WordFeatures":
        """Return the features of some of the words."""
        return WordFeatures(
            self.codes[words], self.negates[words], self.marks[words], self.rows[words], self.cues[words]
        )


def word_features(tokens: list[str], languages: list[str]) -> WordFeatures:
    """Return what counts of tokens, each in its language."""
    words = [spelled(token) for token in tokens]
    owners: list[int] = []
    rows: list[int] = []
    cue_owners: list[int] = []
    cues: list[int] = []
    for place, (token, word, language) in enumerate(zip(tokens, words, languages, strict=True)):
        found = [crc32(name.encode()) % WORD_ROWS for name in _names(token, word, language)]
        owners += [place] * len(found)
        rows += found
        if language in LANGUAGES:
            kinds = cues_of(language).of_word(word)
            cue_owners += [place] * len(kinds)
            cues += kinds
    pieced = [place for place, word in enumerate(words) if word[:1].isalpha() and len(word) > 2]
    which, pieces = piece_rows([words[place] for place in pieced], PIECE_SIZES, WORD_BITS)
    weights = np.concatenate((np.ones(len(rows)), np.full(len(pieces), PIECE_WEIGHT)))
    all_owners = np.concatenate((np.array(owners, np.int64), np.array(pieced, np.int64)[which]))
    all_rows = np.concatenate((np.array(rows, np.int64), pieces))
    return WordFeatures(
        np.array([_code(word) for word in words], np.uint64),
        np.array([_negates(word) for word in words], np.bool_),
        np.array([word[0] in MARKS for word in words], np.bool_),
        _counted(all_owners, all_rows, weights, (len(words), ROWS)),
        _counted(cue_owners, cues, np.full(len(cues), CUE_WEIGHT), (len(words), len(KINDS))),
    )


def _counted(owners: Any, rows: Any, weights: NDArray[Any], shape: tuple[int, int]) -> sparse.csr_matrix:
    return sparse.csr_matrix((weights.astype(np.float32), (owners, rows)), shape=shape)


def _names(token: str, word: str, language: str) -> list[str]:
    """Return what a word is called among features: itself, itself in its language, its parts, its looks."""
    names = [f"w{word}", f"{language} {word}", *(f"w{part}" for part in _parts(word))]
    if len(token) > 2 and token.isupper():
        names.append("CAPITALS")
    if len(word) + 1 < len(token) and token[0].isalpha():
        names.append("DRAWN OUT")
    if (shape := _shape(word)) != word:
        names.append(f"w{shape}")
    return names


def _shape(word: str) -> str:
    """Return a word with every number as 0, so that what is learned of «6 hours» is known of «30 hours»."""
    return DIGITS.sub("0", word)


def _parts(word: str) -> list[str]:
    return [part for part in word.split("'") if len(part) > 1] if "'" in word else []


def _negates(word: str) -> bool:
    parts = _parts(word)
    return word in NEGATIONS or word.endswith("n't") or (bool(parts) and parts[-1] in NEGATIONS)


def _code(word: str) -> int:
    shape = _shape(word).encode()
    return crc32(shape) | crc32(b"second" + shape) << 32


SALTS = {1: np.uint64(0x9E3779B97F4A7C15), 2: np.uint64(0xC2B2AE3D27D4EB4F)}
SECOND_SALT = np.uint64(0xD6E8FEB86659FD93)
NEGATED_SALT = np.uint64(0xA24BAED4963EE407)


def pair_rows(first: Codes, second: Codes, distance: int) -> Indices:
    """Return the rows of pairs of words that stand `distance` (1 or 2) tokens apart."""
    return WORD_ROWS + folded(first * SALTS[distance] + second * SECOND_SALT, CONTEXT_BITS)


def negated_rows(codes: Codes) -> Indices:
    """Return the rows of words behind a negation."""
    return WORD_ROWS + folded(codes * NEGATED_SALT, CONTEXT_BITS)


def behind_negation(negates: NDArray[np.bool_], texts: Indices) -> NDArray[np.bool_]:
    """Say of each token if a negation of the same text stands shortly before it."""
    behind = np.zeros(len(negates), np.bool_)
    for gap in range(1, min(NEGATION_REACH, len(negates) - 1) + 1):
        behind[gap:] |= negates[:-gap] & (texts[gap:] == texts[:-gap])
    return behind


def phrase_rows() -> list[tuple[int, int]]:
    """Return (row of the pair, row of the cue) of all phrases of all languages."""
    found = {
        (first, last, distance, kind)
        for language in LANGUAGES
        for (first, last, distance), kinds in cues_of(language).phrases.items()
        for kind in kinds
    }
    return sorted(
        (int(pair_rows(_codes(first), _codes(last), distance)[0]), FIRST_CUE + kind)
        for first, last, distance, kind in found
        if distance <= PHRASE_REACH
    )


def _codes(word: str) -> Codes:
    return np.array([_code(word)], np.uint64)
