"""Sessions: what SET, USE and temporary tables leave behind for the next request of the same name.

A session gets a connection of its own only when a statement leaves something behind; until then, and for
most clients always, it is just a name that no two requests may use at once.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from infra.clickhouse.engine import Answer, Engine, Work
from infra.clickhouse.errors import SESSION_IS_LOCKED, SESSION_NOT_FOUND, refusal
from infra.clickhouse.request import SessionWish
from infra.clickhouse.statement import quoted

MAX_SESSIONS = 256


@dataclass
class Session:
    """One session: busy while a request uses it, forgotten at `expires` (seconds of the given clock)."""

    connection: Any = None
    busy: bool = False
    expires: float = 0.0


class Sessions:
    """All sessions of an engine, by owner and name.  `clock` gives monotonic seconds."""

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, str], Session] = {}

    @contextmanager
    def _borrowed(self, owner: str, wish: SessionWish) -> Iterator[Session]:
        """The session asked for, for this request alone.  Raises EngineError if it is busy or unknown."""
        with self._lock:
            self._forget_idle()
            session = self._sessions.get((owner, wish.name))
            if session is None:
                if wish.must_exist:
                    raise refusal(SESSION_NOT_FOUND, "Session not found")
                session = self._sessions[(owner, wish.name)] = Session()
            if session.busy:
                raise refusal(SESSION_IS_LOCKED, "Session is locked by a concurrent client")
            session.busy = True
        try:
            yield session
        finally:
            with self._lock:
                session.busy = False
                session.expires = self._clock() + wish.idle_seconds

    def run(self, owner: str, wish: SessionWish, work: Work, keeps: bool) -> Answer:
        """Run a statement in its session; `keeps` says that it leaves something behind."""
        with self._borrowed(owner, wish) as session:
            if session.connection is None and not keeps:
                return self._engine.run(work)
            return self._run_inside(session, work)

    def stream(self, owner: str, wish: SessionWish, work: Work) -> Iterator[memoryview]:
        """Run a query in its session and give its answer block by block."""
        with self._borrowed(owner, wish) as session:
            if session.connection is None:
                yield from self._engine.stream(work)
            else:
                yield self._run_inside(session, work).data

    def _run_inside(self, session: Session, work: Work) -> Answer:
        if session.connection is None:
            session.connection = self._engine.connect()
        before = _changed(session.connection, work.settings)
        try:
            return self._engine.run(work, session.connection)
        finally:
            _restore(session.connection, work.settings, before)

    def close(self) -> None:
        """Forget all sessions."""
        with self._lock:
            for session in self._sessions.values():
                _close(session)
            self._sessions.clear()

    def _forget_idle(self) -> None:
        """Forget what has expired, and the oldest when there are too many."""
        now = self._clock()
        idle = sorted((each.expires, key) for key, each in self._sessions.items() if not each.busy)
        surplus = len(self._sessions) - MAX_SESSIONS + 1
        for at, (expires, key) in enumerate(idle):
            if expires <= now or at < surplus:
                _close(self._sessions.pop(key))


def _close(session: Session) -> None:
    if session.connection is not None:
        session.connection.close()
        session.connection = None


def _changed(connection: Any, settings: Mapping[str, str]) -> dict[str, str]:
    """Those of the settings that the session has set, with their values."""
    if not settings:
        return {}
    names = ", ".join(f"'{name}'" for name in settings if name.isidentifier())
    sql = f"SELECT name, value FROM system.settings WHERE changed AND name IN ({names or 'NULL'})"
    rows = bytes(connection.query(sql, "JSONEachRow", params={}).bytes())
    return {row["name"]: row["value"] for row in map(json.loads, rows.splitlines())}


def _restore(connection: Any, settings: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Undo the settings of one request."""
    for name in filter(str.isidentifier, settings):
        value = quoted(before[name], "'") if name in before else "DEFAULT"
        # An unknown setting was refused before and so needs no undoing.
        with suppress(RuntimeError):
            connection.query(f"SET {name} = {value}", "Null", params={})
