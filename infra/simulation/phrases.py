"""Fragments of JSON that fill the templates: customers' words in five languages, products, profiles.

A fragment is chosen by its number. The phrases were written by hand for each language; a text is always in
the language of the customer who says it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import yaml
from numpy.typing import NDArray

LANGUAGES = ("ca", "es", "it", "ro", "en")
SEGMENTS = ("new", "returning", "club", "business")
Phrases = dict[str, dict[str, dict[str, list[str]]]]


class Fragments:
    """All pieces of JSON that are chosen by number; number 0 is nothing."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = [b""]
        self._numbers: dict[bytes, int] = {b"": 0}

    def number_of(self, piece: str) -> int:
        """Return the number of a piece, which is kept from then on."""
        encoded = piece.encode()
        number = self._numbers.setdefault(encoded, len(self.pieces))
        if number == len(self.pieces):
            self.pieces.append(encoded)
        return number


@dataclass(frozen=True)
class Texts:
    """Numbers of the fragments, languages × phrases; how many phrases each language has."""

    numbers: NDArray[np.int64]
    counts: NDArray[np.int64]

    def drawn(self, languages: NDArray[np.int8], uniforms: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return a fragment for each customer's language; a uniform number chooses the phrase."""
        chosen = (uniforms * self.counts[languages]).astype(np.int64)
        numbers: NDArray[np.int64] = self.numbers[languages, chosen]
        return numbers


def load_phrases() -> Phrases:
    """Return phrases by language, tone (good, bad, neutral) and theme."""
    folder = resources.files("infra.simulation").joinpath("phrases")
    return {code: yaml.safe_load(folder.joinpath(f"{code}.yaml").read_text("utf-8")) for code in LANGUAGES}


def texts_of(theme: str, tone: str, phrases: Phrases, fragments: Fragments) -> Texts:
    """Return the fragments of a theme and a tone in every language; KeyError if there are none."""
    rows = [
        [fragments.number_of(_text_json(phrase, code)) for phrase in phrases[code][tone][theme]]
        for code in LANGUAGES
    ]
    widest = max(map(len, rows))
    numbers = np.array([row + [0] * (widest - len(row)) for row in rows], dtype=np.int64)
    return Texts(numbers, np.array([len(row) for row in rows], dtype=np.int64))


def products_of(products: Sequence[str], fragments: Fragments) -> NDArray[np.int64]:
    """Return the fragments of a sector's products."""
    return np.array(
        [fragments.number_of(f',"product":{json.dumps(product)}') for product in products], np.int64
    )


def profiles_of(fragments: Fragments) -> NDArray[np.int64]:
    """Return the fragments of profile data, segments × languages."""
    rows = [
        [fragments.number_of(f'"segment":"{segment}","language":"{code}"') for code in LANGUAGES]
        for segment in SEGMENTS
    ]
    return np.array(rows, dtype=np.int64)


def _text_json(phrase: str, language: str) -> str:
    return f',"text":{json.dumps(phrase, ensure_ascii=False)},"language":"{language}"'
