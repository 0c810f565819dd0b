"""Reads what customers' texts say of their feelings: the `TextReader` of the stream.

Personal data is masked first; language, label, valence, arousal, feelings and needs are read from the masked
text, and evidence is positions in it. A text is read to `LONGEST_READ` characters, in time linear in them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.emotions import Feeling, Need, mask_of
from streams.feeling.reading import TextReading
from streams.feeling.signals import Signal, profile_of
from streams.feeling.text import artefact as columns
from streams.feeling.text.artefact import LABELS, Artefact, shipped_artefact
from streams.feeling.text.language import UNKNOWN, LanguageModel
from streams.feeling.text.masking import mask
from streams.feeling.text.scoring import Scored, Scorer
from streams.feeling.text.words import LANGUAGES, Tokens, tokens_of

LONGEST_READ = 4_000
"""Characters of a masked text that are read; what follows is kept but not read."""
SURE = 0.5
"""Confidence below which the reader says that it is unsure."""
FOREIGN_TRUST = 0.2
"""Share of the confidence that is left in a language the reader was not trained for."""
LABEL_WORDS, OTHER_WORDS = 4, 2
"""At most so many words are named as evidence of the label, and of each feeling or need."""
NAMES = (*(str(feeling) for feeling in Feeling), *(str(need) for need in Need))
FEELING_COUNT = len(Feeling)

Floats = NDArray[np.float32]
Span = list[int]


class Heard(NamedTuple):
    """All that was read in one text; `words`: spans (start, end) in the masked text behind each name."""

    masked: str
    language: str
    label: str
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
        self._languages = LanguageModel(self._artefact.languages)
        self.version = self._artefact.version

    def read(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[TextReading]:
        """Return a reading for each text; no signal where there are no words."""
        return [_reading(heard) for heard in self.hear(texts, languages)]

    def hear(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Heard]:
        """Return everything heard in each text; `languages` are hints."""
        masked = [mask(text) for text in texts]
        tokens = [tokens_of(text[:LONGEST_READ]) for text in masked]
        found = [
            self._languages.language(one.words, hint) for one, hint in zip(tokens, languages, strict=True)
        ]
        scored = self._scorer.score([one.words for one in tokens], found)
        return self._heard(masked, tokens, found, scored)

    def _heard(
        self, masked: list[str], tokens: list[Tokens], languages: list[str], scored: Scored
    ) -> list[Heard]:
        chances, gates = label_chances(scored.totals)
        chosen = chances.argmax(1)
        told = _sigmoid(scored.totals[:, columns.FEELINGS.start : columns.NEEDS.stop])
        present = told >= self._artefact.thresholds
        sure = self._confidences(chances, languages, scored.counts)
        toward = _toward_label(scored, chosen, gates)
        heard = []
        for index, text in enumerate(masked):
            first, count = int(scored.firsts[index]), int(scored.counts[index])
            names = np.flatnonzero(present[index]).tolist() if count else []
            spans = {"label": _spans(toward[first : first + count], tokens[index], LABEL_WORDS)}
            for name in names:
                share = scored.tokens[first : first + count, columns.FEELINGS.start + name]
                spans[NAMES[name]] = _spans(share, tokens[index], OTHER_WORDS)
            strengths = {NAMES[name]: round(float(told[index, name]), 3) for name in names}
            heard.append(
                Heard(
                    masked=text,
                    language=languages[index],
                    label=LABELS[int(chosen[index])] if count else "neu",
                    valence=_rounded(scored.totals[index, columns.VALENCE], -1) if count else 0.0,
                    arousal=_rounded(scored.totals[index, columns.AROUSAL], 0) if count else 0.0,
                    confidence=round(float(sure[index]), 3),
                    emotions={NAMES[n]: strengths[NAMES[n]] for n in names if n < FEELING_COUNT},
                    needs={NAMES[n]: strengths[NAMES[n]] for n in names if n >= FEELING_COUNT},
                    words=spans,
                )
            )
        return heard

    def _confidences(self, chances: Floats, languages: list[str], counts: NDArray[np.int64]) -> Floats:
        """Return how far each label can be trusted: 0 for a guess, at most the language's trust."""
        trust = np.array(
            [
                self._artefact.trust[LANGUAGES.index(language)] if language in LANGUAGES else FOREIGN_TRUST
                for language in languages
            ],
            np.float32,
        )
        certain = (chances.max(1) * 3 - 1) / 2
        return np.asarray(certain * trust * (counts > 0), np.float32)


def label_chances(totals: Floats) -> tuple[Floats, Floats]:
    """Return the chances of the labels [texts × 3] and how much each text is a customer's [texts].

    Two experts, customers' texts and all others, are mixed by how much the text is like either.
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


def _spans(shares: Floats, tokens: Tokens, most: int) -> list[Span]:
    """Return the spans of the tokens that added most, in the order of the text; none that added nothing."""
    values = shares.tolist()
    best = sorted(range(len(values)), key=values.__getitem__, reverse=True)[:most]
    least = values[best[0]] / 4 if best else 0.0
    return [
        [tokens.starts[place], tokens.ends[place]]
        for place in sorted(best)
        if values[place] > 0 and values[place] >= least
    ]


def _reading(heard: Heard) -> TextReading:
    if heard.language == UNKNOWN or not heard.confidence:
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


def _rounded(value: float, least: float) -> float:
    return round(min(max(float(value), least), 1.0), 3)
