"""What analysts find in ClickHouse: everything explained."""

from pathlib import Path

import pytest
from workers import database, fresh_settings

from schemas.names import View

pytestmark = pytest.mark.stack


def test_every_table_view_and_column_says_what_it_is(kafka: str, clickhouse, tmp_path: Path) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    with database(settings) as client:
        here = {"here": settings.clickhouse_database}
        tables = client.query("SELECT name, comment FROM system.tables WHERE database = {here:String}", here)
        columns = client.query(
            "SELECT table, name, comment FROM system.columns WHERE database = {here:String}", here
        )
    assert [name for name, comment in tables.result_rows if not comment] == []
    unexplained = [row[:2] for row in columns.result_rows if not row[2]]
    assert unexplained == []


def test_every_published_view_is_there(kafka: str, clickhouse, tmp_path: Path) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    with database(settings) as client:
        names = client.query(
            "SELECT name FROM system.tables WHERE database = {here:String} AND name LIKE 'v\\_%'",
            {"here": settings.clickhouse_database},
        ).result_columns[0]
    assert set(names) == set(View)
