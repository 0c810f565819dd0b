"""Words, emoji and runs of punctuation of a text, in a spelling that typos of accent and case do not change.

Plain text handling: nothing here knows a feeling. Normalising keeps the length, so that positions in the
normalised text are positions in the text itself.
"""

import re
import sys
import unicodedata

Span = list[int]
"""Start and end of a run of characters."""

LANGUAGES = ("ca", "es", "it", "ro", "en")

LONGEST_WORD = 24
"""A word's features come from this many characters at most."""

TOKEN = re.compile(
    r"\[[a-z]{2,8}\]"  # a mask
    r"|[^\W_]+(?:['’·-][^\W_]+)*"  # words, with apostrophes, the Catalan l·l and hyphens inside
    r"|[!?¡¿]+|\.{2,}|…"
    r"|[:;=][-']?[)(DPp/|\]\[3]+"  # emoticons
    r"|[\u2600-\u27bf\U0001f000-\U0001faff]"
    r"|[.,;:\"«»()/%€$£*#&–—-]"  # other marks
)
ELONGATED = re.compile(r"(\w)\1{2,}")


def _plain(character: str) -> str:
    """Return a letter without its accent, in lower case; one character in, one out."""
    lowered = character.lower()
    base = unicodedata.normalize("NFD", lowered)[0] if lowered else character
    return base if len(base) == 1 and base.isalnum() else lowered[:1] or character


ACCENTS = {
    code: _plain(chr(code))
    for code in range(0x80, 0x250)
    if chr(code).isalpha() and _plain(chr(code)) != chr(code)
} | {ord("’"): "'", ord("`"): "'", ord("´"): "'"}
"""Latin letters with accents to their plain form."""


def composed(text: str) -> str:
    """Return the text with accents composed into their letters (NFC)."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def tokens_of(text: str) -> list[str]:
    """Split a text; case and accents are kept."""
    return TOKEN.findall(text)


def spans_of(text: str, tokens: list[str], places: list[int]) -> list[Span]:
    """Return where the tokens at some places, in ascending order, start and end in their text."""
    spans = []
    at, last = 0, -1
    for place in places:
        for token in tokens[last + 1 : place]:
            at = text.index(token, at) + len(token)
        start = text.index(tokens[place], at)
        at, last = start + len(tokens[place]), place
        spans.append([start, at])
    return spans


def spelled(word: str) -> str:
    """Return a word as it is compared: lower case, no accents, no letter more than twice in a row."""
    plain = word[:LONGEST_WORD].lower().translate(ACCENTS)
    if plain[:1] in "!?¡¿":
        return _run(plain)
    return sys.intern(ELONGATED.sub(r"\1\1", plain))


def _run(marks: str) -> str:
    """Return one spelling for each kind of run of marks."""
    asks, calls = "?" in marks, "!" in marks
    kind = "?!" if asks and calls else "?" if asks else "!" if calls else marks[0]
    return kind * 2 if len(marks) > 1 and kind in "?!" else kind
