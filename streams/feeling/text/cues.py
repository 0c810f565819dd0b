"""Words and phrases that a language has for feelings and needs, from one file of data a language.

A cue file has lines `kind: item item …`; `*` stands for any ending, `_` joins the words of a phrase (two or
three words; the middle one of three may be any). Cues are the same kinds in all languages, so what is learned
of «per fi» is known of "in sfârșit".
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from streams.feeling.text.words import LANGUAGES, spelled

KINDS = (
    "good", "great", "bad", "awful", "mild", "ask",
    "surprise", "relief", "gratitude", "familiarity", "belonging",
    "disappointment", "frustration", "anger", "abandonment",
    "dignity", "assurance", "explanation", "thanks", "venting", "apology",
)  # fmt: skip
SHORTEST_STEM = 2
PHRASE_REACH = 2
"""A phrase spans its first word and at most this many behind it."""


class Cues(NamedTuple):
    """The cues of one language: kinds by word, by stem, and by (first word, last word, distance)."""

    words: dict[str, set[int]]
    stems: dict[str, set[int]]
    phrases: dict[tuple[str, str, int], set[int]]

    def of_word(self, word: str) -> list[int]:
        """Return the kinds that a spelled word speaks of; parts around an apostrophe count as well."""
        found: set[int] = set()
        for part in (word, *(word.split("'") if "'" in word else ())):
            found |= self.words.get(part, set())
            for size in range(SHORTEST_STEM, len(part) + 1):
                found |= self.stems.get(part[:size], set())
        return sorted(found)


def parsed(text: str, name: str) -> Cues:
    """Read a cue file's text; ValueError with file and line on an unknown kind or a phrase too long."""
    cues = Cues({}, {}, {})
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, _, items = line.partition(":")
        if kind not in KINDS:
            raise ValueError(f"{name}, line {number}: {kind!r} is not a kind of cue")
        for item in items.split():
            _add(cues, KINDS.index(kind), item, f"{name}, line {number}")
    return cues


def _add(cues: Cues, kind: int, item: str, where: str) -> None:
    if "_" in item:
        words = [spelled(word) for word in item.split("_")]
        if len(words) > PHRASE_REACH + 1:
            raise ValueError(f"{where}: {item!r} has more than {PHRASE_REACH + 1} words")
        cues.phrases.setdefault((words[0], words[-1], len(words) - 1), set()).add(kind)
    elif item.endswith("*"):
        cues.stems.setdefault(spelled(item[:-1]), set()).add(kind)
    else:
        cues.words.setdefault(spelled(item), set()).add(kind)


@cache
def cues_of(language: str) -> Cues:
    """Return the shipped cues of a language; KeyError if it is none of ours."""
    if language not in LANGUAGES:
        raise KeyError(language)
    name = f"cues/{language}.txt"
    return parsed(files("streams.feeling.text").joinpath(name).read_text("utf-8"), name)
