"""The models of our own texts, and what is chosen by folds of them: thresholds, trust, sharpness."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.metrics import f1_score

from infra.training.data import Labelled, fold_of
from infra.training.echo import odds_of
from infra.training.fitting import Fitted, Floats, fit_chances, fit_values, sigmoid, softmax
from infra.training.general import Features, Texts
from infra.training.targets import NAMED, label_chances_of, label_numbers, present_matrix, softened
from schemas.emotions import Feeling, Need
from streams.feeling.text import artefact as columns
from streams.feeling.text.artefact import LABELS
from streams.feeling.text.features import ROWS
from streams.feeling.text.words import LANGUAGES

LABEL_PENALTY, PRESENT_PENALTY, SERVICE_ROUNDS = 0.35, 0.35, 50
VALUE_PENALTY = 2.0
TRANSLATED_WEIGHT = 0.4
"""Weight of a machine-translated text of ours."""
CUSTOMERS_NEUTRAL_LEAN = 0.4
"""Log odds that neutral gains: texts written for training have too little of it, real ones much."""
TEACHER_SHARE = 0.35
"""How much of what is learned is the teacher's opinion rather than the annotator's."""
ECHO_SHARE, ECHO_PENALTY, ECHO_ROUNDS = 0.6, 2.0, 40
"""How much what words tell of the teacher's odds counts beside what they tell of our labels."""
OPINION_SHARE = 0.4
"""How much the public texts' opinion of a text counts as a feature beside its words."""
BLOCKS = (slice(0, len(Feeling)), slice(len(Feeling), NAMED))
"""Feelings, needs."""
THRESHOLDS = np.linspace(0.1, 0.6, 51)
JUDGED_FOLDS = 2
"""So many of the five folds are judged by models of the others: 2,200 texts, enough for what is chosen."""
SHARPNESS = np.linspace(0.6, 2.4, 19)
CENTER = np.eye(len(LABELS)) - 1 / len(LABELS)

Report = Callable[[str], None]

HEADS = [
    *range(columns.SERVICE.start, columns.SERVICE.stop),
    columns.VALENCE,
    columns.AROUSAL,
    *range(columns.NAMED.start, columns.NAMED.stop),
]
"""The columns that are learned from our texts."""


def opinion_features(opinion: Fitted, features: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return what the public texts' model thinks of each text, as three features beside its words."""
    return sparse.csr_matrix(opinion.outputs(features) @ CENTER * OPINION_SHARE)


class Judged(NamedTuple):
    """What was found on texts that a model had not seen: thresholds, trust by language, label sharpness."""

    thresholds: Floats
    trust: Floats
    sharpness: float


class Heads:
    """The models of our own texts: labels, valence, arousal, each feeling and each need.

    Opinions have a label only.
    """

    def __init__(self, texts: Texts, features: Features, public: Fitted) -> None:
        ours = (features.service, features.translated, features.opinions)
        self._features = sparse.vstack(
            [sparse.hstack([lot, opinion_features(public, lot)]) for lot in ours], format="csr"
        )
        whole = [*texts.service, *texts.translated]
        everything = [*whole, *texts.opinions]
        self._whole = len(whole)
        self._labels = softened(everything, label_chances_of(everything), texts.teacher.labels, TEACHER_SHARE)
        self._present = softened(whole, present_matrix(whole), texts.teacher.present, TEACHER_SHARE)
        self._values = np.array([[text.valence, text.arousal] for text in whole], np.float64)
        self._weights = np.where([text.synthetic for text in everything], TRANSLATED_WEIGHT, 1.0)
        self._folds = np.array([fold_of(text) for text in everything])
        self._service = texts.service
        self._echo_features = sparse.vstack((features.odds, features.translated), format="csr")
        self._odds = np.vstack((texts.odds.odds, odds_of(texts.odds, texts.translated)))
        heard = [*texts.odds.texts, *texts.translated]
        self._echo_weights = np.where([text.synthetic for text in heard], TRANSLATED_WEIGHT, 1.0)
        self._echo_folds = np.array([fold_of(text) for text in heard])

    def fitted(self, without: int | None = None) -> Fitted:
        """Return the models of all texts but those of a fold, side by side in the order of `HEADS`."""
        every = np.flatnonzero(self._folds != without)
        rows = every[every < self._whole]
        features, weights = self._features[rows], self._weights[rows]
        parts = (
            fit_chances(
                self._features[every], self._labels[every], self._weights[every],
                LABEL_PENALTY, SERVICE_ROUNDS, exclusive=True,
            ),
            fit_values(features, self._values[rows], weights, VALUE_PENALTY),
            averaged(
                fit_chances(
                    features, self._present[rows], weights, PRESENT_PENALTY, SERVICE_ROUNDS, exclusive=False
                ),
                self._echo(without),
            ),
        )  # fmt: skip
        return Fitted(
            np.hstack([part.weights for part in parts]), np.concatenate([part.bias for part in parts])
        )

    def _echo(self, without: int | None) -> Fitted:
        """Return what words tell of the teacher's odds; the features beside words tell nothing."""
        rows = np.flatnonzero(self._echo_folds != without)
        found = fit_values(
            self._echo_features[rows], self._odds[rows], self._echo_weights[rows], ECHO_PENALTY, ECHO_ROUNDS
        )
        beside = np.zeros((self._features.shape[1] - ROWS, NAMED))
        return Fitted(np.vstack((found.weights, beside)), found.bias)

    def judged(self, report: Report) -> Judged:
        """Return what is chosen on texts that a model has not seen, each fold by a model of the others."""
        judged, outputs = [], []
        for fold in range(JUDGED_FOLDS):
            outside = np.flatnonzero(self._folds[: len(self._service)] == fold)
            judged += [self._service[place] for place in outside.tolist()]
            outputs.append(self.fitted(fold).outputs(self._features[outside]))
        return chosen(np.vstack(outputs), judged, report)


def chosen(outputs: Floats, texts: Sequence[Labelled], report: Report) -> Judged:
    """Return what is best on these texts, given the models' outputs [texts × HEADS]."""
    truth, present = label_numbers(texts), present_matrix(texts)
    odds, chances = outputs[:, : len(LABELS)], sigmoid(outputs[:, -NAMED:])
    thresholds = np.repeat(
        [best_threshold(chances[:, block], present[:, block]) for block in BLOCKS],
        [len(Feeling), len(Need)],
    )
    right = odds.argmax(1) == truth
    languages = np.array([text.language for text in texts])
    trust = [right[languages == language].mean() for language in LANGUAGES]
    score = f1_score(truth, odds.argmax(1), average="macro")
    heard = f1_score(present.ravel(), (chances >= thresholds).ravel())
    report(f"on folds kept apart: labels {score:.3f}, feelings and needs {heard:.3f}")
    return Judged(thresholds, np.sqrt(np.array(trust)), best_sharpness(odds, truth))


def averaged(labels: Fitted, echo: Fitted) -> Fitted:
    """Return the model between one of the labels and one of the teacher's odds."""
    return Fitted(
        labels.weights + ECHO_SHARE * (echo.weights - labels.weights),
        labels.bias + ECHO_SHARE * (echo.bias - labels.bias),
    )


def best_threshold(chances: Floats, present: Floats) -> float:
    """Return the probability from which saying «present» gives the best F1, all answers pooled."""
    scores = [
        f1_score(present.ravel(), chances.ravel() >= threshold, zero_division=0) for threshold in THRESHOLDS
    ]
    return float(THRESHOLDS[int(np.argmax(scores))])


def best_sharpness(odds: Floats, truth: Floats) -> float:
    """Return the factor of the log odds under which the annotator's labels are likeliest."""
    rows = np.arange(len(truth))
    likely = [np.log(softmax(odds * factor)[rows, truth]).mean() for factor in SHARPNESS]
    return float(SHARPNESS[int(np.argmax(likely))])
