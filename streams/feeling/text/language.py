"""Which of our languages a text is in, from the letters of its words.

A small linear model over hashed words and pieces with their accents. A word's scores depend on the word
alone, so that a reader may keep them.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from schemas.names import NO_LANGUAGE
from streams.feeling.text.pieces import Indices, piece_rows
from streams.feeling.text.words import LANGUAGES, LONGEST_WORD

LANGUAGE_BITS = 15
LANGUAGE_ROWS = 1 << LANGUAGE_BITS
PIECE_SIZES = range(2, 5)
WHOLE_WEIGHT = 2.0
"""A whole word counts so many of its pieces."""
MOST_WORDS = 50
"""So many tokens tell the language."""
HINT_WEIGHT = 4.0
"""How much the publisher's word for the language counts, in log odds; clear words against it win."""
OTHER = len(LANGUAGES)
"""The number of a language that is none of ours."""


def language_of(name: str) -> int:
    """Return the number of a language, `OTHER` if it is none of ours."""
    return LANGUAGES.index(name) if name in LANGUAGES else OTHER


def language_features(words: list[str]) -> sparse.csr_matrix:
    """Return [words × LANGUAGE_ROWS]: what each word counts; nothing if it does not begin with a letter."""
    places = [place for place, word in enumerate(words) if word[0].isalpha()]
    lowered = [words[place][:LONGEST_WORD].lower() for place in places]
    which, pieces = piece_rows(lowered, PIECE_SIZES, LANGUAGE_BITS)
    whole = np.array([crc32(word.encode()) % LANGUAGE_ROWS for word in lowered], np.int64)
    marked = [(at, ord(letter)) for at, word in enumerate(lowered) for letter in word if ord(letter) > 127]
    owners = np.concatenate((which, np.arange(len(lowered)), np.array([at for at, _ in marked], np.int64)))
    rows = np.concatenate((pieces, whole, np.array([code for _, code in marked], np.int64) % LANGUAGE_ROWS))
    weights = np.ones(len(rows), np.float32)
    weights[len(pieces) : len(pieces) + len(whole)] = WHOLE_WEIGHT
    counts = np.bincount(owners, weights, len(lowered))
    weights /= np.sqrt(counts[owners]).astype(np.float32)
    return sparse.csr_matrix(
        (weights, (np.array(places, np.int64)[owners], rows)), shape=(len(words), LANGUAGE_ROWS)
    )


def word_scores(table: NDArray[np.float32], words: list[str]) -> NDArray[np.float32]:
    """Return the log odds of the languages that each word adds [words × languages]."""
    return np.asarray(language_features(words) @ table)


def told_languages(
    scores: NDArray[np.float32], firsts: Indices, counts: Indices, hints: Sequence[str | None]
) -> list[str]:
    """Return the language of each text, given what its tokens add [tokens × languages].

    A hint in none of our languages is taken at its word.
    """
    totals = np.zeros((len(counts), len(LANGUAGES)), np.float32)
    some = np.flatnonzero(counts)
    if len(some):
        late = np.arange(len(scores)) - np.repeat(firsts, counts) >= MOST_WORDS
        totals[some] = np.add.reduceat(np.where(late[:, None], 0, scores), firsts[some], axis=0)
    named = [hint[:3].partition("-")[0].lower() if hint else None for hint in hints]
    for text, name in enumerate(named):
        if name in LANGUAGES:
            totals[text, LANGUAGES.index(name)] += HINT_WEIGHT
    best: list[int] = totals.argmax(1).tolist()
    told: list[bool] = np.asarray(totals.any(axis=1)).tolist()
    return [
        name if name and name not in LANGUAGES else LANGUAGES[place] if heard else NO_LANGUAGE
        for name, place, heard in zip(named, best, told, strict=True)
    ]
