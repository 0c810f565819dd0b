"""The door to ClickHouse, with a client made by hand."""

import threading
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from dashboards.store import PATIENT, Limits, Store, StoreAwayError, StoreEmptyError, StoreSlowError


class Row(NamedTuple):
    """A row of the test's only query."""

    name: str
    people: int


class Client:
    """Answers with what it is given; counts how often it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked, self.settings = answer, 0, {}

    def query(self, query: str, parameters: Any = None, settings: Any = None) -> Any:
        self.asked, self.settings = self.asked + 1, settings
        if isinstance(self.answer, Exception):
            raise self.answer
        return SimpleNamespace(column_names=("name", "people"), result_rows=self.answer)


def store_of(client: Client, now: list[float] | None = None) -> Store:
    times = now or [0.0]
    return Store(lambda _: client, {"page.some": "SELECT"}, Limits(), lambda: times[0])


def test_rows_are_typed() -> None:
    assert store_of(Client([("club", 3)])).rows("page.some", Row) == (Row("club", 3),)


def test_every_question_is_bounded() -> None:
    client = Client([])
    store_of(client).rows("page.some", Row)
    assert client.settings["max_execution_time"] > 0
    assert client.settings["max_result_rows"] > 0


def test_the_same_question_is_asked_once_while_its_answer_is_fresh() -> None:
    client, now = Client([("club", 3)]), [0.0]
    store = store_of(client, now)
    for _ in range(3):
        store.rows("page.some", Row, segment="club")
    store.rows("page.some", Row, segment="new")
    assert client.asked == 2
    now[0] = 60.0
    store.rows("page.some", Row, segment="club")
    assert client.asked == 3


def test_threads_with_the_same_question_wait_for_one_answer() -> None:
    client = Client([("club", 3)])
    store = store_of(client)
    threads = [threading.Thread(target=store.rows, args=("page.some", Row)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.asked == 1


def test_nothing_found_is_an_answer_and_one_row_asked_for_is_not_there() -> None:
    store = store_of(Client([]))
    assert store.rows("page.some", Row) == ()
    with pytest.raises(StoreEmptyError):
        store.row("page.some", Row)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (OperationalError("Connection refused"), StoreAwayError),
        (ConnectionResetError(), StoreAwayError),
        (DatabaseError("no database", code=81), StoreAwayError),
        (DatabaseError("no table", code=60), StoreAwayError),
        (DatabaseError("Timeout exceeded", code=159), StoreSlowError),
        (DatabaseError("Memory limit", code=241), StoreSlowError),
        (OperationalError("read timed out"), StoreSlowError),
    ],
)
def test_failures_have_a_meaning(error: Exception, meaning: type[Exception]) -> None:
    with pytest.raises(meaning):
        store_of(Client(error)).rows("page.some", Row)


def test_our_own_mistakes_are_not_hidden() -> None:
    with pytest.raises(DatabaseError):
        store_of(Client(DatabaseError("syntax", code=62))).rows("page.some", Row)


def test_other_columns_than_expected_are_a_mistake() -> None:
    class Other(NamedTuple):
        name: str

    with pytest.raises(TypeError):
        store_of(Client([("club", 3)])).rows("page.some", Other)


def test_a_database_that_hangs_is_waited_for_no_longer_than_a_question_may_take() -> None:
    waits: list[int] = []
    (patient,) = PATIENT

    def connect(seconds: int) -> Client:
        waits.append(seconds)
        return Client([])

    store = Store(connect, {"page.some": "SELECT", patient: "SELECT"}, Limits(seconds=3))
    for query in ("page.some", patient, "page.some"):
        store.rows(query, Row, again=len(waits))
    assert waits == [3, Limits().patient_seconds]


def test_after_a_failure_it_connects_anew() -> None:
    clients = [Client(OperationalError("gone")), Client([("club", 3)])]
    store = Store(lambda _: clients.pop(0), {"page.some": "SELECT"})
    with pytest.raises(StoreAwayError):
        store.rows("page.some", Row)
    assert store.rows("page.some", Row) == (Row("club", 3),)
