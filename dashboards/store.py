"""The only door to ClickHouse: named queries in, typed rows out, bounded in time and size.

StoreError
├── StoreAwayError    it does not answer, or is not set up yet; trying again later helps
├── StoreSlowError    it answers, but not in time; a narrower question helps
└── StoreEmptyError   it answers that there is nothing
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError

from dashboards.queries import all_queries

Row = TypeVar("Row", bound=tuple[Any, ...])
_Key = tuple[str, tuple[tuple[str, Any], ...]]

_TOO_SLOW = frozenset({158, 159, 160, 241, 307, 396})
"""Too many rows, timeouts, memory, too many bytes."""
_NOT_SET_UP = frozenset({46, 60, 81})
"""Unknown function, table, database: migrations have not run."""


PATIENT = frozenset({"what_if.compared"})
"""Questions that nobody waits for in front of a page."""


class StoreError(Exception):
    """A question was not answered."""


class StoreAwayError(StoreError):
    """ClickHouse does not answer, or is not set up yet."""


class StoreSlowError(StoreError):
    """ClickHouse gave up: the question takes too long or too much."""


class StoreEmptyError(StoreError):
    """There is nothing to show."""


class Client(Protocol):
    """What is needed of a client of clickhouse_connect."""

    def query(self, query: str, parameters: Any = None, settings: Any = None) -> Any: ...


@dataclass(frozen=True)
class Limits:
    """How much one question may take."""

    seconds: int = 8
    patient_seconds: int = 25
    """The same for PATIENT questions, which are asked in the background."""
    rows: int = 50_000
    fresh_seconds: float = 1.0
    """An answer this young is given again."""
    kept: int = 256
    """Answers remembered."""


class _Answer:
    """One answer, being fetched or there."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.at = float("-inf")
        self.rows: tuple[Any, ...] = ()


class Store:
    """Asks ClickHouse; threads may share it.

    `connect` is called when first needed and after a failure, with the seconds that a question may take.
    """

    def __init__(
        self,
        connect: Callable[[int], Client],
        queries: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._queries = all_queries() if queries is None else queries
        self._limits = limits or Limits()
        self._clock = clock
        self._clients: dict[int, Client] = {}
        self._lock = threading.Lock()
        self._answers: OrderedDict[_Key, _Answer] = OrderedDict()

    def rows(self, query: str, row: type[Row], **parameters: Any) -> tuple[Row, ...]:
        """Return the rows of a named query; the fields of `row` must be its columns in order.

        Several threads with the same question wait for one answer. Raises StoreAwayError, StoreSlowError.
        """
        answer = self._answer_to(
            (query, tuple(sorted((name, _frozen(value)) for name, value in parameters.items())))
        )
        with answer.lock:
            if self._clock() - answer.at > self._limits.fresh_seconds:
                answer.rows = self._fetch(query, row, parameters)
                answer.at = self._clock()
            return answer.rows

    def row(self, query: str, row: type[Row], **parameters: Any) -> Row:
        """Return the first row of a named query; raises StoreEmptyError if there is none."""
        rows = self.rows(query, row, **parameters)
        if not rows:
            raise StoreEmptyError(query)
        return rows[0]

    def _answer_to(self, key: _Key) -> _Answer:
        with self._lock:
            answer = self._answers.setdefault(key, _Answer())
            self._answers.move_to_end(key)
            while len(self._answers) > self._limits.kept:
                self._answers.popitem(last=False)
            return answer

    def _fetch(self, query: str, row: type[Row], parameters: Mapping[str, Any]) -> tuple[Row, ...]:
        seconds = self._limits.patient_seconds if query in PATIENT else self._limits.seconds
        settings = {
            "max_execution_time": seconds,
            "max_result_rows": self._limits.rows,
            "result_overflow_mode": "throw",
        }
        client = self._connected(seconds)
        try:
            result = client.query(self._queries[query], parameters=dict(parameters), settings=settings)
        except DatabaseError as error:
            raise self._meaning(error) from error
        except (ClickHouseError, OSError) as error:
            raise self._away(error) from error
        fields = getattr(row, "_fields", ())
        if result.result_rows and tuple(result.column_names) != fields:
            raise TypeError(f"{query} gives {result.column_names}, {row.__name__} has {fields}")
        return tuple(row(*values) for values in result.result_rows)

    def _meaning(self, error: Any) -> Exception:
        if error.code in _TOO_SLOW or "timed out" in str(error).lower():
            return StoreSlowError(str(error))
        if error.code is None or error.code in _NOT_SET_UP:
            return self._away(error)
        return cast(Exception, error)

    def _away(self, error: Exception) -> StoreAwayError:
        with self._lock:
            self._clients.clear()
        return StoreAwayError(str(error))

    def _connected(self, seconds: int) -> Client:
        with self._lock:
            if seconds not in self._clients:
                try:
                    self._clients[seconds] = self._connect(seconds)
                except (ClickHouseError, OSError) as error:
                    raise StoreAwayError(str(error)) from error
            return self._clients[seconds]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def open_store(
    host: str,
    port: int,
    database: str,
    username: str = "default",
    password: str = "",
    secure: bool = False,
    ca_file: Path | None = None,
    limits: Limits | None = None,
) -> Store:
    """Return a store over ClickHouse's HTTP interface; nothing is connected before the first question."""
    bounds = limits or Limits()

    def connect(seconds: int) -> Client:
        client: Client = clickhouse_connect.get_client(
            host=host,
            port=port,
            database=database,
            username=username,
            password=password,
            secure=secure,
            ca_cert=str(ca_file) if ca_file else None,
            autogenerate_session_id=False,
            query_retries=0,
            tz_mode="aware",
            connect_timeout=3,
            send_receive_timeout=seconds + 2,
        )
        return client

    return Store(connect, limits=bounds)
