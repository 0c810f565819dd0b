"""Labels as all texts together have them, and the gate that tells our texts from public ones."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from infra.training.data import Labelled, hashed
from infra.training.echo import Odds
from infra.training.fitting import Fitted, Floats, fit_by_telling, fit_chances
from infra.training.scores import GOOD_OR_BAD
from infra.training.targets import label_chances_of
from infra.training.teacher import Opinions
from streams.feeling.text.artefact import LABELS
from streams.feeling.text.language import OTHER
from streams.feeling.text.words import LANGUAGES

GENERAL_PENALTY, OWN_PENALTY, GENERAL_ROUNDS = 0.4, 0.2, 60
GATE_PENALTY, GATE_ROUNDS = 1.0, 30
GATE_LEAN = -0.5
"""Log odds that customers' texts lose: in doubt any text is meant."""
TRANSLATED_IN_GATE = 0.4
"""Weight of a translation of one of our texts beside the text itself."""
MOST_SYNTHETIC = 1_500
"""At most so many translated public texts of a language, source and label are learned from."""
LABEL_WEIGHTS = (0.3, 4.0)
"""Least and greatest weight by which a label that is rare in a language is made to count as the others."""
ENGLISH = "en"
LANGUAGE_WEIGHTS = {ENGLISH: 0.25}
"""English has more public texts than the other four together; at full weight it drowns what is theirs."""
SYNTHETIC_WEIGHT, PLAIN_SYNTHETIC_WEIGHT = 0.5, 0.25
"""Weight of a machine-translated public text, where labels are made even and where they are not."""
NEUTRAL_LEAN = 0.2
"""Log odds that neutral gains: the rarest label counts as much as the others where F1 is their mean."""
ALONE_SHARE, ROMANCE_SHARE = 0.4, 0.4
"""How much of the general labels of Spanish, Italian and Romanian is learned from the texts of the language
alone, and from those of the three. The rest is of all.
"""
ENGLISH_SHARE, TELLING_SHARE = 0.4, 0.4
"""How much of the English ones is learned from English alone: as it is, and scaled by what features tell."""
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
    """Return the public texts to learn from: all that somebody wrote, a sample of the translated ones."""
    counts: Counter[tuple[str, str, str]] = Counter()
    kept = []
    for text in sorted(public, key=lambda text: hashed(f"sample {text.language} {text.id}")):
        group = (text.language, text.source, text.label)
        counts[group] += text.synthetic
        if not text.synthetic or counts[group] <= MOST_SYNTHETIC:
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
    scaled: bool = False,
) -> Fitted:
    """Fit labels over several lots of texts, which weigh `shares`.

    Even: the labels of the first lot are. Scaled: the features are, by what they tell.
    """
    weights = [np.full(len(lot), share) for lot, share in zip(texts, shares, strict=True)]
    weights[0] *= label_weights(texts[0]) if even else plain_weights(texts[0])
    chances = np.concatenate([label_chances_of(lot) for lot in texts])
    rows = sparse.csr_matrix(sparse.vstack(features))
    every = np.concatenate(weights)
    if scaled:
        return fit_by_telling(rows, chances, every, penalty, GENERAL_ROUNDS)
    return fit_chances(rows, chances, every, penalty, GENERAL_ROUNDS, exclusive=True)


def fit_general(
    texts: Texts,
    features: Features,
    languages: Collection[str] = LANGUAGES,
    penalty: float = GENERAL_PENALTY,
    even: bool = True,
    scaled: bool = False,
) -> Fitted:
    """Fit the labels of all texts of some languages together, ours among the public ones."""
    lots = (texts.public, texts.service, texts.opinions)
    rows = (features.public, features.service, features.opinions)
    shares = (1.0, SERVICE_IN_GENERAL, OPINION_IN_GENERAL)
    kept = [np.flatnonzero([text.language in languages for text in lot]) for lot in lots]
    chosen = [[lot[place] for place in places.tolist()] for lot, places in zip(lots, kept, strict=True)]
    counted = [sparse.csr_matrix(lot[places]) for lot, places in zip(rows, kept, strict=True)]
    return fitted_labels(counted, chosen, shares, penalty, even, scaled)


def fit_own(texts: Texts, features: Features, general: Fitted) -> tuple[Floats, Floats]:
    """Fit what each language adds to the general labels [languages and other × ROWS × 3], and its bias.

    A language without public texts by people, and other languages, add nothing; one without neutral texts
    adds to good against bad alone.
    """
    weights = np.zeros((OTHER + 1, *general.weights.shape))
    bias = np.zeros((OTHER + 1, len(LABELS)))

    def add(language: str, share: float, model: Fitted) -> None:
        weights[LANGUAGES.index(language)] += share * (model.weights - general.weights)
        bias[LANGUAGES.index(language)] += share * (model.bias - general.bias)

    add(ENGLISH, ENGLISH_SHARE, fit_general(texts, features, {ENGLISH}, even=False))
    add(ENGLISH, TELLING_SHARE, fit_general(texts, features, {ENGLISH}, even=False, scaled=True))
    romance = sorted({text.language for text in texts.public if not text.synthetic} - {ENGLISH})
    together = fit_general(texts, features, romance, OWN_PENALTY, even=False)
    for language in romance:
        add(language, ROMANCE_SHARE, together)
        add(language, ALONE_SHARE, fit_general(texts, features, {language}, OWN_PENALTY))
    for place in map(LANGUAGES.index, GOOD_OR_BAD):
        weights[place], bias[place] = good_against_bad(weights[place]), good_against_bad(bias[place])
    return weights, bias


def good_against_bad(odds: Floats) -> Floats:
    """Return log odds [… × 3] with what they say of good against bad, and nothing of neutral."""
    good = (odds[..., LABELS.index("pos")] - odds[..., LABELS.index("neg")]) / 2
    return np.stack((-good, np.zeros_like(good), good), axis=-1)


def fit_gate(texts: Texts, features: Features) -> Fitted:
    """Fit the log odds that a text is one of ours rather than a public one, both counting the same."""
    lots = (features.public, features.service, features.opinions, features.translated)
    sizes = [lot.shape[0] for lot in lots]
    ours = np.repeat([0.0, 1.0, 1.0, 1.0], sizes)
    weights = np.repeat([1.0, 1.0, 1.0, TRANSLATED_IN_GATE], sizes)
    weights *= np.where(ours, sizes[0] / (weights * ours).sum(), 1.0)
    rows = sparse.csr_matrix(sparse.vstack(lots))
    return fit_chances(rows, ours[:, None], weights, GATE_PENALTY, GATE_ROUNDS, exclusive=False)
