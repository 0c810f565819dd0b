"""The trained reader as a file: arrays in a plain .npz (no pickle), with a version made of its content."""

import json
from functools import cache
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.emotions import Feeling, Need
from streams.feeling.text.features import ROWS
from streams.feeling.text.language import OTHER

NAME = "reader.npz"
LABELS = ("neg", "neu", "pos")
GENERAL = slice(0, 3)
"""Columns of log odds of the labels as all texts together have them, public ones first of all.

They are of a language: what all languages have in common, and what the language adds.
"""
SERVICE = slice(3, 6)
"""Columns of log odds of the labels as customers' texts and everyday opinions have them."""
GATE = 6
"""Column of log odds that a text is like those rather than a film's or a forum's."""
VALENCE, AROUSAL = 7, 8
FEELINGS = slice(9, 9 + len(Feeling))
NEEDS = slice(FEELINGS.stop, FEELINGS.stop + len(Need))
NAMED = slice(FEELINGS.start, NEEDS.stop)
"""Feelings, then needs."""
COLUMNS = NEEDS.stop


class Artefact(NamedTuple):
    """Weights of every feature row for every column, and what turns sums into readings.

    `table` is [ROWS × COLUMNS], `bias` [COLUMNS]; `own` [languages and other × ROWS × 3] and `own_bias`
    [languages and other × 3] are what each language adds to the general labels. `thresholds` [feelings and
    needs] are probabilities from which one is heard; `trust` [LANGUAGES] is how often a sure label was right;
    `languages` is the language model's table.
    """

    version: str
    table: NDArray[np.float32]
    bias: NDArray[np.float32]
    own: NDArray[np.float32]
    own_bias: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    trust: NDArray[np.float32]
    languages: NDArray[np.float32]


def written(path: Path, parts: dict[str, NDArray[Any]], facts: dict[str, Any]) -> str:
    """Write an artefact; weights become 8-bit with one scale a column. Return its version."""
    stored: dict[str, NDArray[Any]] = {}
    for name in ("table", "own", "languages"):
        stored[name], stored[f"{name}_scale"] = _small(parts[name])
    stored |= {name: parts[name].astype(np.float32) for name in ("bias", "own_bias", "thresholds", "trust")}
    digest = sha256()
    for name in sorted(stored):
        digest.update(name.encode() + stored[name].tobytes())
    version = f"text-1-{digest.hexdigest()[:12]}"
    told = json.dumps({"version": version, **facts}, sort_keys=True)
    stored["facts"] = np.frombuffer(told.encode(), np.uint8)
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **stored)
    return version


def _small(weights: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return weights as signed square roots in 8 bits, which keeps detail in small ones, and scales."""
    scale = np.maximum(np.abs(weights).max(-2, keepdims=True), 1e-9).astype(np.float32)
    share = weights / scale
    return np.rint(np.sign(share) * np.sqrt(np.abs(share)) * 127).astype(np.int8), scale


def _whole(small: NDArray[np.int8], scale: NDArray[np.float32]) -> NDArray[np.float32]:
    share = small.astype(np.float32) / 127
    return np.asarray(np.sign(share) * share * share * scale, np.float32)


def read_artefact(path: Path) -> Artefact:
    """Read an artefact; ValueError if it was made for other features than this code's."""
    with np.load(path, allow_pickle=False) as stored:
        facts = json.loads(stored["facts"].tobytes())
        table = _whole(stored["table"], stored["table_scale"])
        if table.shape != (ROWS, COLUMNS) or "own" not in stored:
            raise ValueError(
                f"{path.name}: made for {table.shape} weights, this version has {(ROWS, COLUMNS)},"
                f" and {(OTHER + 1, ROWS, len(LABELS))} of single languages"
            )
        return Artefact(
            version=facts["version"],
            table=table,
            bias=stored["bias"],
            own=_whole(stored["own"], stored["own_scale"]),
            own_bias=stored["own_bias"],
            thresholds=stored["thresholds"],
            trust=stored["trust"],
            languages=_whole(stored["languages"], stored["languages_scale"]),
        )


@cache
def shipped_artefact() -> Artefact:
    """Return the artefact that comes with the package; read when first asked for."""
    with as_file(files("streams.feeling.text").joinpath(NAME)) as path:
        return read_artefact(path)
