"""A section answers, says why it cannot, and is asked again only where that may help."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError
from people import access_with_people
from visiting import CALLBACK, HERE, call_of

from dashboards.access.gate import SESSION_COOKIE
from dashboards.access.rights import Role
from dashboards.app import build_dashboard
from dashboards.store import Store

TOO_SLOW = 159
WAITING = "section is-wide is-waiting"


def failing(code: int | None) -> Store:
    """A store whose database refuses with a code; None: it is not there."""

    def query(*_: object, **__: object) -> SimpleNamespace:
        error = DatabaseError("no")
        error.code = code
        raise error

    return Store(lambda _: SimpleNamespace(query=query))


def looked(folder: Path, store: Store, by: str = "pulse.data", now: str = WAITING) -> dict[str, Any]:
    """What the section of the map looks like after it was asked, as an id's properties."""
    access = access_with_people(folder)
    app = build_dashboard(store, str, access)
    output = next(key for key in app.callback_map if key.startswith("..map.className"))
    pulse = {"at": datetime(2026, 3, 31, tzinfo=UTC).isoformat()}
    call = call_of(app, output, url="", pulse=pulse, scheme="light", map=now) | {"changedPropIds": [by]}
    client = app.server.test_client()
    client.set_cookie(SESSION_COOKIE, access.sessions.begin(Role.ADMIN))
    answer = client.post(CALLBACK, json=call, headers={"Origin": HERE})
    return dict(answer.json["response"]) if answer.data else {}


def test_what_takes_too_long_says_what_to_do(tmp_path: Path) -> None:
    said = looked(tmp_path, failing(TOO_SLOW))
    assert "Choose a shorter period" in said["map-note"]["children"]
    assert said["map"]["className"].split()[-2:] == ["is-empty", "is-slow"]


def test_a_database_that_is_away_leaves_what_is_shown(tmp_path: Path) -> None:
    said = looked(tmp_path, failing(None))
    assert said == {"map": {"className": f"{WAITING} is-late"}}
    again = looked(tmp_path / "again", failing(None), by="again.data", now=f"{WAITING} is-late")
    assert again == {"map": {"className": f"{WAITING} is-late"}}


@pytest.mark.parametrize(("now", "asks"), [("section is-wide", False), ("section is-empty is-slow", True)])
def test_only_what_was_not_answered_is_asked_again(tmp_path: Path, now: str, asks: bool) -> None:
    assert bool(looked(tmp_path, failing(TOO_SLOW), by="again.data", now=now)) is asks
