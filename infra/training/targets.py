"""What the reader learns of each text: what the annotator heard, softened by what the teacher thinks."""

from collections.abc import Mapping, Sequence

import numpy as np

from infra.training.data import Labelled
from infra.training.fitting import Floats
from schemas.emotions import Feeling, Need
from streams.feeling.text.artefact import LABELS

FOLDS = 5
NAMED = len(Feeling) + len(Need)


def label_numbers(texts: Sequence[Labelled]) -> Floats:
    """Return 0, 1, 2 for neg, neu, pos."""
    return np.array([LABELS.index(text.label) for text in texts])


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


def label_chances_of(texts: Sequence[Labelled]) -> Floats:
    """Return the annotator's labels as chances, 0 or 1 [texts × 3]."""
    return np.eye(len(LABELS))[label_numbers(texts)]


def softened(texts: Sequence[Labelled], gold: Floats, opinions: Mapping[str, Floats], share: float) -> Floats:
    """Return what the annotator heard, mixed with so much of the teacher's opinion where there is one."""
    return np.array(
        [
            row + share * (opinions[text.id] - row) if text.id in opinions else row
            for text, row in zip(texts, gold, strict=True)
        ]
    )
