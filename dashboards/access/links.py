"""One-time links, by which people choose a password.

A link is exchanged for a grant, once, so that what stands in an address is worth nothing by the time it
stands in a history; the grant, a cookie, is used up by the password.
"""

from datetime import timedelta
from typing import NamedTuple

from dashboards.access.file import AccessFile
from dashboards.access.passwords import digest, new_token
from dashboards.access.rights import Role
from dashboards.access.users import Kind, UserError, has_admin, insert, set_password, valid_name

LINK_LIFE = timedelta(hours=1)
GRANT_LIFE = timedelta(minutes=15)
LINK, GRANT = "link", "grant"


class Grant(NamedTuple):
    """Leave to choose a password; without a name, leave to become the first administrator."""

    name: str | None


class SpentError(UserError):
    """A link or grant was used, is too old, or never was."""

    def __init__(self) -> None:
        super().__init__("this link was used already, or is too old")


class Links:
    """The links of a file."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def to_password(self, name: str) -> str:
        """Return the token of a link for a person; UserError if there is none of the name."""
        with self._file.open() as database:
            query = "SELECT 1 FROM users WHERE kind = 'person' AND name = ?"
            if database.execute(query, (name,)).fetchone() is None:
                raise UserError(f"there is no person {name}")
        return self._new(LINK, name, LINK_LIFE)

    def to_first_admin(self) -> str | None:
        """Return the token of a link for the first administrator; None if one is there already."""
        with self._file.open() as database:
            if has_admin(database):
                return None
        return self._new(LINK, None, LINK_LIFE)

    def exchange(self, link: str) -> str:
        """Use a link up, and return the token of the grant it is exchanged for; SpentError."""
        with self._file.open() as database:
            used = database.execute(
                "DELETE FROM links WHERE token = ? AND stage = ? RETURNING name, ends_at",
                (digest(link), LINK),
            ).fetchone()
        if used is None or used[1] <= self._file.now():
            raise SpentError
        return self._new(GRANT, used[0], GRANT_LIFE)

    def grant(self, token: str) -> Grant:
        """Return what a grant allows; SpentError."""
        with self._file.open() as database:
            row = database.execute(
                "SELECT name FROM links WHERE token = ? AND stage = ? AND ends_at > ?",
                (digest(token), GRANT, self._file.now()),
            ).fetchone()
            if row is None or (row[0] is None and has_admin(database)):
                raise SpentError
        return Grant(row[0])

    def choose_password(self, grant: str, name: str, password: str) -> str:
        """Use a grant up, keep the password, and return whose it is; `name` is for the first administrator.

        Raises SpentError, or UserError for a name or password that cannot be, which leaves the grant.
        """
        person = self.grant(grant).name
        with self._file.open() as database:
            used = database.execute("DELETE FROM links WHERE token = ? RETURNING 1", (digest(grant),))
            if used.fetchone() is None or (person is None and has_admin(database)):
                raise SpentError
            if person is None:
                person = valid_name(name)
                insert(database, person, Role.ADMIN, Kind.PERSON)
            set_password(database, person, password)
        return person

    def _new(self, stage: str, name: str | None, life: timedelta) -> str:
        token, now = new_token(), self._file.now()
        with self._file.open() as database:
            database.execute("DELETE FROM links WHERE ends_at <= ?", (now,))
            database.execute(
                "INSERT INTO links (token, stage, name, ends_at) VALUES (?, ?, ?, ?)",
                (digest(token), stage, name, now + life.total_seconds()),
            )
        return token
