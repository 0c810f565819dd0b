"""What is counted in a text: words, their pieces, neighbours, cues and what stands behind a negation.

Features are rows of one weight table: first hashed words and pieces, then hashed pairs of neighbours, then
cues. A word's own rows depend on nothing but the word and its language, so that a reader may add up their
weights once and keep the sum. Everything is linear in the tokens.
Source of the idea: hashed character n-grams inside words as in fastText (Bojanowski et al. 2017).
"""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from streams.feeling.text.cues import KINDS, PHRASE_REACH, cues_of
from streams.feeling.text.words import LANGUAGES, spelled

WORD_ROWS = 1 << 17
CONTEXT_BITS = 17
CONTEXT_ROWS = 1 << CONTEXT_BITS
FIRST_CUE = WORD_ROWS + CONTEXT_ROWS
FIRST_NEGATED_CUE = FIRST_CUE + len(KINDS)
ROWS = FIRST_NEGATED_CUE + len(KINDS)
SHORTEST_PIECE, LONGEST_PIECE = 3, 5
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

Codes = NDArray[np.uint64]
Indices = NDArray[np.int64]


class WordFeatures(NamedTuple):
    """What counts of a word: its hash, rows with their weights, cues, and if it negates."""

    code: int
    rows: list[int]
    weights: list[float]
    cues: list[int]
    negates: bool


def word_features(token: str, language: str) -> WordFeatures:
    """Return what counts of one token, whatever stands around it."""
    word = spelled(token)
    parts = [part for part in word.split("'") if len(part) > 1] if "'" in word else []
    names = [f"w{word}", f"{language} {word}", *(f"w{part}" for part in parts)]
    if len(token) > 2 and token.isupper():
        names.append("CAPITALS")
    if len(word) + 1 < len(token) and token[0].isalpha():
        names.append("DRAWN OUT")
    pieces = _pieces(word)
    rows = [crc32(name.encode()) % WORD_ROWS for name in names + pieces]
    weights = [1.0] * len(names) + [PIECE_WEIGHT] * len(pieces)
    negates = word in NEGATIONS or word.endswith("n't") or (bool(parts) and parts[-1] in NEGATIONS)
    return WordFeatures(_code(word), rows, weights, _cues(word, language), negates)


def _cues(word: str, language: str) -> list[int]:
    return cues_of(language).of_word(word) if language in LANGUAGES else []


def _code(word: str) -> int:
    return crc32(word.encode()) | crc32(b"second" + word.encode()) << 32


def _pieces(word: str) -> list[str]:
    if not word[:1].isalpha() or len(word) < SHORTEST_PIECE:
        return []
    edged = f"<{word}>"
    return [
        edged[start : start + size]
        for size in range(SHORTEST_PIECE, LONGEST_PIECE + 1)
        for start in range(len(edged) - size + 1)
    ]


SALTS = {1: np.uint64(0x9E3779B97F4A7C15), 2: np.uint64(0xC2B2AE3D27D4EB4F)}
SECOND_SALT = np.uint64(0xD6E8FEB86659FD93)
NEGATED_SALT = np.uint64(0xA24BAED4963EE407)
MIXER = np.uint64(0xBF58476D1CE4E5B9)


def pair_rows(first: Codes, second: Codes, distance: int) -> Indices:
    """Return the rows of pairs of words that stand `distance` (1 or 2) tokens apart."""
    return _folded(first * SALTS[distance] + second * SECOND_SALT)


def negated_rows(codes: Codes) -> Indices:
    """Return the rows of words behind a negation."""
    return _folded(codes * NEGATED_SALT)


def _folded(mixed: Codes) -> Indices:
    mixed = (mixed ^ (mixed >> np.uint64(29))) * MIXER
    return (mixed >> np.uint64(64 - CONTEXT_BITS)).astype(np.int64) + WORD_ROWS


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
