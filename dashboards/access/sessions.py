"""Sessions of people.

They live in the file, not in the cookie: that holds a random token of which the file has the hash, so there
is nothing to forge, and a session ends everywhere the moment it is struck out.
"""

from datetime import timedelta

from dashboards.access.file import AccessFile
from dashboards.access.passwords import digest, new_token
from dashboards.access.rights import Role, Viewer


class Sessions:
    """The sessions of a file, each as long as `life`; they end then, whatever was done meanwhile."""

    def __init__(self, file: AccessFile, life: timedelta) -> None:
        self._file, self.life = file, life

    def begin(self, name: str) -> str:
        """Return the token of a new session of a person."""
        token, now = new_token(), self._file.now()
        with self._file.open() as database:
            database.execute("DELETE FROM sessions WHERE ends_at <= ?", (now,))
            database.execute(
                "INSERT INTO sessions (token, name, ends_at) VALUES (?, ?, ?)",
                (digest(token), name, now + self.life.total_seconds()),
            )
        return token

    def end(self, token: str) -> None:
        """End a session."""
        with self._file.open() as database:
            database.execute("DELETE FROM sessions WHERE token = ?", (digest(token),))

    def viewer(self, token: str) -> Viewer | None:
        """Return who has a session; None if it has ended."""
        with self._file.open() as database:
            row = database.execute(
                "SELECT name, role FROM sessions JOIN users USING (name) WHERE token = ? AND ends_at > ?",
                (digest(token), self._file.now()),
            ).fetchone()
        return Viewer(row[0], Role(row[1])) if row else None
