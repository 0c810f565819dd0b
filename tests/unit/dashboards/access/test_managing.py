"""Rules are tried and switched by those who manage them, and by nobody else."""

import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from people import access_with_people
from visiting import CALLBACK, HERE, call_of

from dashboards.access.gate import SESSION_COOKIE
from dashboards.access.rights import Role
from dashboards.app import build_dashboard
from dashboards.questions.alerts import RuleRow
from dashboards.state import EPOCH
from dashboards.store import Store
from dashboards.trying import Progress
from infra.trying import Trial
from schemas.commands import Command
from schemas.names import RULE_SWITCH

RULE = RuleRow("won_back", "", True, "", "", 3, 2)
REFUSED = 403


def one_rule() -> Store:
    """A store that knows one rule."""

    def query(_: str, parameters: dict[str, Any], settings: object = None) -> SimpleNamespace:
        return SimpleNamespace(column_names=RuleRow._fields, result_rows=[tuple(RULE)])

    return Store(lambda _: SimpleNamespace(query=query))


class Desk:
    """A dashboard with what was sent and tried from it."""

    def __init__(self, folder: Path, role: Role) -> None:
        self.sent: list[Command] = []
        self.tried: list[str] = []
        access = access_with_people(folder)
        self.app = build_dashboard(one_rule(), str, access, send=self.sent.append, try_rule=self._try)
        self.client: FlaskClient = self.app.server.test_client()
        self.client.set_cookie(SESSION_COOKIE, access.sessions.begin(role))

    def _try(self, rule: str, since: datetime, progress: Progress) -> Trial:
        self.tried.append(rule)
        return Trial()

    def follow(self, rule: str, shown: Any) -> Any:
        """Have the callback run that follows a trial; returns what it sets, or nothing."""
        output = next(one for one in self.app.callback_map if "tried-told.children" in one)
        call = call_of(self.app, output, url=f"?rule={rule}", tried_shown=shown)
        answer = self.client.post(CALLBACK, json=call, headers={"Origin": HERE})
        return answer.json["response"] if answer.data else {}

    def press(self, button: str, note: str = "") -> Any:
        """Have the callback of the buttons run as a browser, or a forger, would."""
        given = {button.replace("-", "_"): 1, "url": "?rule=won_back", "switch_note": note}
        pulse = {"at": datetime(2026, 3, 31, tzinfo=UTC).isoformat()}
        call = call_of(self.app, "..rule-told.children...switch-note.value..", **given, pulse=pulse)
        call |= {"changedPropIds": [f"{button}.n_clicks"]}
        return self.client.post(CALLBACK, json=call, headers={"Origin": HERE})


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
@pytest.mark.parametrize("button", ["rule-try", "rule-on", "rule-off"])
def test_a_forged_call_of_somebody_else_does_nothing(tmp_path: Path, role: Role, button: str) -> None:
    desk = Desk(tmp_path, role)
    assert desk.press(button).status_code == REFUSED
    assert (desk.sent, desk.tried) == ([], [])


@pytest.mark.parametrize(("button", "on"), [("rule-on", True), ("rule-off", False)])
def test_an_administrator_switches_under_their_own_name(tmp_path: Path, button: str, on: bool) -> None:
    desk = Desk(tmp_path, Role.ADMIN)
    desk.press(button, " too many ")
    (command,) = desk.sent
    assert (command.type, command.subject) == (RULE_SWITCH, "won_back")
    assert (command.data.by, command.data.on, command.data.note) == ("admin", on, "too many")  # type: ignore[union-attr]


def test_trying_a_rule_sends_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Role.ADMIN)
    told = desk.press("rule-try").json["response"]["rule-told"]["children"]
    assert "being tried" in told
    assert desk.sent == []


def test_what_is_shown_of_a_trial_is_that_of_the_chosen_rule(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Role.ADMIN)
    trials = desk.app.context.trials
    for rule in ("won_back", "bad_series"):
        trials.begin(rule, EPOCH)
        while trials.of(rule).is_running:
            time.sleep(0.01)
    first = desk.follow("won_back", None)
    assert "would have raised 0 alerts" in first["tried-told"]["children"]
    shown = first["tried-shown"]["data"]
    assert desk.follow("won_back", shown) == {}
    assert desk.follow("bad_series", shown)["tried-shown"]["data"] != shown
    assert desk.follow("moment_unanswered", shown)["tried-list"] == {"hidden": True}
