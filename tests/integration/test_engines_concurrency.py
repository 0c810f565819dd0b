"""The engine under several clients at once: nobody gets bytes of another's answer."""

import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.stack

QUERIES = (
    "SELECT name, value FROM system.settings",
    "SELECT number, toString(number) FROM numbers(3000)",
    "SELECT name, type FROM system.columns LIMIT 3000",
)
CLIENTS, ROUNDS = 4, 40


@pytest.mark.parametrize("settings", [{}, {"wait_end_of_query": "1"}], ids=["streamed", "whole"])
def test_answers_are_the_same_bytes_however_many_ask_at_once(clickhouse, settings: dict[str, str]) -> None:
    url = f"http://{clickhouse.host}:{clickhouse.port}/?{urllib.parse.urlencode(settings)}"

    def ask(number: int) -> tuple[int, bytes]:
        which = number % len(QUERIES)
        with urllib.request.urlopen(url, f"{QUERIES[which]} FORMAT Native".encode()) as answer:
            return which, answer.read()

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = Counter(clients.map(ask, range(CLIENTS * ROUNDS)))
    assert len(answers) == len(QUERIES)
