"""Linear models over sparse features, fitted by L-BFGS, and by least squares."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression, Ridge

Floats = NDArray[Any]
LEAST_TEXTS = 3
"""A feature counts if it is in so many training texts."""
MEMORY = 6
"""Steps that L-BFGS remembers."""
TOLD_BY_ALL, COUNTED_BEFORE = 0.15, 1.0
"""How much every feature tells at least; how often each is taken to have been counted with each output."""


class Fitted(NamedTuple):
    """Weights [features × outputs] and bias [outputs] of a linear model."""

    weights: Floats
    bias: Floats

    def outputs(self, features: Any) -> Floats:
        """Return the outputs [texts × outputs]."""
        return np.asarray(features @ self.weights + self.bias)


def fit_labels(
    features: Any, labels: Floats, penalty: float, weights: Floats | None = None, rounds: int = 150
) -> Fitted:
    """Fit log odds of classes 0…n−1 (softmax)."""
    model = LogisticRegression(C=1 / penalty, max_iter=rounds, tol=1e-3)
    model.fit(features, labels, sample_weight=weights)
    return Fitted(model.coef_.T, model.intercept_)


def fit_chances(
    features: sparse.csr_matrix,
    chances: Floats,
    weights: Floats,
    penalty: float,
    rounds: int,
    exclusive: bool,
) -> Fitted:
    """Fit log odds whose chances come near the given ones [texts × outputs], which lie anywhere in 0…1.

    Exclusive outputs share one (softmax), others stand alone (logistic). Features of fewer than `LEAST_TEXTS`
    texts get no weight.
    """
    used = np.flatnonzero(features.getnnz(axis=0) >= LEAST_TEXTS)
    rows = sparse.csr_matrix(features[:, used], dtype=np.float32)
    columns = sparse.csr_matrix(rows.T)
    width = chances.shape[1]
    size = len(used) * width

    def loss(point: Floats) -> tuple[float, Floats]:
        table = point[:size].reshape(len(used), width)
        odds = np.asarray(rows @ table.astype(np.float32), np.float64) + point[size:]
        found = softmax(odds) if exclusive else sigmoid(odds)
        slopes = (found - chances) * weights[:, None]
        slope = np.asarray(columns @ slopes.astype(np.float32), np.float64) + penalty * table
        missed = weights @ _missed(odds, found, chances, exclusive)
        value = float(missed) + penalty / 2 * float((table * table).sum())
        return value, np.concatenate((slope.ravel(), slopes.sum(0)))

    options = {"maxiter": rounds, "maxcor": MEMORY, "ftol": 1e-7}
    found = minimize(loss, np.zeros(size + width), jac=True, method="L-BFGS-B", options=options).x
    return _widened(Fitted(found[:size].reshape(-1, width), found[size:]), used, features.shape[1])


def _missed(odds: Floats, found: Floats, chances: Floats, exclusive: bool) -> Floats:
    """Return the cross entropy of each text."""
    if exclusive:
        return np.asarray(-(chances * np.log(found + 1e-12)).sum(1))
    return np.asarray((np.logaddexp(0, odds) - chances * odds).sum(1))


def fit_by_telling(
    features: sparse.csr_matrix, chances: Floats, weights: Floats, penalty: float, rounds: int
) -> Fitted:
    """Fit log odds of exclusive outputs, each feature scaled by how much it tells of them.

    The penalty then holds down what tells nothing and lets pass what tells much.
    Source of the idea: naive Bayes features for linear models (Wang and Manning 2012).
    """
    scales = telling(features, chances, weights)
    scaled = sparse.csr_matrix(features @ sparse.diags(scales), dtype=np.float32)
    model = fit_chances(scaled, chances, weights, penalty, rounds, exclusive=True)
    return Fitted(model.weights * scales[:, None], model.bias)


def telling(features: sparse.csr_matrix, chances: Floats, weights: Floats) -> Floats:
    """Return how much each feature tells of the outputs [features]: its log ratios, in root mean square.

    A ratio is the feature's share of all that one output counts, over its share of what the others count.
    Features scaled by it are as long as before, all texts together.
    """
    counted = np.asarray(features.T @ (chances * weights[:, None]), np.float64) + COUNTED_BEFORE
    others = counted.sum(1, keepdims=True) - counted
    ratios = np.log(counted / counted.sum(0)) - np.log(others / others.sum(0))
    told = np.sqrt((ratios**2).mean(1)) + TOLD_BY_ALL
    lengths = np.asarray(features.multiply(features).sum(0), np.float64).ravel()
    return np.asarray(told * np.sqrt(lengths.sum() / (lengths * told**2).sum()))


def fit_values(
    features: sparse.csr_matrix, values: Floats, weights: Floats, penalty: float, rounds: int | None = None
) -> Fitted:
    """Fit numbers [texts × outputs] by penalised least squares, in at most so many rounds."""
    used = np.flatnonzero(features.getnnz(axis=0) >= LEAST_TEXTS)
    model = Ridge(alpha=penalty, solver="sparse_cg", tol=1e-3, max_iter=rounds)
    model.fit(features[:, used].astype(np.float64), values, sample_weight=weights)
    return _widened(Fitted(model.coef_.T, model.intercept_), used, features.shape[1])


def softmax(sums: Floats) -> Floats:
    """Return chances that sum to one in each row."""
    powers = np.exp(sums - sums.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


def sigmoid(sums: Floats) -> Floats:
    """Return the chance of log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(sums, -30, 30))))


def _widened(model: Fitted, used: Floats, size: int) -> Fitted:
    whole = np.zeros((size, model.weights.shape[1]))
    whole[used] = model.weights
    return Fitted(whole, model.bias)
