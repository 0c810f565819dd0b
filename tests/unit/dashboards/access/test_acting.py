"""Alerts are brought further by those who may, and by nobody else."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dash import Dash
from people import access_with_people
from visiting import CALLBACK, HERE, call_of

from dashboards.access.gate import SESSION_COOKIE
from dashboards.access.rights import Role
from dashboards.app import build_dashboard
from dashboards.parts.alert import ACTS
from dashboards.questions.alerts import AlertRow
from dashboards.sending import Send, no_way
from dashboards.store import Store
from schemas.commands import Command
from schemas.names import ALERT_ACKNOWLEDGE, ALERT_ASSIGN

AT = datetime(2026, 3, 31, 18, tzinfo=UTC)
ALERT = AlertRow(
    "a1", "p1", "", "bond_breaking", "", False, AT, "service", 30.0, 5.0, -25.0, "recover", [], AT, None,
    "open", AT, "", "", "",
)  # fmt: skip
Press = Callable[..., Any]


def one_alert() -> Store:
    """A store that knows one alert."""

    def query(_: str, parameters: dict[str, Any], settings: object = None) -> SimpleNamespace:
        rows = [tuple(ALERT)] if parameters.get("alert") == "a1" else []
        return SimpleNamespace(column_names=AlertRow._fields, result_rows=rows)

    return Store(lambda _: SimpleNamespace(query=query))


def pressed(
    folder: Path, send: Send, role: Role, button: str, search: str = "?alert=a1", **values: Any
) -> dict[str, Any]:
    """Have the callback of the buttons run as a browser, or a forger, would; returns what it sets."""
    access = access_with_people(folder)
    app: Dash = build_dashboard(one_alert(), str, access, send=send)
    client = app.server.test_client()
    client.set_cookie(SESSION_COOKIE, access.sessions.begin(role))
    given = {button.replace("-", "_"): 1, "url": search, "alert_to": "joan", "alert_note": "", **values}
    call = call_of(app, "..alert-told.children...alert-note.value..", **given) | {
        "changedPropIds": [f"{button}.n_clicks"]
    }
    answer = client.post(CALLBACK, json=call, headers={"Origin": HERE})
    return answer.json["response"]


def press(*given: Any, **values: Any) -> str:
    """The same; returns what is told."""
    return str(pressed(*given, **values)["alert-told"]["children"])


@pytest.mark.parametrize("button", ACTS)
def test_a_forged_call_of_a_viewer_sends_nothing(tmp_path: Path, button: str) -> None:
    sent: list[Command] = []
    assert "Operators" in press(tmp_path, sent.append, Role.VIEWER, button)
    assert sent == []


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
def test_whoever_may_act_acts_under_their_own_name(tmp_path: Path, role: Role) -> None:
    sent: list[Command] = []
    assert "Sent" in press(tmp_path, sent.append, role, "alert-acknowledge", alert_note=" I call ")
    (command,) = sent
    assert (command.type, command.subject) == (ALERT_ACKNOWLEDGE, "a1")
    assert (command.data.by, command.data.note) == (role, "I call")


def test_an_alert_is_assigned_to_somebody(tmp_path: Path) -> None:
    sent: list[Command] = []
    press(tmp_path, sent.append, Role.OPERATOR, "alert-assign")
    assert [(one.type, one.data.to) for one in sent] == [(ALERT_ASSIGN, "joan")]  # type: ignore[union-attr]


def test_an_alert_is_not_assigned_to_nobody(tmp_path: Path) -> None:
    sent: list[Command] = []
    assert "Not sent" in press(tmp_path, sent.append, Role.OPERATOR, "alert-assign", alert_to=" ")
    assert sent == []


def test_what_is_no_alert_is_not_acted_on(tmp_path: Path) -> None:
    sent: list[Command] = []
    press(tmp_path, sent.append, Role.OPERATOR, "alert-close", search="?alert=other")
    assert sent == []


def test_it_is_told_when_a_command_did_not_arrive(tmp_path: Path) -> None:
    assert "Kafka does not answer" in press(tmp_path, no_way, Role.OPERATOR, "alert-close")


@pytest.mark.parametrize(("send", "is_emptied"), [(lambda _: None, True), (no_way, False)])
def test_a_note_is_emptied_once_it_was_sent(tmp_path: Path, send: Send, is_emptied: bool) -> None:
    answer = pressed(tmp_path, send, Role.OPERATOR, "alert-close", alert_note="done")
    assert (answer.get("alert-note") == {"value": ""}) is is_emptied
