"""Labelled texts for training and evaluation, and the splits, fixed by hashes of ids before any training.

Customer-service texts are the project's own (`streams/feeling/texts`). Public texts come from parquet files
with the columns id, split (train or dev), lang, text, label, source, synthetic.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from streams.feeling.text.masking import mask

TEXTS = Path(__file__).parents[2] / "streams" / "feeling" / "texts"
PUBLIC = Path(__file__).parent / "data"
SECOND_LABELS = "second_labels.jsonl"
SERVICE = "service"
OPINION = "opinion"
"""Source of our reviews, posts and opinions of everyday things: the label alone, for training only."""
TEST_SHARE, DEV_SHARE = 25, 20
"""Percent of our texts kept for the test; percent of the others kept for choices during development."""
SHARE_ALIKE = "emobank"
"""Left out: its licence (CC BY-SA) would bind what is trained on it."""

SPACED_MARKS = re.compile(r"\s+([.,!?;:])")
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
WORD = re.compile(r"\w+")


class Labelled(NamedTuple):
    """A text with what its annotator heard; None where a source does not say. The text is masked."""

    id: str
    split: str
    language: str
    text: str
    label: str
    valence: float | None
    arousal: float | None
    emotions: dict[str, float] | None
    needs: dict[str, float] | None
    source: str
    register: str
    synthetic: bool


def hashed(name: str) -> int:
    """Return a number of 64 bits that depends on the name alone."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big")


def split_of(identifier: str) -> str:
    """Return test, dev or train for one of our texts."""
    if hashed(identifier) % 100 < TEST_SHARE:
        return "test"
    return "dev" if hashed(f"dev {identifier}") % 100 < DEV_SHARE else "train"


def fold_of(text: Labelled) -> int:
    """Return the fold 0…4 of a text, the same for its translations and its sentences."""
    return hashed(f"fold {text.id.partition('/')[0]}") % 5


def service_texts(folder: Path = TEXTS) -> list[Labelled]:
    """Return our customer-service texts, in the order of their ids."""
    rows = _rows(folder.glob("*/[0-9]*.jsonl"))
    return sorted(_labelled(row, split_of(row["id"]), SERVICE) for row in rows)


def further_texts(folder: Path = PUBLIC) -> list[Labelled]:
    """Return our texts for training only: more customer-service texts, then opinions of everyday things."""
    found = [_labelled(row, "train", SERVICE) for row in _rows(folder.glob("further/*.jsonl"))]
    return found + [_labelled(row, "train", OPINION) for row in _rows(folder.glob("opinions/*.jsonl"))]


def twice_labelled(folder: Path = TEXTS) -> tuple[list[Labelled], list[Labelled]]:
    """Return the service texts that were labelled twice, as labelled first and as labelled blind."""
    known = {text.id: text for text in service_texts(folder)}
    rows = list(_rows([folder / SECOND_LABELS]))
    first = [known[row["id"]] for row in rows]
    second = [
        text._replace(
            label=row["label"], valence=row["valence"], arousal=row["arousal"],
            emotions=row["emotions"], needs=row["needs"],
        )
        for text, row in zip(first, rows, strict=True)
    ]  # fmt: skip
    return first, second


def sentences_of(texts: Iterable[Labelled]) -> list[Labelled]:
    """Return the sentences of texts of several, with the labels of the whole: they need not hold for each."""
    found = []
    for text in texts:
        parts = [part.strip() for part in SENTENCE_END.split(text.text)]
        parts = [part for part in parts if len(WORD.findall(part)) > 1]
        if len(parts) > 1:
            found += [text._replace(id=f"{text.id}/{place}", text=part) for place, part in enumerate(parts)]
    return found


def _rows(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in sorted(paths):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


def _labelled(row: dict[str, Any], split: str, source: str) -> Labelled:
    return Labelled(
        row["id"], split, row["lang"], mask(row["text"]), row["label"],
        row.get("valence"), row.get("arousal"), row.get("emotions"), row.get("needs"),
        source, row["register"], False,
    )  # fmt: skip


def public_texts(folder: Path = PUBLIC) -> list[Labelled]:
    """Return the public texts that have a label, from every parquet file of a folder."""
    import pyarrow.parquet as parquet

    names = ["id", "split", "lang", "text", "label", "source", "synthetic"]
    found = []
    for path in sorted(folder.glob("*.parquet")):
        if not set(names) <= set(parquet.read_schema(path).names):
            continue
        for row in parquet.read_table(path, columns=names).to_pylist():
            if row["label"] and row["source"] != SHARE_ALIKE:
                row |= {"text": _evenly_written(row["text"]), "register": row["source"]}
                text = _labelled(row, row["split"], row["source"])
                found.append(text._replace(synthetic=bool(row["synthetic"])))
    return found


def _evenly_written(text: str) -> str:
    """Return the text without spaces before marks: one source writes them so, but not its neutral texts."""
    return SPACED_MARKS.sub(r"\1", text)


def of_split(texts: Sequence[Labelled], *splits: str) -> list[Labelled]:
    """Return the texts of some splits."""
    return [text for text in texts if text.split in splits]
