"""From labelled texts to the reader's artefact. The same texts and library versions give the same bytes."""

import numpy as np

from infra.training.fitting import Fitted, Floats
from infra.training.general import (
    GATE_LEAN,
    NEUTRAL_LEAN,
    Features,
    Texts,
    fit_gate,
    fit_general,
    fit_own,
    fitted_labels,
    sampled,
)
from infra.training.heads import CENTER, CUSTOMERS_NEUTRAL_LEAN, HEADS, OPINION_SHARE, Heads, Report
from infra.training.languages import language_table
from infra.training.matrix import feature_matrix, phrase_matrix
from streams.feeling.text import artefact as columns
from streams.feeling.text.artefact import COLUMNS, LABELS
from streams.feeling.text.features import ROWS

NEUTRAL = LABELS.index("neu")


def train(texts: Texts, report: Report) -> dict[str, Floats]:
    """Return the parts of an artefact, trained on all texts given: hold back what shall test it."""
    texts = texts._replace(public=sampled(texts.public))
    features = Features(*(feature_matrix(part) for part in (*texts[:4], texts.odds.texts)))
    report(", ".join(f"{len(part)} {name}" for name, part in zip(Texts._fields[:4], texts, strict=False)))
    public = fitted_labels([features.public], [texts.public], (1.0,))
    table, bias = np.zeros((ROWS, COLUMNS)), np.zeros(COLUMNS)
    general = fit_general(texts, features)
    _place(table, bias, columns.GENERAL, general)
    bias[columns.GENERAL][NEUTRAL] += NEUTRAL_LEAN
    own, own_bias = fit_own(texts, features, general)
    _place(table, bias, slice(columns.GATE, columns.GATE + 1), fit_gate(texts, features))
    bias[columns.GATE] += GATE_LEAN
    report("general labels and gate fitted")
    heads = Heads(texts, features, public)
    model = heads.fitted()
    report("labels, values, feelings and needs of our texts fitted")
    judged = heads.judged(report)
    through = OPINION_SHARE * CENTER @ model.weights[ROWS:]
    whole = Fitted(model.weights[:ROWS] + public.weights @ through, model.bias + public.bias @ through)
    _place(table, bias, HEADS, whole)
    bias[columns.SERVICE][NEUTRAL] += CUSTOMERS_NEUTRAL_LEAN
    for part in (table.T, bias):
        part[columns.SERVICE] *= judged.sharpness
    phrases = phrase_matrix()
    table += np.asarray(phrases @ table)
    own += np.array([phrases @ added for added in own])
    return {
        "table": table,
        "bias": bias,
        "own": own,
        "own_bias": own_bias,
        "thresholds": judged.thresholds,
        "trust": judged.trust,
        "languages": language_table([*texts.service, *texts.opinions, *texts.public]),
    }


def _place(table: Floats, bias: Floats, places: slice | list[int], model: Fitted) -> None:
    table[:, places], bias[places] = model.weights, model.bias
