"""Analysts who ask the worst: the gate lets it through, and a query that it refuses is told."""

from collections.abc import Sequence

import pytest

from infra.setup import set_up_database
from schemas.settings import Settings

from .analysts import WORST, Analysts
from .rows.row import Blow

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def asked(clickhouse, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a database that is set up, and empty."""
    settings = Settings(
        clickhouse_port=clickhouse.port,
        clickhouse_database="asked_the_worst",
        data_folder=tmp_path_factory.mktemp("asked"),
    )
    list(set_up_database(settings))
    return settings


def shortfalls(settings: Settings, queries: Sequence[str]) -> list[str]:
    """What falls short once each query was asked."""
    address = f"http://{settings.clickhouse_host}:{settings.clickhouse_port}"
    analysts = Analysts(address, settings.clickhouse_database, queries)
    analysts.strike(Blow.START)()
    return list(analysts.shortfalls())


@pytest.mark.parametrize("sql", WORST)
def test_the_worst_is_let_through(asked: Settings, sql: str):
    assert shortfalls(asked, [sql]) == []


def test_a_query_that_is_refused_is_told(asked: Settings):
    refused, unanswered = shortfalls(asked, ["SELECT * FROM journal"])

    assert "journal may not be read (ACCESS_DENIED)" in refused
    assert unanswered == "1 queries were never answered, as SELECT * FROM journal"


def test_a_query_that_goes_beyond_a_limit_is_answered(asked: Settings):
    assert shortfalls(asked, ["SELECT number FROM numbers(3000000)"]) == []


def test_who_was_not_asked_falls_short_of_nothing():
    assert list(Analysts("http://127.0.0.1:1", "none").shortfalls()) == []
