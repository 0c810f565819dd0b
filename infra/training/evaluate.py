"""The tables of what the reader gets right: our texts kept apart, and public texts beside the baseline."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import cohen_kappa_score

from infra.training.baseline import baseline_chances
from infra.training.data import Labelled
from infra.training.fitting import Floats
from infra.training.scores import by_language, gain_interval, macro_f1, present_f1
from infra.training.targets import label_numbers, present_matrix
from schemas.emotions import Feeling, Need
from streams.feeling.text.artefact import LABELS, Artefact
from streams.feeling.text.reader import LinearReader

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
    reader = LinearReader(artefact)
    heard = []
    for start in range(0, len(texts), BATCH):
        batch = [text.text for text in texts[start : start + BATCH]]
        heard += reader.hear(batch, [None] * len(batch))
    named = [
        [*(float(name in one.emotions) for name in Feeling), *(float(name in one.needs) for name in Need)]
        for one in heard
    ]
    return Read(
        np.array([one.chances for one in heard]),
        np.array([one.valence for one in heard]),
        np.array([one.arousal for one in heard]),
        np.array(named),
        [one.language for one in heard],
    )


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
    return lines + _presence_lines(present_matrix(texts), read.heard)


def _registers(texts: Sequence[Labelled], read: Read) -> list[str]:
    truth = label_numbers(texts)
    registers = np.array([text.register for text in texts])
    return [
        f"  {register}: {macro_f1(truth[registers == register], read.chances[registers == register]):.3f}"
        for register in sorted(set(registers))
    ]


def _presence_lines(truth: Floats, heard: Floats) -> list[str]:
    lines = []
    lines.append(f"feelings and needs: pooled F1 {present_f1(truth, heard)[1]:.3f}")
    for title, names, start in (("feelings", Feeling, 0), ("needs", Need, len(Feeling))):
        block = slice(start, start + len(names))
        each, pooled = present_f1(truth[:, block], heard[:, block])
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


def agreement_report(first: Sequence[Labelled], second: Sequence[Labelled]) -> list[str]:
    """Return how far two blind labellings of the same texts agree."""
    truth, said = label_numbers(first), label_numbers(second)
    valence = np.corrcoef([text.valence for text in first], [text.valence for text in second])[0, 1]
    lines = [
        f"{len(first)} texts labelled twice, blind",
        f"  labels: macro-F1 {macro_f1(truth, np.eye(len(LABELS))[said]):.3f},"
        f" Cohen's kappa {cohen_kappa_score(truth, said):.3f}",
        f"  correlation of valence {valence:.3f}",
    ]
    return lines + _presence_lines(present_matrix(first), present_matrix(second))
