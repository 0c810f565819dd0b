"""Identities of the engine: secrets made at the first start, kept hashed, and what each may do.

Two kinds of files in the folder of keys, for their owner alone (0600): `vincle_writer.secret` and the like
hold the secrets, for the parts of the stack and the people who use them; `clickhouse.identities` holds salted
hashes, all that the engine reads.  A secret has 256 bits of chance, so a fast hash is enough: nobody can try
them all.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.clickhouse.access import Credentials, Identity, Question
from infra.clickhouse.engine import Engine
from infra.clickhouse.errors import AUTHENTICATION_FAILED, refusal
from infra.clickhouse.gate.gate import Gate
from infra.clickhouse.gate.roles import ROLES
from infra.keys import make_private
from schemas.names import DatabaseUser
from schemas.settings import secret_name

FILE_NAME = "clickhouse.identities"
SECRET_BYTES = 32
SALT_BYTES = 16


@dataclass(frozen=True)
class Known:
    """One identity as the engine knows it: its role, and its secret as a salted SHA-256."""

    role: DatabaseUser
    salt: str
    digest: str

    def has_secret(self, secret: str) -> bool:
        """Whether this is its secret, told in constant time."""
        return hmac.compare_digest(self.digest, _digest(self.salt, secret))


def known(role: DatabaseUser, secret: str) -> Known:
    """An identity with a fresh salt."""
    salt = secrets.token_hex(SALT_BYTES)
    return Known(role, salt, _digest(salt, secret))


def _digest(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


def make_secrets(folder: Path) -> list[Path]:
    """Make the secret of each identity that has none, and the file of hashes; the files of new secrets."""
    files = {user: folder / secret_name(user) for user in DatabaseUser}
    made = [files[user] for user in DatabaseUser if make_secret(folder, user)]
    # Written anew at every start: a secret that was replaced by hand holds from then on.
    identities = {str(user): known(user, file.read_text().strip()) for user, file in files.items()}
    write_identities(folder / FILE_NAME, identities)
    return made


def make_secret(folder: Path, user: DatabaseUser) -> bool:
    """Make the secret of an identity unless it has one; whether it was made."""
    return make_private(folder / secret_name(user), secrets.token_urlsafe(SECRET_BYTES).encode())


def write_identities(file: Path, identities: Mapping[str, Known]) -> None:
    """Write the file of hashes, whole or not at all."""
    content = {
        name: {"role": each.role, "salt": each.salt, "sha256": each.digest}
        for name, each in identities.items()
    }
    new = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        json.dump(content, handle, indent=1)
    new.replace(file)


def read_identities(file: Path) -> dict[str, Known]:
    """Read the file of hashes.  Raises OSError or ValueError."""
    return {
        name: Known(DatabaseUser(each["role"]), each["salt"], each["sha256"])
        for name, each in json.loads(file.read_text()).items()
    }


class GuardedAccess:
    """Known identities only, each behind the gate but the administrator's."""

    def __init__(self, identities: Mapping[str, Known], engine: Engine, home: str) -> None:
        self._identities = identities
        self._gate = Gate(engine, home)
        self._nobody = known(DatabaseUser.ANALYST, secrets.token_hex())

    def identify(self, credentials: Credentials) -> Identity:
        """Raises EngineError; a wrong name takes as long as a wrong secret."""
        identity = self._identities.get(credentials.user or "default", self._nobody)
        if not identity.has_secret(credentials.password):
            raise refusal(
                AUTHENTICATION_FAILED,
                "Authentication failed: there is no such user, or the password is wrong",
            )
        is_admin = identity.role == DatabaseUser.ADMIN
        return Identity(credentials.user or "default", keeps_sessions=is_admin)

    def admit(self, identity: Identity, question: Question) -> Question:
        """What may run of a question.  Raises EngineError."""
        role = ROLES.get(self._identities[identity.name].role)
        if role is not None:
            return self._gate.admit(role, question)
        if not question.statement.gives_rows:
            self._gate.forget()
        return question


def open_doors(identities: Iterable[Known]) -> bool:
    """Whether anybody gets in without a secret."""
    return any(each.has_secret("") for each in identities)
