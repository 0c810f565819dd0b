"""Customers as pseudonyms: what is written knows persons, only publishers know customers. Pure."""

import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

from schemas.names import PSEUDONYM_BYTES

_LOOK = re.compile(rf"[0-9a-f]{{{2 * PSEUDONYM_BYTES}}}\Z")


def is_pseudonym(text: str) -> bool:
    """Tell whether a text looks like a pseudonym."""
    return bool(_LOOK.match(text))


def pseudonymiser(secret: bytes, remembered: int = 200_000) -> Callable[[str], str]:
    """Return a function from a customer's id to the person's pseudonym: a keyed hash, 20 hex digits."""

    @lru_cache(maxsize=remembered)
    def person_of(customer: str) -> str:
        return blake2b(customer.encode(), key=secret, digest_size=PSEUDONYM_BYTES).hexdigest()

    return person_of
