"""The language model's table: logistic over the pieces of words of short stretches of text."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from infra.training.data import Labelled, hashed
from infra.training.fitting import Floats, fit_labels
from streams.feeling.text.language import language_features
from streams.feeling.text.words import LANGUAGES, tokens_of

MOST_TEXTS = 4_000
"""At most so many texts of each language are learned from."""
STRETCHES = (2, 5, 30)
"""Lengths, in words, of the stretches learned from."""
PENALTY = 0.05


def language_table(texts: Sequence[Labelled]) -> Floats:
    """Return log odds [rows × languages]; our own texts first, then a sample of the others."""
    stretches: list[list[str]] = []
    labels: list[int] = []
    for place, language in enumerate(LANGUAGES):
        known = [text for text in texts if text.language == language]
        known.sort(key=lambda text: (text.source != "service", hashed(text.id)))
        for text in known[:MOST_TEXTS]:
            words = [word for word in tokens_of(text.text) if word[0].isalpha()]
            for length in STRETCHES[: 1 + len(words) // STRETCHES[0]]:
                start = hashed(f"{length} {text.id}") % max(len(words) - length + 1, 1)
                stretches.append(words[start : start + length])
                labels.append(place)
    return _fitted(stretches, np.array(labels))


def _fitted(stretches: list[list[str]], labels: Floats) -> Floats:
    numbers: dict[str, int] = {}
    flat = [numbers.setdefault(word, len(numbers)) for words in stretches for word in words]
    owners = np.repeat(np.arange(len(stretches)), [len(words) for words in stretches])
    counted = sparse.csr_matrix((np.ones(len(flat)), (owners, flat)), shape=(len(stretches), len(numbers)))
    features = sparse.csr_matrix(counted @ language_features(list(numbers)))
    return fit_labels(features, labels, PENALTY, rounds=40).weights
