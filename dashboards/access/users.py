"""Who may come in: people, and the clients of agent desktops; of passwords and tokens only hashes stay."""

import re
import sqlite3
from enum import StrEnum
from typing import NamedTuple

from dashboards.access.file import AccessFile
from dashboards.access.passwords import LONGEST, SHORTEST, digest, hashed, matches, new_token
from dashboards.access.rights import Role, Viewer

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}\Z")


class UserError(Exception):
    """What was asked cannot be; the text is one line. `key` ends the key of the words for it in a form."""

    key = "impossible"


class NameTakenError(UserError):
    """Somebody has this name."""

    key = "taken"


class NameInvalidError(UserError):
    """No name looks so."""

    key = "name"


class PasswordInvalidError(UserError):
    """No password is so short, or so long."""

    key = "password"


class Kind(StrEnum):
    """A person signs in by pages, a client (an agent desktop) by a token that it sends along."""

    PERSON = "person"
    CLIENT = "client"


class User(NamedTuple):
    """Somebody in the file; who has no secret, neither password nor token, was only added so far."""

    name: str
    kind: Kind
    role: Role
    has_secret: bool


def valid_name(name: str) -> str:
    """Return a name in small letters; NameInvalidError."""
    small = name.strip().lower()
    if not _NAME.match(small):
        raise NameInvalidError(
            "a name has 1 to 100 of a-z, 0-9 and . _ @ + -, and begins with a letter or a digit"
        )
    return small


def valid_password(password: str) -> str:
    """Return the password; PasswordInvalidError."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordInvalidError(f"a password has {SHORTEST} to {LONGEST} signs")
    return password


class Users:
    """The users of a file."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def all(self) -> list[User]:
        """Return everybody, by name."""
        with self._file.open() as database:
            rows = database.execute("SELECT name, kind, role, secret != '' FROM users ORDER BY name")
            return [User(name, Kind(kind), Role(role), bool(known)) for name, kind, role, known in rows]

    def find(self, name: str, kind: Kind = Kind.PERSON) -> Viewer | None:
        """Return the person, or client, of a name."""
        return self._viewer("kind = ? AND name = ?", kind, name.strip().lower())

    def client(self, token: str) -> Viewer | None:
        """Return the client that has a token."""
        return self._viewer("kind = ? AND secret = ?", Kind.CLIENT, digest(token))

    def is_password(self, name: str, password: str) -> bool:
        """Whether a person has this password; takes as long if there is no such person."""
        with self._file.open() as database:
            row = database.execute(
                "SELECT secret FROM users WHERE kind = 'person' AND name = ?", (name.strip().lower(),)
            ).fetchone()
        return matches(password[: LONGEST + 1], row[0] if row else "")

    def add(self, name: str, role: Role, kind: Kind = Kind.PERSON) -> str:
        """Add somebody without a secret, and return the name as kept; NameTakenError, NameInvalidError."""
        known = valid_name(name)
        with self._file.open() as database:
            insert(database, known, role, kind)
        return known

    def remove(self, name: str) -> None:
        """Strike somebody out, with all sessions and links; UserError for nobody, or the last admin."""
        with self._file.open() as database:
            _change(database, "DELETE FROM users WHERE name = ?", name)
            _require_an_admin(database, name)

    def set_role(self, name: str, role: Role) -> None:
        """Give somebody another role, and end all their sessions; UserError for nobody, or the last admin."""
        with self._file.open() as database:
            _change(database, "UPDATE users SET role = ? WHERE name = ?", role, name)
            _require_an_admin(database, name)
            database.execute("DELETE FROM sessions WHERE name = ?", (name,))

    def set_token(self, name: str) -> str:
        """Return a new token for a client, in place of the one before; UserError if there is none such."""
        token = new_token()
        change = "UPDATE users SET secret = ? WHERE kind = 'client' AND name = ?"
        with self._file.open() as database:
            _change(database, change, digest(token), name)
        return token

    def _viewer(self, condition: str, *values: str) -> Viewer | None:
        with self._file.open() as database:
            row = database.execute(f"SELECT name, role FROM users WHERE {condition}", values).fetchone()
        return Viewer(row[0], Role(row[1])) if row else None


def insert(database: sqlite3.Connection, name: str, role: Role, kind: Kind) -> None:
    """Write a new user; NameTakenError."""
    try:
        database.execute("INSERT INTO users (name, kind, role) VALUES (?, ?, ?)", (name, kind, role))
    except sqlite3.IntegrityError as error:
        raise NameTakenError(f"{name} is there already") from error


def set_password(database: sqlite3.Connection, name: str, password: str) -> None:
    """Give a person a password, and end all sessions; PasswordInvalidError."""
    secret = hashed(valid_password(password))
    database.execute("UPDATE users SET secret = ? WHERE kind = 'person' AND name = ?", (secret, name))
    database.execute("DELETE FROM sessions WHERE name = ?", (name,))


def has_admin(database: sqlite3.Connection) -> bool:
    """Whether an administrator is there who can sign in."""
    rows = "SELECT 1 FROM users WHERE kind = 'person' AND role = 'admin' AND secret != ''"
    return database.execute(rows).fetchone() is not None


def _change(database: sqlite3.Connection, statement: str, *values: str) -> None:
    if database.execute(statement, values).rowcount == 0:
        raise UserError(f"there is no {values[-1]}")


def _require_an_admin(database: sqlite3.Connection, name: str) -> None:
    """Refuse to leave people without an administrator."""
    people, admins = database.execute(
        "SELECT count(), sum(role = 'admin') FROM users WHERE kind = 'person'"
    ).fetchone()
    if people and not admins:
        raise UserError(f"{name} is the last administrator")
