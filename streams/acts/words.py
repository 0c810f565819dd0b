"""What to do, and words to open and to close with, in the language of the customer. The phrases are data.

One file a language in `words/`: a new language is a new file. The words are hints for a person who speaks;
no machine sends them.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field

from schemas.emotions import Need

FALLBACK = "en"


class Occasion(StrEnum):
    """Why somebody is to act."""

    RECOVER = "recover"
    """A failure has unmet needs: the words are those of the needs."""
    LISTEN = "listen"
    """The bond breaks, and no case says why."""
    RECONNECT = "reconnect"
    """A once strong bond fades in silence."""
    THANK = "thank"
    """The customer was won back."""


class Words(NamedTuple):
    """Hints for the one who acts."""

    act: str
    """What to do next."""
    opening: str
    closing: str


class _Phrases(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    act: str = Field(min_length=1)
    opening: str = Field(min_length=1)
    closing: str = Field(min_length=1)


class _Language(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    needs: dict[Need, _Phrases]
    occasions: dict[Occasion, _Phrases]


def words_for(occasion: Occasion, unmet: Sequence[Need], language: str) -> Words:
    """Return the words for an occasion.

    Where needs are unmet, given in the order of a conversation, the acts are theirs, the opening is that of
    the first need and the closing that of the last. `language` is a tag as in ca-ES; of an unknown one, the
    words are English.
    """
    spoken = languages()
    known = spoken.get(language.partition("-")[0].lower(), spoken[FALLBACK])
    if occasion is not Occasion.RECOVER or not unmet:
        told = known.occasions[occasion]
        return Words(told.act, told.opening, told.closing)
    acts = " ".join(known.needs[need].act for need in unmet)
    return Words(acts, known.needs[unmet[0]].opening, known.needs[unmet[-1]].closing)


@cache
def languages() -> Mapping[str, _Language]:
    """Return the phrases of each language by its code."""
    folder = resources.files("streams.acts").joinpath("words")
    return {
        file.name.removesuffix(".yaml"): _Language.model_validate(
            yaml.safe_load(file.read_text(encoding="utf-8"))
        )
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    }
