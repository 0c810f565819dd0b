"""Reads what customers' texts say of their feelings: the `TextReader` of the stream.

Personal data is masked first; language, label, valence, arousal, feelings and needs are read from the masked
text, and evidence is positions in it. A text is read to `LONGEST_READ` characters, in time linear in them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.emotions import Feeling, Need, mask_of
from schemas.names import NO_LANGUAGE
from streams.feeling.reading import TextReading
from streams.feeling.signals import Signal, profile_of
from streams.feeling.text import artefact as columns
from streams.feeling.text.artefact import LABELS, Artefact, shipped_artefact
from streams.feeling.text.evidence import evidence_words
from streams.feeling.text.masking import mask
from streams.feeling.text.scoring import Scored, Scorer
from streams.feeling.text.words import LANGUAGES, Span, tokens_of

LONGEST_READ = 4_000
"""Characters of a masked text that are read; what follows is kept but not read."""
SURE = 0.5
"""Confidence below which the reader says that it is unsure."""
FOREIGN_TRUST = 0.2
"""Share of the confidence that is left in a language the reader was not trained for."""
NAMES = (*(str(feeling) for feeling in Feeling), *(str(need) for need in Need))
FEELING_NAMES = frozenset(NAMES[: len(Feeling)])

Floats = NDArray[np.float32]


class Heard(NamedTuple):
    """All that was read in one text.

    `chances` are those of neg, neu and pos; `words` are spans (start, end) in the masked text behind each
    name.
    """

    masked: str
    language: str
    label: str
    chances: list[float]
    valence: float
    arousal: float
    confidence: float
    emotions: dict[str, float]
    needs: dict[str, float]
    words: dict[str, list[Span]]


class LinearReader:
    """Reads texts by a trained artefact. Keeps sums of words it has met, otherwise no state."""

    def __init__(self, artefact: Artefact | None = None) -> None:
        self._artefact = artefact or shipped_artefact()
        self._scorer = Scorer(self._artefact)
        self.version = self._artefact.version

    def read(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[TextReading]:
        """Return a reading for each text; no signal where there are no words."""
        return [_reading(heard) for heard in self.hear(texts, languages)]

    def hear(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Heard]:
        """Return everything heard in each text; `languages` are hints."""
        masked = [mask(text) for text in texts]
        tokens = [tokens_of(text[:LONGEST_READ]) for text in masked]
        return self._heard(masked, tokens, self._scorer.score(tokens, languages))

    def _heard(self, masked: list[str], tokens: list[list[str]], scored: Scored) -> list[Heard]:
        chances, gates = label_chances(scored.totals)
        chosen = np.where(scored.counts > 0, chances.argmax(1), LABELS.index("neu"))
        told = _sigmoid(scored.totals[:, columns.NAMED])
        present = (told >= self._artefact.thresholds) & (scored.counts > 0)[:, None]
        sure = self._confidences(chances, scored.languages, scored.counts)
        label_shares = np.where(scored.marks, 0, _toward_label(scored, chosen, gates))
        shares = np.where(scored.marks[:, None], 0, scored.tokens[:, columns.NAMED])
        words = evidence_words(masked, tokens, label_shares, shares, present, NAMES)
        values, all_chances = _values(scored).tolist(), _decimals(chances)
        strengths = [
            {name: strength for name, strength in zip(NAMES, row, strict=True) if name in found}
            for row, found in zip(_decimals(told), words, strict=True)
        ]
        return [
            Heard(
                masked=text,
                language=scored.languages[index],
                label=LABELS[chosen[index]],
                chances=all_chances[index],
                valence=values[index][0],
                arousal=values[index][1],
                confidence=sure[index],
                emotions={name: share for name, share in strengths[index].items() if name in FEELING_NAMES},
                needs={name: share for name, share in strengths[index].items() if name not in FEELING_NAMES},
                words=words[index],
            )
            for index, text in enumerate(masked)
        ]

    def _confidences(self, chances: Floats, languages: list[str], counts: NDArray[np.int64]) -> list[float]:
        """Return how far each label can be trusted: 0 for a guess, at most the language's trust."""
        trust = np.array(
            [
                self._artefact.trust[LANGUAGES.index(language)] if language in LANGUAGES else FOREIGN_TRUST
                for language in languages
            ],
            np.float32,
        )
        certain = (chances.max(1) * 3 - 1) / 2
        return _decimals(certain * trust * (counts > 0))


def label_chances(totals: Floats) -> tuple[Floats, Floats]:
    """Return the chances of the labels [texts × 3] and how much each text is like a customer's [texts].

    Two experts, of customers' texts and of all texts, are mixed by how much the text is like the former.
    """
    gates = _sigmoid(totals[:, columns.GATE])[:, None]
    mixed = gates * _softmax(totals[:, columns.SERVICE]) + (1 - gates) * _softmax(totals[:, columns.GENERAL])
    return mixed, gates[:, 0]


def _toward_label(scored: Scored, chosen: NDArray[np.int64], gates: Floats) -> Floats:
    """Return what each token adds to the chosen label against the other two [tokens]."""
    owners = np.repeat(np.arange(len(chosen)), scored.counts)
    gate, label = gates[owners][:, None], chosen[owners]
    mixed = gate * scored.tokens[:, columns.SERVICE] + (1 - gate) * scored.tokens[:, columns.GENERAL]
    return np.asarray(mixed[np.arange(len(owners)), label] * 1.5 - mixed.sum(1) * 0.5, np.float32)


def _values(scored: Scored) -> NDArray[np.float64]:
    """Return valence and arousal of each text within their bounds; 0 without words."""
    values = scored.totals[:, [columns.VALENCE, columns.AROUSAL]].astype(np.float64)
    return np.asarray((np.clip(values, (-1, 0), (1, 1)) * (scored.counts > 0)[:, None]).round(3))


def _decimals(values: Floats) -> list[Any]:
    """Return numbers with three decimals."""
    found: list[Any] = values.astype(np.float64).round(3).tolist()
    return found


def _reading(heard: Heard) -> TextReading:
    if heard.language == NO_LANGUAGE or not heard.confidence:
        return TextReading(None, heard.masked, heard.language, 0, {})
    strengths = {Feeling(name): strength for name, strength in heard.emotions.items()}
    signal = Signal("text", heard.valence, heard.arousal, profile_of(strengths), heard.confidence)
    needs = mask_of(frozenset(Need(name) for name in heard.needs))
    return TextReading(signal, heard.masked, heard.language, needs, evidence_of(heard))


def evidence_of(heard: Heard) -> dict[str, Any]:
    """Return what carried a reading: label, how sure, strengths, spans in the masked text."""
    return {
        "label": heard.label,
        "confidence": heard.confidence,
        "unsure": heard.confidence < SURE,
        "strengths": {**heard.emotions, **heard.needs},
        "words": heard.words,
    }


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))), np.float32)


def _softmax(values: Floats) -> Floats:
    powers = np.exp(values - values.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True), np.float32)
