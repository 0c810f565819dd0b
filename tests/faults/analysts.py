"""Analysts who ask the worst that the gate lets through, several at once, again and again."""

import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice

from schemas.names import DatabaseUser

from .rows.row import Blow

AT_ONCE = 8
PATIENCE_SECONDS = 60 + 30 + 5
"""A query waits for a place, runs to the limit of its role, and is ended."""
LIMITS = {"158", "159", "202", "241", "396"}
"""ClickHouse's errors for what goes beyond a limit: rows read, time, queries at once, memory, rows told."""
WORST = (
    "SELECT count() FROM v_touchpoints AS a CROSS JOIN v_touchpoints AS b WHERE a.valence < b.valence",
    "SELECT a.person_id, max(b.index_after - a.index_after) FROM v_steps AS a INNER JOIN v_steps AS b"
    " ON a.type = b.type GROUP BY a.person_id",
    "SELECT person_id, quantileExact(valence), groupArray(payload) FROM v_touchpoints GROUP BY person_id",
    "SELECT *, row_number() OVER (PARTITION BY stage ORDER BY payload) FROM v_touchpoints ORDER BY evidence",
    "SELECT sum(bond_index) FROM v_bond_at(at = '2025-12-31 00:00:00', known_by = '2299-12-31 00:00:00',"
    " model = 'bond-1', person = '')",
    "SELECT arrayJoin(range(100000)) AS n, uniqExact(touchpoint_id, n) FROM v_touchpoints GROUP BY n",
    "SELECT * FROM v_failures ORDER BY failed_at",
    "SELECT * FROM v_reconciliation",
)


class Analysts:
    """Each asks one of the worst; what an answer says does not matter, but that each comes in time.

    That a query went beyond a limit is an answer too; any other refusal says that it is not one of the worst.
    """

    def __init__(self, url: str, database: str, queries: Sequence[str] = WORST) -> None:
        self._url, self._database, self._queries = url, database, queries
        self._leaving = threading.Event()
        self._threads: list[threading.Thread] = []
        self._answered: set[str] = set()
        self._refused: list[str] = []
        self._unanswered: list[str] = []

    def strike(self, blow: Blow) -> Callable[[], None]:
        """Begin to ask; return what ends it."""
        assert blow is Blow.START
        self._threads = [
            threading.Thread(target=self._ask_on, args=(sql,), daemon=True)
            for sql in islice(cycle(self._queries), AT_ONCE)
        ]
        for thread in self._threads:
            thread.start()
        return self.leave

    def leave(self) -> None:
        """Ask no more."""
        self._leaving.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def shortfalls(self) -> Iterator[str]:
        """Yield what did not come, if they were asked to ask."""
        if self._unanswered:
            yield f"{len(self._unanswered)} queries did not end, as {self._unanswered[0]}"
        if self._refused:
            yield f"{len(self._refused)} queries were refused, as {self._refused[0]}"
        if self._threads and (left := set(self._queries) - self._answered):
            yield f"{len(left)} queries were never answered, as {min(left)}"

    def _ask_on(self, sql: str) -> None:
        while not self._leaving.is_set():
            try:
                self._ask(sql)
                self._answered.add(sql)
            except urllib.error.HTTPError as error:
                if error.headers["X-ClickHouse-Exception-Code"] in LIMITS:
                    self._answered.add(sql)
                else:
                    self._refused.append(f"{error.read().decode(errors='replace').strip()}: {sql}")
                error.close()
            except OSError as error:
                self._unanswered.append(f"{error}: {sql}")

    def _ask(self, sql: str) -> None:
        told = urllib.parse.urlencode({"database": self._database, "default_format": "Null"})
        request = urllib.request.Request(f"{self._url}/?{told}", sql.encode())
        request.add_header("X-ClickHouse-User", DatabaseUser.ANALYST)
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            while answer.read(1 << 20):
                pass
