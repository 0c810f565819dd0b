"""Customers are erased by administrators who mean it, and by nobody else."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from people import access_with_people
from visiting import CALLBACK, HERE, call_of

from dashboards.access.gate import SESSION_COOKIE
from dashboards.access.rights import Role
from dashboards.app import build_dashboard
from dashboards.parts.erasure import ERASES
from dashboards.questions.told import KnownRow
from dashboards.sending import Send, no_way
from dashboards.store import Store
from schemas.commands import Command

AT = datetime(2026, 3, 31, 18, tzinfo=UTC)
WHO = "0123456789abcdef0123"
KNOWN = KnownRow(WHO, "", "", "bond-1", AT)


def one_customer() -> Store:
    """A store that knows one customer."""

    def query(_: str, parameters: dict[str, Any], settings: object = None) -> SimpleNamespace:
        rows = [tuple(KNOWN)] if parameters.get("person") == WHO else []
        return SimpleNamespace(column_names=KnownRow._fields, result_rows=rows)

    return Store(lambda _: SimpleNamespace(query=query))


def press(folder: Path, send: Send, role: Role, button: str, meant: str = WHO[:6], who: str = WHO) -> str:
    """Have the callback of the buttons run as a browser, or a forger, would; returns what is told."""
    access = access_with_people(folder)
    app = build_dashboard(one_customer(), str, access, send=send)
    client = app.server.test_client()
    client.set_cookie(SESSION_COOKIE, access.sessions.begin(role))
    given = {button.replace("-", "_"): 1, "url": f"?id={who}", "erasure_meant": meant}
    call = call_of(app, "..erasure-told.children...erasure-meant.value..", **given) | {
        "changedPropIds": [f"{button}.n_clicks"]
    }
    answer = client.post(CALLBACK, json=call, headers={"Origin": HERE})
    return str(answer.json["response"]["erasure-told"]["children"])


@pytest.mark.parametrize("button", ERASES)
def test_an_administrator_who_means_it_sends_the_command(tmp_path: Path, button: str) -> None:
    sent: list[Command] = []
    assert "Sent" in press(tmp_path, sent.append, Role.ADMIN, button)
    assert [(one.type, one.subject, one.data.by) for one in sent] == [(ERASES[button], WHO, Role.ADMIN)]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_a_forged_call_of_anybody_else_sends_nothing(tmp_path: Path, role: Role) -> None:
    sent: list[Command] = []
    assert "administrators" in press(tmp_path, sent.append, role, "erasure-erase")
    assert sent == []


@pytest.mark.parametrize("meant", ["", WHO[:5], "ffffff"])
def test_who_does_not_mean_it_erases_nobody(tmp_path: Path, meant: str) -> None:
    sent: list[Command] = []
    assert "Not sent" in press(tmp_path, sent.append, Role.ADMIN, "erasure-erase", meant)
    assert sent == []


def test_what_is_no_customer_is_not_erased(tmp_path: Path) -> None:
    sent: list[Command] = []
    press(tmp_path, sent.append, Role.ADMIN, "erasure-erase", "ffffff", who="f" * 20)
    assert sent == []


def test_it_is_told_when_the_command_did_not_arrive(tmp_path: Path) -> None:
    assert "Kafka does not answer" in press(tmp_path, no_way, Role.ADMIN, "erasure-erase")
