"""How well labels, feelings and needs were heard: F1 by language, with bootstrap intervals."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import f1_score

from infra.training.data import Labelled
from infra.training.fitting import Floats
from infra.training.targets import label_numbers
from streams.feeling.text.artefact import LABELS
from streams.feeling.text.words import LANGUAGES

GOOD_OR_BAD = frozenset({"es", "it"})
"""Languages whose public texts have next to no neutral ones: judged on good against bad."""
RESAMPLES = 1000
SEED = 7


class Score(NamedTuple):
    """A score with the interval that holds 95 of 100 resamplings, and the number of texts."""

    value: float
    low: float
    high: float
    texts: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}, n={self.texts})"


def macro_f1(truth: Floats, chances: Floats) -> float:
    """Return the mean F1 of neg, neu and pos."""
    return float(
        f1_score(truth, chances.argmax(1), average="macro", labels=range(len(LABELS)), zero_division=0)
    )


def good_or_bad_f1(truth: Floats, chances: Floats) -> float:
    """Return the mean F1 of neg and pos over the texts that are one of them; neutral is no answer."""
    kept = truth != 1
    said = np.where(chances[kept, 2] > chances[kept, 0], 2, 0)
    return float(f1_score(truth[kept], said, average="macro", labels=[0, 2], zero_division=0))


def by_language(texts: Sequence[Labelled], chances: Floats, public: bool = False) -> dict[str, Score]:
    """Return the score of each language that has texts."""
    truth = label_numbers(texts)
    languages = np.array([text.language for text in texts])
    found = {}
    for language in LANGUAGES:
        here = languages == language
        if here.any():
            measure = good_or_bad_f1 if public and language in GOOD_OR_BAD else macro_f1
            found[language] = bootstrapped(measure, truth[here], chances[here])
    return found


def bootstrapped(measure: Callable[[Floats, Floats], float], truth: Floats, chances: Floats) -> Score:
    """Return a measure with its bootstrap interval."""
    chance = np.random.default_rng(SEED)
    count = len(truth)
    drawn = [chance.integers(0, count, count) for _ in range(RESAMPLES if count < 2000 else RESAMPLES // 5)]
    values = [measure(truth[draw], chances[draw]) for draw in drawn]
    low, high = np.quantile(values, [0.025, 0.975])
    return Score(measure(truth, chances), float(low), float(high), count)


def gain_interval(
    texts: Sequence[Labelled], ours: Floats, theirs: Floats, resamples: int = 200
) -> tuple[float, float, float]:
    """Return by how much we beat other chances, mean over languages, with its interval."""
    chance = np.random.default_rng(SEED)
    truth = label_numbers(texts)
    languages = np.array([text.language for text in texts])
    places = [
        np.flatnonzero(languages == language) for language in LANGUAGES if (languages == language).any()
    ]

    def gain(drawn: list[Floats]) -> float:
        gains = []
        for rows in drawn:
            measure = good_or_bad_f1 if languages[rows[0]] in GOOD_OR_BAD else macro_f1
            gains.append(measure(truth[rows], ours[rows]) - measure(truth[rows], theirs[rows]))
        return float(np.mean(gains))

    values = [gain([chance.choice(rows, len(rows)) for rows in places]) for _ in range(resamples)]
    low, high = np.quantile(values, [0.025, 0.975])
    return gain(places), float(low), float(high)


def present_f1(truth: Floats, heard: Floats) -> tuple[list[float], float]:
    """Return the F1 of each column of 0 and 1, and of all pooled (each answer counts once)."""
    each = [
        float(f1_score(truth[:, column], heard[:, column], zero_division=0))
        for column in range(truth.shape[1])
    ]
    return each, float(f1_score(truth.ravel(), heard.ravel(), zero_division=0))
