"""The n-gram baseline that the reader is measured against: hashed word and character n-grams, logistic.

Word pairs and pieces of two to five letters inside words, hashed; public training texts only. It stands apart
from the reader's own features on purpose.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from infra.training.data import Labelled
from infra.training.fitting import Floats
from streams.feeling.text.artefact import LABELS

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
    found = sparse.hstack([words.transform(plain), pieces.transform(plain)])
    return sparse.csr_matrix(found.astype(np.float32) * 3.0)
