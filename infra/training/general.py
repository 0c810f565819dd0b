"""Labels as all texts together have them, and the gate that tells our texts from public ones."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from infra.training.data import Labelled, hashed
from infra.training.echo import Odds
from infra.training.fitting import Fitted, Floats, fit_chances
from infra.training.targets import label_chances_of
from infra.training.teacher import Opinions
from streams.feeling.text.artefact import LABELS
from streams.feeling.text.language import OTHER
from streams.feeling.text.words import LANGUAGES

GENERAL_PENALTY, OWN_PENALTY, GENERAL_ROUNDS = 0.4, 0.2, 60
GATE_PENALTY, GATE_ROUNDS = 1.0, 30
GATE_SHARPNESS, GATE_LEAN = 2.0, 1.0
"""Factor and shift of the gate's log odds: what is not plainly like public texts is read as one of ours."""
MOST_PUBLIC, MOST_SYNTHETIC = 8_000, 1_500
"""At most so many public texts of a language, source and label are learned from; so many translated ones."""
LABEL_WEIGHTS = (0.3, 4.0)
"""Least and greatest weight by which a label that is rare in a language is made to count as the others."""
LANGUAGE_WEIGHTS = {"en": 0.33}
"""English has as many public texts as the other four together; at full weight it drowns what is theirs."""
SYNTHETIC_WEIGHT = 0.5
"""Weight of a machine-translated public text."""
OWN_SHARE = 0.5
"""How much of a language's general labels is learned from its texts alone, the rest from all languages'."""
SERVICE_IN_GENERAL, OPINION_IN_GENERAL = 1.0, 2.0
"""Weights of one of our texts among the public ones."""


class Texts(NamedTuple):
    """What is trained on: our service texts and their translations, our opinions, public texts.

    `teacher` is what the larger model thinks of our service texts, `odds` what it thinks of many more.
    """

    service: Sequence[Labelled]
    translated: Sequence[Labelled]
    opinions: Sequence[Labelled]
    public: Sequence[Labelled]
    teacher: Opinions
    odds: Odds


class Features(NamedTuple):
    """What the texts count [texts × ROWS]."""

    service: sparse.csr_matrix
    translated: sparse.csr_matrix
    opinions: sparse.csr_matrix
    public: sparse.csr_matrix
    odds: sparse.csr_matrix


def sampled(public: Sequence[Labelled]) -> list[Labelled]:
    """Return the public texts to learn from: no language, source and label outweighs the others."""
    counts: Counter[tuple[str, str, str, bool]] = Counter()
    kept = []
    for text in sorted(public, key=lambda text: hashed(f"sample {text.language} {text.id}")):
        group = (text.language, text.source, text.label, text.synthetic)
        counts[group] += 1
        if counts[group] <= (MOST_SYNTHETIC if text.synthetic else MOST_PUBLIC):
            kept.append(text)
    return kept


def label_weights(texts: Sequence[Labelled]) -> Floats:
    """Return weights that bring the three labels of each language nearer to each other.

    They go half the way, by a square root; translations and English count less.
    """
    labels = Counter((text.language, text.label) for text in texts)
    languages = Counter(text.language for text in texts)
    even = [languages[text.language] / len(LABELS) / labels[text.language, text.label] for text in texts]
    share = np.where([text.synthetic for text in texts], SYNTHETIC_WEIGHT, 1.0)
    share *= [LANGUAGE_WEIGHTS.get(text.language, 1.0) for text in texts]
    return np.asarray(np.sqrt(np.clip(even, *LABEL_WEIGHTS)) * share)


def fitted_labels(
    features: Sequence[sparse.csr_matrix],
    texts: Sequence[Sequence[Labelled]],
    shares: Sequence[float],
    penalty: float = GENERAL_PENALTY,
) -> Fitted:
    """Fit labels over several lots of texts; the first lot is made even, the others weigh `shares`."""
    weights = [np.full(len(lot), share) for lot, share in zip(texts, shares, strict=True)]
    weights[0] = label_weights(texts[0]) * shares[0]
    chances = np.concatenate([label_chances_of(lot) for lot in texts])
    rows = sparse.csr_matrix(sparse.vstack(features))
    return fit_chances(rows, chances, np.concatenate(weights), penalty, GENERAL_ROUNDS, exclusive=True)


def fit_general(texts: Texts, features: Features, language: str | None = None) -> Fitted:
    """Fit the labels of all texts together, or of those of a language; ours among the public ones."""
    lots = (texts.public, texts.service, texts.opinions)
    rows = (features.public, features.service, features.opinions)
    shares = (1.0, SERVICE_IN_GENERAL, OPINION_IN_GENERAL)
    if language is None:
        return fitted_labels(rows, lots, shares)
    kept = [np.flatnonzero([text.language == language for text in lot]) for lot in lots]
    chosen = [[lot[place] for place in places.tolist()] for lot, places in zip(lots, kept, strict=True)]
    of_language = [sparse.csr_matrix(lot[places]) for lot, places in zip(rows, kept, strict=True)]
    return fitted_labels(of_language, chosen, shares, OWN_PENALTY)


def fit_own(texts: Texts, features: Features, general: Fitted) -> tuple[Floats, Floats]:
    """Fit what each language adds to the general labels [languages and other × ROWS × 3], and its bias.

    A language without public texts by people, and other languages, add nothing; nor does English, which
    most of the public texts are in.
    """
    written = {text.language for text in texts.public if not text.synthetic} - LANGUAGE_WEIGHTS.keys()
    weights = np.zeros((OTHER + 1, *general.weights.shape))
    bias = np.zeros((OTHER + 1, len(LABELS)))
    for place, language in enumerate(LANGUAGES):
        if language in written:
            alone = fit_general(texts, features, language)
            weights[place] = OWN_SHARE * (alone.weights - general.weights)
            bias[place] = OWN_SHARE * (alone.bias - general.bias)
    return weights, bias


def fit_gate(texts: Texts, features: Features) -> Fitted:
    """Fit the log odds that a text is one of ours rather than a public one, both counting the same."""
    rows = sparse.csr_matrix(sparse.vstack((features.public, features.service, features.opinions)))
    ours = np.repeat([0.0, 1.0], [len(texts.public), len(texts.service) + len(texts.opinions)])
    even = np.where(ours, len(texts.public) / ours.sum(), 1.0)
    gate = fit_chances(rows, ours[:, None], even, GATE_PENALTY, GATE_ROUNDS, exclusive=False)
    return Fitted(gate.weights * GATE_SHARPNESS, gate.bias * GATE_SHARPNESS + GATE_LEAN)
