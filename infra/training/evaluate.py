"""The tables of what the reader gets right: our texts kept apart, and public texts beside the baseline."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from infra.training.baseline import baseline_chances
from infra.training.data import Labelled
from infra.training.fitting import Floats
from infra.training.scores import by_language, gain_interval, macro_f1, present_f1
from infra.training.train import label_numbers, present_matrix
from schemas.emotions import Feeling, Need
from streams.feeling.text.artefact import Artefact
from streams.feeling.text.language import LanguageModel
from streams.feeling.text.reader import LinearReader, label_chances
from streams.feeling.text.scoring import Scorer
from streams.feeling.text.words import tokens_of

BATCH = 1000


class Read(NamedTuple):
    """What the reader said of texts: label chances, valence, arousal, what was heard (0 or 1), language."""

    chances: Floats
    valence: Floats
    arousal: Floats
    heard: Floats
    languages: list[str]


def read_all(artefact: Artefact, texts: Sequence[Labelled]) -> Read:
    """Read texts as the stream does, without hints of their language."""
    reader, scorer, languages = LinearReader(artefact), Scorer(artefact), LanguageModel(artefact.languages)
    chances, rows, found = [], [], []
    for start in range(0, len(texts), BATCH):
        batch = [text.text for text in texts[start : start + BATCH]]
        heard = reader.hear(batch, [None] * len(batch))
        words = [tokens_of(text).words for text in batch]
        scored = scorer.score(words, [languages.language(one, None) for one in words])
        chances.append(label_chances(scored.totals)[0])
        found += [one.language for one in heard]
        for one in heard:
            present = [float(name in one.emotions) for name in Feeling]
            present += [float(name in one.needs) for name in Need]
            rows.append([one.valence, one.arousal, *present])
    table = np.array(rows)
    return Read(np.concatenate(chances), table[:, 0], table[:, 1], table[:, 2:], found)


def service_report(artefact: Artefact, texts: Sequence[Labelled]) -> list[str]:
    """Return the table of our own texts."""
    read = read_all(artefact, texts)
    scores = by_language(texts, read.chances)
    lines = [f"service texts, macro-F1 of neg, neu, pos ({artefact.version})"]
    lines += [f"  {language}: {score}" for language, score in scores.items()]
    lines.append(f"  mean of the languages: {np.mean([score.value for score in scores.values()]):.3f}")
    lines += _registers(texts, read)
    valence = np.array([text.valence for text in texts])
    arousal = np.array([text.arousal for text in texts])
    lines.append(
        f"  correlation of valence {np.corrcoef(valence, read.valence)[0, 1]:.3f},"
        f" of arousal {np.corrcoef(arousal, read.arousal)[0, 1]:.3f}"
    )
    right = np.mean([said == text.language for said, text in zip(read.languages, texts, strict=True)])
    lines.append(f"  language without a hint: {right:.3f} right")
    return lines + _presence(texts, read)


def _registers(texts: Sequence[Labelled], read: Read) -> list[str]:
    truth = label_numbers(texts)
    registers = np.array([text.register for text in texts])
    return [
        f"  {register}: {macro_f1(truth[registers == register], read.chances[registers == register]):.3f}"
        for register in sorted(set(registers))
    ]


def _presence(texts: Sequence[Labelled], read: Read) -> list[str]:
    truth = present_matrix(texts)
    lines = []
    for title, names, start in (("feelings", Feeling, 0), ("needs", Need, len(Feeling))):
        block = slice(start, start + len(names))
        each, pooled = present_f1(truth[:, block], read.heard[:, block])
        lines.append(f"{title}: pooled F1 {pooled:.3f}, mean {np.mean(each):.3f}")
        for place, name in enumerate(names):
            lines.append(f"  {name}: {each[place]:.3f} ({int(truth[:, start + place].sum())} texts)")
    return lines


def public_report(artefact: Artefact, train: Sequence[Labelled], test: Sequence[Labelled]) -> list[str]:
    """Return the table of public texts, beside the n-gram baseline trained on `train`."""
    ours = read_all(artefact, test).chances
    theirs = baseline_chances(train, test)
    lines = ["public texts: en, ro neg/neu/pos; es, it good against bad; reader, then baseline"]
    first, second = by_language(test, ours, public=True), by_language(test, theirs, public=True)
    lines += [f"  {language}: {first[language]}   baseline {second[language]}" for language in first]
    gain, low, high = gain_interval(test, ours, theirs)
    mean_ours = np.mean([score.value for score in first.values()])
    mean_theirs = np.mean([score.value for score in second.values()])
    lines.append(
        f"  mean {mean_ours:.3f}, baseline {mean_theirs:.3f}, gain {gain:+.3f} ({low:+.3f} to {high:+.3f})"
    )
    return lines
