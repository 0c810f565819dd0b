"""Labels as all texts together have them, and the gate that tells our texts from public ones."""

from collections import Counter
from collections.abc import Collection, Sequence
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
TRANSLATED_IN_GATE = 0.4
"""Weight of a translation of one of our texts beside the text itself."""
MOST_PUBLIC, MOST_SYNTHETIC = 8_000, 1_500
"""At most so many public texts of a language, source and label are learned from; so many translated ones."""
LABEL_WEIGHTS = (0.3, 4.0)
"""Least and greatest weight by which a label that is rare in a language is made to count as the others."""
ENGLISH = "en"
LANGUAGE_WEIGHTS = {ENGLISH: 0.33}
"""English has as many public texts as the other four together; at full weight it drowns what is theirs."""
SYNTHETIC_WEIGHT, PLAIN_SYNTHETIC_WEIGHT = 0.5, 0.25
"""Weight of a machine-translated public text, where labels are made even and where they are not."""
NEUTRAL_LEAN = 0.2
"""Log odds that neutral gains: the rarest label counts as much as the others where F1 is their mean."""
ALONE_SHARE, ROMANCE_SHARE, ENGLISH_SHARE = 0.4, 0.4, 0.5
"""How much of the general labels of Spanish, Italian and Romanian is learned from the texts of the language
alone, and from those of the three; how much of the English ones from English alone. The rest is of all.
"""
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


def plain_weights(texts: Sequence[Labelled]) -> Floats:
    """Return weights under which every text written by somebody counts the same."""
    return np.where([text.synthetic for text in texts], PLAIN_SYNTHETIC_WEIGHT, 1.0)


def fitted_labels(
    features: Sequence[sparse.csr_matrix],
    texts: Sequence[Sequence[Labelled]],
    shares: Sequence[float],
    penalty: float = GENERAL_PENALTY,
    even: bool = True,
) -> Fitted:
    """Fit labels over several lots of texts, which weigh `shares`; the labels of the first are made even."""
    weights = [np.full(len(lot), share) for lot, share in zip(texts, shares, strict=True)]
    weights[0] *= label_weights(texts[0]) if even else plain_weights(texts[0])
    chances = np.concatenate([label_chances_of(lot) for lot in texts])
    rows = sparse.csr_matrix(sparse.vstack(features))
    return fit_chances(rows, chances, np.concatenate(weights), penalty, GENERAL_ROUNDS, exclusive=True)


def fit_general(
    texts: Texts,
    features: Features,
    languages: Collection[str] = LANGUAGES,
    penalty: float = GENERAL_PENALTY,
    even: bool = True,
) -> Fitted:
    """Fit the labels of all texts of some languages together, ours among the public ones."""
    lots = (texts.public, texts.service, texts.opinions)
    rows = (features.public, features.service, features.opinions)
    shares = (1.0, SERVICE_IN_GENERAL, OPINION_IN_GENERAL)
    kept = [np.flatnonzero([text.language in languages for text in lot]) for lot in lots]
    chosen = [[lot[place] for place in places.tolist()] for lot, places in zip(lots, kept, strict=True)]
    counted = [sparse.csr_matrix(lot[places]) for lot, places in zip(rows, kept, strict=True)]
    return fitted_labels(counted, chosen, shares, penalty, even)


def fit_own(texts: Texts, features: Features, general: Fitted) -> tuple[Floats, Floats]:
    """Fit what each language adds to the general labels [languages and other × ROWS × 3], and its bias.

    A language without public texts by people, and other languages, add nothing.
    """
    weights = np.zeros((OTHER + 1, *general.weights.shape))
    bias = np.zeros((OTHER + 1, len(LABELS)))

    def add(language: str, share: float, model: Fitted) -> None:
        weights[LANGUAGES.index(language)] += share * (model.weights - general.weights)
        bias[LANGUAGES.index(language)] += share * (model.bias - general.bias)

    add(ENGLISH, ENGLISH_SHARE, fit_general(texts, features, {ENGLISH}, even=False))
    romance = sorted({text.language for text in texts.public if not text.synthetic} - {ENGLISH})
    together = fit_general(texts, features, romance, OWN_PENALTY, even=False)
    for language in romance:
        add(language, ROMANCE_SHARE, together)
        add(language, ALONE_SHARE, fit_general(texts, features, {language}, OWN_PENALTY))
    return weights, bias


def fit_gate(texts: Texts, features: Features) -> Fitted:
    """Fit the log odds that a text is one of ours rather than a public one, both counting the same."""
    lots = (features.public, features.service, features.opinions, features.translated)
    sizes = [lot.shape[0] for lot in lots]
    ours = np.repeat([0.0, 1.0, 1.0, 1.0], sizes)
    weights = np.repeat([1.0, 1.0, 1.0, TRANSLATED_IN_GATE], sizes)
    weights *= np.where(ours, sizes[0] / (weights * ours).sum(), 1.0)
    rows = sparse.csr_matrix(sparse.vstack(lots))
    return fit_chances(rows, ours[:, None], weights, GATE_PENALTY, GATE_ROUNDS, exclusive=False)
