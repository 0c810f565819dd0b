"""Labelled texts for training and evaluation, and the splits, fixed by hashes of ids before any training.

Customer-service texts are the project's own (`streams/feeling/texts`). Public texts come from parquet files
with the columns id, split (train or dev), lang, text, label, emotions, source, synthetic.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from streams.feeling.text.masking import mask

TEXTS = Path(__file__).parents[2] / "streams" / "feeling" / "texts"
PUBLIC = Path(__file__).parent / "data"
SERVICE = "service"
TEST_SHARE, DEV_SHARE = 25, 20
"""Percent of our texts kept for the test; percent of the others kept for choices during development."""
SHARE_ALIKE = "emobank"
"""Left out: its licence (CC BY-SA) would bind what is trained on it."""


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


def service_texts(folder: Path = TEXTS) -> list[Labelled]:
    """Return our customer-service texts, in the order of their ids."""
    found = []
    for path in sorted(folder.glob("*/[0-9]*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            found.append(
                Labelled(
                    row["id"], split_of(row["id"]), row["lang"], mask(row["text"]), row["label"],
                    row["valence"], row["arousal"], row["emotions"], row["needs"],
                    SERVICE, row["register"], False,
                )
            )  # fmt: skip
    return sorted(found)


def public_texts(folder: Path = PUBLIC) -> list[Labelled]:
    """Return the public texts that have a label, from every parquet file of a folder."""
    import pyarrow.parquet as parquet

    names = ["id", "split", "lang", "text", "label", "emotions", "source", "synthetic"]
    found = []
    for path in sorted(folder.glob("*.parquet")):
        for row in parquet.read_table(path, columns=names).to_pylist():
            if row["label"] and row["source"] != SHARE_ALIKE:
                emotions = None if row["emotions"] is None else dict.fromkeys(row["emotions"], 1.0)
                found.append(
                    Labelled(
                        row["id"], row["split"], row["lang"], mask(row["text"]), row["label"], None, None,
                        emotions, None, row["source"], row["source"], bool(row["synthetic"]),
                    )
                )  # fmt: skip
    return found


def of_split(texts: Sequence[Labelled], *splits: str) -> list[Labelled]:
    """Return the texts of some splits."""
    return [text for text in texts if text.split in splits]
