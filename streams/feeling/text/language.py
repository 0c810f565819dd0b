"""Which of our languages a text is in, from the letters of its words.

A small linear model over hashed words and pieces with their accents. A word's scores depend on the word
alone and are kept, so that most words cost one look-up.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from streams.feeling.text.words import LANGUAGES, LONGEST_WORD

LANGUAGE_ROWS = 1 << 15
MOST_WORDS = 40
"""So many words tell the language."""
HINT_WEIGHT = 4.0
"""How much the publisher's word for the language counts, in log odds; clear words against it win."""
UNKNOWN = "und"
MOST_KEPT = 50_000


def language_rows(word: str) -> list[int]:
    """Return the rows of a word: itself and its pieces of one to four letters, accents kept."""
    edged = f"<{word[:LONGEST_WORD].lower()}>"
    pieces = [edged[start : start + size] for size in (2, 3, 4) for start in range(len(edged) - size + 1)]
    marked = [letter for letter in edged if ord(letter) > 127]
    return [crc32(piece.encode()) % LANGUAGE_ROWS for piece in (edged, edged, *pieces, *marked)]


class LanguageModel:
    """Tells languages by a table of log odds [rows × languages]; keeps the scores of words it has seen."""

    def __init__(self, table: NDArray[np.float32]) -> None:
        self._table = table
        self._seen: dict[str, tuple[float, ...]] = {}

    def language(self, words: list[str], hint: str | None) -> str:
        """Return the language of a text's words; a hint in none of our languages is taken at its word."""
        named = hint[:3].partition("-")[0].lower() if hint else None
        if named and named not in LANGUAGES:
            return named
        totals = [0.0] * len(LANGUAGES)
        for word in words[:MOST_WORDS]:
            if word[0].isalpha():
                scores = self._seen.get(word) or self._scores(word)
                totals = [total + score for total, score in zip(totals, scores, strict=True)]
        if named:
            totals[LANGUAGES.index(named)] += HINT_WEIGHT
        best = max(totals)
        return LANGUAGES[totals.index(best)] if any(totals) else UNKNOWN

    def _scores(self, word: str) -> tuple[float, ...]:
        if len(self._seen) >= MOST_KEPT:
            self._seen.clear()
        rows = language_rows(word)
        scores = tuple(float(score) for score in self._table[rows].sum(0) / np.sqrt(len(rows)))
        self._seen[word] = scores
        return scores
