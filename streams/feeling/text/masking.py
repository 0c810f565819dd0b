"""Personal data out of a text, before anything is stored: addresses, numbers, handles and recognisable names.

Masks say what stood there: `[email]`, `[phone]`, `[iban]`, `[card]`, `[id]`, `[number]`, `[url]`, `[handle]`,
`[name]`. Masking a masked text changes nothing. Texts without digits, «@» or links pay only for looking.
"""

import re

from streams.feeling.text.names import mask_names
from streams.feeling.text.numbers import mask_numbers
from streams.feeling.text.words import composed

MASKS = ("[email]", "[phone]", "[iban]", "[card]", "[id]", "[number]", "[url]", "[handle]", "[name]")
MOST_ROUNDS = 8
"""Masking can bring a new name to the end of a text; rounds go on until nothing changes."""

DIGIT = re.compile("[0-9]")
EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
HANDLE = re.compile(r"(?<![\w@])@\w{1,50}")
URL = re.compile(r"(?i:\bhttps?://|\bwww\.)[^\s<>\[\]]+")


def mask(text: str) -> str:
    """Return the text without personal data, its accents composed (NFC)."""
    text = composed(text)
    for _ in range(MOST_ROUNDS):
        masked = _masked_once(text)
        if masked == text:
            break
        text = masked
    return text


def _masked_once(text: str) -> str:
    if "://" in text or "www." in text or "WWW." in text:
        text = URL.sub("[url]", text)
    if "@" in text:
        text = HANDLE.sub("[handle]", EMAIL.sub("[email]", text))
    if DIGIT.search(text):
        text = mask_numbers(text)
    return mask_names(text)
