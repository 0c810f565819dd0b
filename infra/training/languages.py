"""The language model's table: logistic over the pieces of words of short stretches of text."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from infra.training.data import Labelled, hashed
from infra.training.fitting import Floats, fit_labels
from streams.feeling.text.language import LANGUAGE_ROWS, language_rows
from streams.feeling.text.words import LANGUAGES, tokens_of

MOST_TEXTS = 6_000
"""At most so many texts of each language are learned from."""
STRETCHES = (2, 5, 30)
"""Lengths, in words, of the stretches learned from."""
PENALTY = 0.05


def language_table(texts: Sequence[Labelled]) -> Floats:
    """Return log odds [rows × languages]; our own texts first, then a sample of the others."""
    rows: list[list[int]] = []
    labels: list[int] = []
    shares: list[float] = []
    for place, language in enumerate(LANGUAGES):
        known = [text for text in texts if text.language == language]
        known.sort(key=lambda text: (text.source != "service", hashed(text.id)))
        for text in known[:MOST_TEXTS]:
            words = [word for word in tokens_of(text.text).words if word[0].isalpha()]
            for length in STRETCHES[: 1 + len(words) // STRETCHES[0]]:
                start = hashed(f"{length} {text.id}") % max(len(words) - length + 1, 1)
                found = [language_rows(word) for word in words[start : start + length]]
                if found:
                    rows.append([row for one in found for row in one])
                    shares.append(float(np.mean([len(one) ** -0.5 for one in found])))
                    labels.append(place)
    return _fitted(rows, np.array(shares), np.array(labels))


def _fitted(rows: list[list[int]], shares: Floats, labels: Floats) -> Floats:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    flat = np.array([row for one in rows for row in one])
    features = sparse.csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), LANGUAGE_ROWS))
    scaled = sparse.csr_matrix(sparse.diags(shares) @ features)
    return fit_labels(scaled, labels, PENALTY, rounds=60).weights
