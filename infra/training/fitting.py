"""Linear models over sparse features: logistic for labels, least squares for valence and arousal.

Few texts and very many features: the service models are fitted on the texts' own coordinates (eigenvectors
of their products with each other), which gives exactly the weights of a penalised model over all features.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

Floats = NDArray[Any]
SMALLEST_EIGENVALUE = 1e-6
"""Coordinates weaker than this share of the strongest are left out."""
LEAST_TEXTS = 2
"""A feature counts if it is in so many training texts."""


class Fitted(NamedTuple):
    """Weights [features × outputs] and bias [outputs] of a linear model."""

    weights: Floats
    bias: Floats

    def outputs(self, features: Any) -> Floats:
        """Return the outputs [texts × outputs]."""
        return np.asarray(features @ self.weights + self.bias)


class Coordinates(NamedTuple):
    """Texts in their own coordinates [texts × rank], and the way back to weights of features."""

    texts: Floats
    back: Floats

    def fitted(self, features: sparse.csr_matrix, model: Fitted) -> Fitted:
        """Return the model over features that does the same as a model over these coordinates."""
        return Fitted(np.asarray(features.T @ (self.back @ model.weights)), model.bias)


def coordinates(features: sparse.csr_matrix) -> Coordinates:
    """Return coordinates in which texts have the same products with each other as in their features."""
    products = np.asarray((features @ features.T).todense(), np.float64)
    values, vectors = np.linalg.eigh(products)
    kept = values > SMALLEST_EIGENVALUE * values[-1]
    roots = np.sqrt(values[kept])
    return Coordinates((vectors[:, kept] * roots), (vectors[:, kept] / roots))


def fit_labels(
    features: Any, labels: Floats, penalty: float, weights: Floats | None = None, rounds: int = 150
) -> Fitted:
    """Fit log odds of classes 0…n−1 (softmax); `penalty` is the inverse of the regularisation's C."""
    model = LogisticRegression(C=1 / penalty, max_iter=rounds, tol=1e-4)
    model.fit(features, labels, sample_weight=weights)
    return Fitted(model.coef_.T, model.intercept_)


def fit_present(features: Any, present: Floats, penalty: float, weights: Floats | None = None) -> Fitted:
    """Fit the log odds that something is present (0 or 1 for each text)."""
    return fit_labels(features, present, penalty, weights)


def fit_values(features: Any, values: Floats, penalty: float) -> Fitted:
    """Fit a number by penalised least squares."""
    model = Ridge(alpha=penalty).fit(features, values)
    return Fitted(np.asarray(model.coef_).reshape(-1, 1), np.asarray([model.intercept_]).reshape(-1))


def fit_general(
    features: sparse.csr_matrix, labels: Floats, penalty: float, weights: Floats | None = None
) -> Fitted:
    """Fit labels on many texts, over the features that several of them have; the others get no weight."""
    used = np.flatnonzero(features.getnnz(axis=0) >= LEAST_TEXTS)
    small = fit_labels(features[:, used], labels, penalty, weights, rounds=60)
    whole = np.zeros((features.shape[1], small.weights.shape[1]))
    whole[used] = small.weights
    return Fitted(whole, small.bias)
