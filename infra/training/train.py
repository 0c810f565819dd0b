"""From labelled texts to the reader's artefact. The same texts and library versions give the same bytes."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.metrics import f1_score

from infra.training.data import Labelled, hashed
from infra.training.fitting import (
    Fitted,
    Floats,
    coordinates,
    fit_general,
    fit_labels,
    fit_present,
    fit_values,
)
from infra.training.languages import language_table
from infra.training.matrix import feature_matrix, phrase_matrix
from schemas.emotions import Feeling, Need
from streams.feeling.text import artefact as columns
from streams.feeling.text.artefact import COLUMNS, LABELS
from streams.feeling.text.features import ROWS
from streams.feeling.text.words import LANGUAGES

NAMED = len(Feeling) + len(Need)
FOLDS = 5
GENERAL_PENALTY = 1.0
SERVICE_IN_GENERAL = 3.0
"""Weight of one of our texts among the public ones."""
SYNTHETIC_WEIGHT = 0.5
LABEL_PENALTY = 0.5
PRESENT_PENALTY = 0.5
VALUE_PENALTY = 2.0
GATE_PENALTY = 1.0
OPINION_SHARE = 0.3
"""How much the public texts' opinion of a text counts as a feature beside its words."""
THRESHOLDS = np.linspace(0.12, 0.6, 25)

Report = Callable[[str], None]


def train(service: Sequence[Labelled], public: Sequence[Labelled], report: Report) -> dict[str, Floats]:
    """Return the parts of an artefact, trained on all texts given: hold back what shall test it."""
    ours = feature_matrix(service)
    labels = label_numbers(service)
    report(f"{len(service)} service texts, {len(public)} public texts")
    table = np.zeros((ROWS, COLUMNS), np.float64)
    bias = np.zeros(COLUMNS)
    opinion = Fitted(np.zeros((ROWS, 3)), np.zeros(3))
    if public:
        theirs = feature_matrix(public)
        opinion = _general(table, bias, ours, labels, theirs, public)
        report("general labels fitted")
    extended = sparse.csr_matrix(sparse.hstack([ours, opinions(opinion, ours)]))
    space = coordinates(extended)
    report("coordinates of the service texts found")
    heads = Heads(service, labels, space.texts)
    for column, model in heads.fit():
        _place(table, bias, column, opinion, space.fitted(extended, model))
    report("service heads fitted")
    thresholds, trust = heads.judged()
    table += np.asarray(phrase_matrix() @ table)
    return {
        "table": table,
        "bias": bias,
        "thresholds": thresholds,
        "trust": trust,
        "languages": language_table([*service, *public]),
    }


def label_numbers(texts: Sequence[Labelled]) -> Floats:
    """Return 0, 1, 2 for neg, neu, pos."""
    return np.array([LABELS.index(text.label) for text in texts])


def opinions(opinion: Fitted, features: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return what the public model thinks of each text, as three features beside its words."""
    odds = opinion.outputs(features)
    return sparse.csr_matrix((odds - odds.mean(1, keepdims=True)) * OPINION_SHARE)


def _general(
    table: Floats, bias: Floats, ours: Any, labels: Floats, theirs: Any, public: Sequence[Labelled]
) -> Fitted:
    """Fit the general columns and the gate; return the model of the public texts alone."""
    weights = np.where([text.synthetic for text in public], SYNTHETIC_WEIGHT, 1.0)
    public_labels = label_numbers(public)
    alone = fit_general(theirs, public_labels, GENERAL_PENALTY, weights)
    everything = sparse.csr_matrix(sparse.vstack([theirs, ours]))
    joined_weights = np.concatenate((weights, np.full(ours.shape[0], SERVICE_IN_GENERAL)))
    together = fit_general(
        everything, np.concatenate((public_labels, labels)), GENERAL_PENALTY, joined_weights
    )
    table[:, columns.GENERAL], bias[columns.GENERAL] = together.weights, together.bias
    is_ours = np.concatenate((np.zeros(len(public)), np.ones(ours.shape[0])))
    even = np.where(is_ours, len(public) / ours.shape[0], 1.0)
    gate = fit_general(everything, is_ours, GATE_PENALTY, even)
    table[:, columns.GATE], bias[columns.GATE] = gate.weights[:, 0], gate.bias[0]
    return alone


def _place(table: Floats, bias: Floats, column: slice | int, opinion: Fitted, model: Fitted) -> None:
    """Put a service model into its columns; the weight of the public opinion becomes weights of words."""
    center = np.eye(3) - 1 / 3
    through = OPINION_SHARE * center @ model.weights[ROWS:]
    weights = model.weights[:ROWS] + opinion.weights @ through
    shift = model.bias + opinion.bias @ through
    if isinstance(column, slice):
        table[:, column], bias[column] = weights, shift
    else:
        table[:, column], bias[column] = weights[:, 0], shift[0]


class Heads:
    """The models of our own texts: labels, valence, arousal, each feeling and each need."""

    def __init__(self, texts: Sequence[Labelled], labels: Floats, features: Floats) -> None:
        self._labels = labels
        self._features = features
        self._valence = np.array([text.valence for text in texts])
        self._arousal = np.array([text.arousal for text in texts])
        self._present = present_matrix(texts)
        self._languages = np.array([text.language for text in texts])
        self._folds = np.array([hashed(f"fold {text.id}") % FOLDS for text in texts])

    def fit(self) -> list[tuple[slice | int, Fitted]]:
        """Return each model with its columns."""
        everyone = np.ones(len(self._labels), np.bool_)
        found: list[tuple[slice | int, Fitted]] = [(columns.SERVICE, self._label_model(everyone))]
        found.append((columns.VALENCE, fit_values(self._features, self._valence, VALUE_PENALTY)))
        found.append((columns.AROUSAL, fit_values(self._features, self._arousal, VALUE_PENALTY)))
        for name in range(NAMED):
            found.append((columns.FEELINGS.start + name, self._presence_model(name, everyone)))
        return found

    def judged(self) -> tuple[Floats, Floats]:
        """Return thresholds and each language's trust, found on texts that a model has not seen."""
        odds = np.zeros(self._present.shape)
        right = np.zeros(len(self._labels))
        for fold in range(FOLDS):
            inside, outside = self._folds != fold, self._folds == fold
            label = self._label_model(inside).outputs(self._features[outside]).argmax(1)
            right[outside] = label == self._labels[outside]
            for name in range(NAMED):
                odds[outside, name] = self._presence_model(name, inside).outputs(self._features[outside])[
                    :, 0
                ]
        chances = 1 / (1 + np.exp(-odds))
        thresholds = [best_threshold(chances[:, n], self._present[:, n]) for n in range(NAMED)]
        trust = [right[self._languages == language].mean() for language in LANGUAGES]
        return np.array(thresholds), np.sqrt(np.array(trust))

    def _label_model(self, inside: Floats) -> Fitted:
        return fit_labels(self._features[inside], self._labels[inside], LABEL_PENALTY)

    def _presence_model(self, name: int, inside: Floats) -> Fitted:
        return fit_present(self._features[inside], self._present[inside, name], PRESENT_PENALTY)


def present_matrix(texts: Sequence[Labelled]) -> Floats:
    """Return 1 where an annotator heard a feeling or a need [texts × feelings and needs]."""
    return np.array(
        [
            [
                *(float((text.emotions or {}).get(name, 0) > 0) for name in Feeling),
                *(float((text.needs or {}).get(name, 0) > 0) for name in Need),
            ]
            for text in texts
        ]
    )


def best_threshold(chances: Floats, present: Floats) -> float:
    """Return the probability from which saying «present» gives the best F1."""
    scores = [f1_score(present, chances >= threshold, zero_division=0) for threshold in THRESHOLDS]
    return float(THRESHOLDS[int(np.argmax(scores))])
