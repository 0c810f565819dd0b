"""The baseline that the reader is measured against: hashed n-grams of words and letters, a lexicon, logistic.

Words, word pairs and pieces of two to five letters inside words, and how many words speak of each kind of
feeling; public training texts only. Apart from the lexicon it shares nothing with the reader, on purpose.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from infra.training.data import Labelled
from infra.training.fitting import Floats
from streams.feeling.text.artefact import LABELS
from streams.feeling.text.cues import KINDS, cues_of
from streams.feeling.text.words import spelled, tokens_of

ROWS = 1 << 17
ROUNDS = 60


def baseline_chances(train: Sequence[Labelled], test: Sequence[Labelled]) -> Floats:
    """Return the chances [texts × labels] that the baseline gives, trained on `train`."""
    labels = [LABELS.index(text.label) for text in train]
    weights = np.where([text.synthetic for text in train], 0.5, 1.0)
    model = LogisticRegression(C=1.0, max_iter=ROUNDS, tol=1e-3)
    model.fit(_features(train), labels, sample_weight=weights)
    return np.asarray(model.predict_proba(_features(test)))


def _features(texts: Sequence[Labelled]) -> sparse.csr_matrix:
    plain = [text.text for text in texts]
    settings = {"n_features": ROWS, "alternate_sign": False, "strip_accents": "unicode", "norm": "l2"}
    words = HashingVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\w+|[!?]+", **settings)
    pieces = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **settings)
    found = sparse.hstack([words.transform(plain) * 3.0, pieces.transform(plain) * 3.0, _lexicon(texts)])
    return sparse.csr_matrix(found.astype(np.float32))


def _lexicon(texts: Sequence[Labelled]) -> sparse.csr_matrix:
    """Return how many words of each text speak of each kind of feeling, over the root of its length."""
    counts = np.zeros((len(texts), len(KINDS)))
    for row, text in enumerate(texts):
        words = [spelled(token) for token in tokens_of(text.text)]
        for word in words:
            counts[row, cues_of(text.language).of_word(word)] += len(words) ** -0.5
    return sparse.csr_matrix(counts)
