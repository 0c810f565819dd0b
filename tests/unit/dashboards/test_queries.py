"""The SQL of the dashboard: published views only, values only as parameters."""

import re
from pathlib import Path

import pytest

import dashboards
from dashboards.queries import all_queries

SOURCE = re.compile(r"\b(?:FROM|JOIN)\s+(?!\()(\w+)", re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(all_queries()))
def test_only_published_views_are_read(name: str) -> None:
    sources = SOURCE.findall(re.sub(r"--.*", "", all_queries()[name]))
    assert sources
    assert [source for source in sources if not source.startswith("v_")] == []


@pytest.mark.parametrize("name", sorted(all_queries()))
def test_values_come_as_parameters(name: str) -> None:
    assert not re.search(r"%s|%\(|\{\w+\}|\{\{", all_queries()[name])


def test_every_query_is_asked_and_every_asked_query_exists() -> None:
    code = "\n".join(path.read_text() for path in Path(dashboards.__path__[0]).rglob("*.py"))
    assert set(re.findall(r'"(\w+\.\w+)",\s+\w+Row\b', code)) == set(all_queries())
