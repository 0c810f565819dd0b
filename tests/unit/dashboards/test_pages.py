"""Every page there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dash_ag_grid as dag
import pytest
from dash import dcc, html
from people import access_with_people

from dashboards.access.gate import SESSION_COOKIE
from dashboards.app import build_dashboard
from dashboards.pages import GROUPS, Page, all_pages
from dashboards.store import Store
from dashboards.texts import LANGUAGES, Texts


def nowhere() -> Store:
    """A store whose database is away."""

    def refuse(_: int) -> None:
        raise ConnectionRefusedError

    return Store(refuse)


def test_pages_have_paths_of_their_own() -> None:
    paths = [page.path for page in all_pages()]
    assert paths[0] == "/"
    assert len(set(paths)) == len(paths)


def test_a_page_is_in_a_group_of_the_navigation_or_reached_from_another_page() -> None:
    assert {page.group for page in all_pages()} <= {*GROUPS, ""}


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.key)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_laid_out_even_when_the_database_is_away(page: Page, language: str, tmp_path: Path) -> None:
    app = build_dashboard(nowhere(), str, access_with_people(tmp_path))
    assert page.layout(app.context, Texts(language, ZoneInfo("UTC")), "?period=7d").to_plotly_json()


def all_in(component: Any) -> Iterator[Any]:
    """A component and everything in it."""
    yield component
    children = getattr(component, "children", None) or []
    for child in children if isinstance(children, list | tuple) else [children]:
        yield from all_in(child)


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.key)
def test_every_figure_and_table_has_a_button_that_saves_it(page: Page, tmp_path: Path) -> None:
    app = build_dashboard(nowhere(), str, access_with_people(tmp_path))
    parts = list(all_in(page.layout(app.context, Texts("en", ZoneInfo("UTC")), "")))
    shown = {part.id for part in parts if isinstance(part, dcc.Graph | dag.AgGrid)}
    buttons = {part.id.removesuffix("-save") for part in parts if isinstance(part, html.Button)}
    assert shown
    assert shown <= buttons
    assert {f"{one}-file.data" for one in shown} <= set(app.callback_map)


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.key)
def test_how_a_figure_or_table_is_worked_out_is_told_beside_it(page: Page, tmp_path: Path) -> None:
    app = build_dashboard(nowhere(), str, access_with_people(tmp_path))
    parts = list(all_in(page.layout(app.context, Texts("en", ZoneInfo("UTC")), "")))
    told, untold = 0, []
    for section in (part for part in parts if isinstance(part, html.Section)):
        inside = list(all_in(section))
        shown = [part.id for part in inside if isinstance(part, dcc.Graph | dag.AgGrid)]
        recipes = [part for part in inside if getattr(part, "className", "") == "recipe"]
        told += len(recipes)
        untold += shown if not recipes else []
    assert told
    assert untold == []


def test_nothing_may_come_from_outside(tmp_path: Path) -> None:
    access = access_with_people(tmp_path)
    client = build_dashboard(nowhere(), str, access).server.test_client()
    client.set_cookie(SESSION_COOKIE, access.sessions.begin("viewer"))
    answer = client.get("/", headers={"Accept-Language": "ca"})
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert '<html lang="ca">' in answer.text
    assert "https://" not in answer.text
