"""What words tell of the teacher's log odds of feelings and needs.

A linear model of words that follows the teacher rather than labels learns of texts that nobody labelled, too:
single sentences of our texts, and public texts; a translation is judged as its original. Averaged with the
models of the labels it hears more than either. Odds are honest as the teacher's opinions are: no text is
judged by a model that saw its labels.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from infra.training.data import SERVICE, Labelled, fold_of, hashed, of_split, sentences_of
from infra.training.fitting import Floats
from infra.training.targets import FOLDS, present_matrix
from infra.training.teacher import judged_odds, vectors_of

NAME = "odds.npz"
MOST_PUBLIC = 12_000
"""So many public texts are judged, none of them English: that is what most texts of the teacher are."""


class Odds(NamedTuple):
    """Texts, and the teacher's log odds of feelings and needs in them [texts × feelings and needs]."""

    texts: list[Labelled]
    odds: Floats


def asked(service: Sequence[Labelled], public: Sequence[Labelled]) -> list[Labelled]:
    """Return the texts that the teacher judges: ours but for the test, their sentences, public ones."""
    ours = of_split(service, "train", "dev")
    written = [text for text in of_split(public, "train") if not text.synthetic and text.language != "en"]
    written.sort(key=lambda text: hashed(f"odds {text.id}"))
    return [*ours, *sentences_of(ours), *written[:MOST_PUBLIC]]


def write_odds(folder: Path, service: Sequence[Labelled], public: Sequence[Labelled]) -> int:
    """Ask the teacher about all these texts and write its odds; return how many they are."""
    texts = asked(service, public)
    known = {text.id for text in service}
    teaching = np.array([text.id in known for text in texts])
    own = [text.source == SERVICE and text.split == "train" for text in texts]
    groups = np.array([fold_of(text) if inside else FOLDS for text, inside in zip(texts, own, strict=True)])
    odds = judged_odds(vectors_of(texts), groups, present_matrix(texts), False, teaching)
    with (folder / NAME).open("wb") as file:
        np.savez_compressed(
            file, allow_pickle=False, ids=np.array([text.id for text in texts]), odds=odds.astype(np.float16)
        )
    return len(texts)


def read_odds(folder: Path, service: Sequence[Labelled], public: Sequence[Labelled]) -> Odds:
    """Return the odds of those of the texts that the teacher was asked about."""
    with np.load(folder / NAME, allow_pickle=False) as stored:
        told = dict(zip(map(str, stored["ids"]), stored["odds"].astype(np.float64), strict=True))
    texts = [text for text in asked(service, public) if text.id in told]
    return Odds(texts, np.array([told[text.id] for text in texts]))


def odds_of(odds: Odds, translated: Sequence[Labelled]) -> Floats:
    """Return the teacher's odds of translations: those of their originals; KeyError if it was not asked."""
    told = dict(zip((text.id for text in odds.texts), odds.odds, strict=True))
    return np.array([told[text.id] for text in translated])
