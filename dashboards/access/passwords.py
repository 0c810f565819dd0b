"""Passwords are kept as scrypt hashes, tokens as SHA-256: a token is long and random, a password is not."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

SHORTEST, LONGEST = 12, 256
COST, BLOCKS, PARALLEL = 2**15, 8, 3
"""Of scrypt, as OWASP's cheat sheet on password storage has it: 32 MiB, some 200 ms."""
_MOST_MEMORY = 64 << 20
_SALT_BYTES, _TOKEN_BYTES = 16, 32


def hashed(password: str) -> str:
    """Return `scrypt$cost$blocks$parallel$salt$hash` of a password, with a salt of its own."""
    salt = secrets.token_bytes(_SALT_BYTES)
    key = _key(password, salt, COST, BLOCKS, PARALLEL)
    return "$".join(["scrypt", str(COST), str(BLOCKS), str(PARALLEL), _text(salt), _text(key)])


def matches(password: str, kept: str) -> bool:
    """Whether a password is the one that was hashed; an empty `kept` matches none, and takes as long."""
    _, cost, blocks, parallel, salt, key = (kept or _NOBODYS).split("$")
    found = _key(password, b64decode(salt), int(cost), int(blocks), int(parallel))
    return hmac.compare_digest(found, b64decode(key)) and bool(kept)


def new_token() -> str:
    """Return a random token that nobody guesses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _key(password: str, salt: bytes, cost: int, blocks: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost, r=blocks, p=parallel, maxmem=_MOST_MEMORY, dklen=32
    )


def _text(value: bytes) -> str:
    return b64encode(value).decode()


_NOBODYS = "$".join(["scrypt", str(COST), str(BLOCKS), str(PARALLEL), _text(bytes(16)), _text(bytes(32))])
