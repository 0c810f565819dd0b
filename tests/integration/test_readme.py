"""What the README shows works: its queries run, its table of commands is that of the command line."""

import re
from pathlib import Path

import pytest
from typer.main import get_command
from workers import database, fresh_settings, publish, settled, wait_until

from infra.cli import app
from infra.workers import running_worker
from schemas.envelope import Event
from schemas.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)


@pytest.mark.stack
def test_every_query_gives_rows_once_there_are_journeys(kafka: str, clickhouse, tmp_path: Path) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    at = {"source": "/shop", "customer": "c1"}
    events = [
        Event.touchpoint("delivery.late", id="1", time="2026-02-01T09:00:00Z", facts={"days_late": 3}, **at),
        Event.touchpoint("customer.left", id="2", time="2026-02-02T09:00:00Z", **at),
    ]
    with running_worker(settings), database(settings) as client:
        publish(settings, [("c1", event.to_json()) for event in events])
        wait_until(lambda: settled(client, len(events)), "all events journaled and folded")
        assert len(QUERIES) == 5
        for query in QUERIES:
            assert client.query(query).result_rows, query


def test_every_command_stands_in_the_readme() -> None:
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert re.search(rf"`vincle {name}|`{name}`|make {name}", README), name


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
