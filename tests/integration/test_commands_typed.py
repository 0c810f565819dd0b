"""Commands as people type them, on the real broker, the real engine and a worker."""

import hmac
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
from calls import START, touchpoint
from clickhouse_connect.driver.client import Client
from jsonschema import Draft202012Validator
from kafka.admin import KafkaAdminClient
from typer.testing import CliRunner, Result
from workers import accounted, database, fresh_settings, publish, wait_until

from infra.cli import app
from infra.contract import FOLDER
from infra.setup import set_up
from infra.workers import environment_of, running_worker
from schemas.envelope import Event
from schemas.names import WEBHOOK_GROUP
from schemas.settings import Settings
from schemas.touchpoint import NameKind
from streams.connections import kafka_options
from streams.pseudonyms import pseudonymiser

pytestmark = pytest.mark.stack

PSEUDONYM_OF = pseudonymiser(b"a key for tests")
SECRET = "a secret for tests"


class World(NamedTuple):
    """An installation in which anna is disappointed, and bru was a visitor first."""

    settings: Settings
    client: Client

    def typed(self, *words: str, **changes: str) -> Result:
        """Run a `vincle` command; settings may be changed by their environment variables."""
        return CliRunner().invoke(app, words, env={**environment_of(self.settings), **changes})


def disappointed(who: str, day: float) -> list[tuple[str, bytes]]:
    """A strong bond, then a series of fruitless calls."""
    return [
        *[touchpoint(who, day + good, 0.9, importance=2.0) for good in (0, 1)],
        *[touchpoint(who, day + bad, -0.6, case="boiler", department="service") for bad in (5, 6, 7)],
    ]


def visitor_becomes(who: str) -> list[tuple[str, bytes]]:
    link = Event.linked(
        f"visitor-{who}",
        id=who,
        source="/shop",
        customer=who,
        time=START + timedelta(days=1),
        kind=NameKind.ANONYMOUS,
    )
    return [touchpoint(f"visitor-{who}", 0.5, 0.4), (who, link.to_json()), touchpoint(who, 2, 0.6)]


@pytest.fixture(scope="module")
def world(kafka: str, clickhouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path_factory.mktemp("commands"))
    with database(settings) as client, running_worker(settings):
        publish(settings, [*disappointed("anna", 0), *visitor_becomes("bru")])
        wait_until(lambda: accounted(client) == 8, "all journaled")
        wait_until(lambda: touchpoints_of(client, person_of_bru()) == 2, "bru's names to be one person")
        wait_until(lambda: bool(client.command("SELECT count() FROM v_alerts")), "anna's alerts")
        yield World(settings, client)


def person_of_bru() -> str:
    return min(PSEUDONYM_OF("bru"), PSEUDONYM_OF("visitor-bru"))


def touchpoints_of(client: Client, person: str) -> int:
    query = "SELECT touchpoints FROM v_bonds WHERE person_id = {person:String}"
    return int((client.query(query, {"person": person}).result_rows or [(0,)])[0][0])


@pytest.mark.parametrize("name", ["bru", "visitor-bru", PSEUDONYM_OF("bru"), PSEUDONYM_OF("visitor-bru")])
def test_a_brief_is_of_the_person_whichever_name_is_asked(world: World, name: str) -> None:
    answer = world.typed("brief", name, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    document = json.loads((FOLDER / "openapi.json").read_text())
    schema = {"$ref": "#/components/schemas/Brief", "components": document["components"]}
    Draft202012Validator(schema).validate(told)
    assert told["person_id"] == person_of_bru()
    assert len(told["last"]) == 2


def test_a_brief_is_printed_for_people(world: World) -> None:
    printed = world.typed("brief", "anna").stdout
    assert PSEUDONYM_OF("anna") in printed
    assert "To do" in printed


def test_of_a_stranger_there_is_no_brief(world: World) -> None:
    answer = world.typed("brief", "nobody")
    assert answer.exit_code == 1
    assert answer.stderr == "vincle: nothing is known of customer nobody\n"


def test_an_alert_is_assigned_and_done_and_a_rule_switched(world: World) -> None:
    alert = world.client.command("SELECT alert_id FROM v_alerts ORDER BY alert_id LIMIT 1")
    assert alert in world.typed("alerts", "list").stdout
    for words in (
        ("assign", alert, "joan", "--by", "marta"),
        ("done", alert, "--by", "joan", "--note", "Trucat."),
        ("disable", "silent_fading", "--by", "marta"),
        ("enable", "silent_fading", "--by", "joan"),
    ):
        assert world.typed("alerts", *words).exit_code == 0
        by = words[words.index("--by") + 1]
        wait_until(partial(is_obeyed, world.client, words[1], by), "the command to be obeyed")
    row = "SELECT state, state_by, assigned_to, note FROM v_alerts WHERE alert_id = {alert:String}"
    assert world.client.query(row, {"alert": alert}).result_rows == [("done", "joan", "joan", "Trucat.")]
    rule = "SELECT is_on, switched_by FROM v_alert_rules WHERE rule = 'silent_fading'"
    assert world.client.query(rule).result_rows == [(True, "joan")]
    wrong = world.typed("alerts", "assign", alert, "")
    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("vincle: ")


def is_obeyed(client: Client, subject: str, by: str) -> bool:
    query = "SELECT count() FROM v_commands WHERE subject = {subject:String} AND issued_by = {by:String}"
    return bool(client.command(query, {"subject": subject, "by": by}))


def test_who_may_open_the_dashboard_is_added_listed_changed_and_removed(world: World) -> None:
    link = world.typed("users", "add", "marta", "--role", "operator").stdout
    assert link.startswith(f"{world.settings.public_address}/link/")
    again = world.typed("users", "password-link", "marta").stdout
    assert again.startswith(f"{world.settings.public_address}/link/")
    assert again != link
    assert world.typed("users", "role", "marta", "admin").exit_code == 0
    assert len(world.typed("users", "token", "desktop").stdout.strip()) > 20
    listed = [line.split() for line in world.typed("users", "list").stdout.splitlines()]
    assert ["marta", "person", "admin", "no"] in listed
    assert ["desktop", "client", "operator", "yes"] in listed
    assert world.typed("users", "remove", "desktop").exit_code == 0
    assert "desktop" not in world.typed("users", "list").stdout
    assert world.typed("users", "remove", "desktop").stderr.startswith("vincle: ")


@pytest.mark.parametrize(
    "mode",
    [
        {
            "VINCLE_SIGN_IN": "oidc",
            "VINCLE_OIDC_ISSUER": "https://id.example.org",
            "VINCLE_OIDC_CLIENT_ID": "vincle",
            "VINCLE_OIDC_CLIENT_SECRET": SECRET,
        },
        {
            "VINCLE_SIGN_IN": "header",
            "VINCLE_SIGN_IN_HEADER": "X-User",
            "VINCLE_TRUSTED_PROXIES": "127.0.0.1/32",
        },
    ],
    ids=lambda mode: mode["VINCLE_SIGN_IN"],
)
def test_where_somebody_else_vouches_for_people_there_is_no_link_to_a_password(
    world: World, mode: dict[str, str]
) -> None:
    added = world.typed("users", "add", f"pol-{mode['VINCLE_SIGN_IN']}", **mode)
    assert (added.exit_code, added.stdout) == (0, "")
    refused = world.typed("users", "password-link", f"pol-{mode['VINCLE_SIGN_IN']}", **mode)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"VINCLE_SIGN_IN={mode['VINCLE_SIGN_IN']}" in refused.stderr


def test_the_links_of_a_new_broker_are_filled_from_the_journal_once(world: World) -> None:
    settings = world.settings.model_copy(update={"topic_prefix": f"{world.settings.topic_prefix}new."})
    assert "published 1 pairs of linked names again" in list(set_up(settings))
    assert not any("again" in line for line in set_up(settings))
    with running_worker(settings):
        publish(settings, [touchpoint("visitor-bru", 9, 0.3)])
        wait_until(lambda: touchpoints_of(world.client, person_of_bru()) == 3, "the visitor to be bru")


def test_the_webhook_sends_an_alert_signed_and_once(world: World, tmp_path: Path) -> None:
    came: list[tuple[dict[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(503 if len(came) == 1 else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    environment = {
        **environment_of(world.settings),
        "VINCLE_WEBHOOK_URL": f"http://127.0.0.1:{server.server_port}/",
        "VINCLE_WEBHOOK_SECRET": SECRET,
    }
    with (tmp_path / "webhook.log").open("wb") as log:
        command = [sys.executable, "-m", "infra.cli", "webhook"]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_until(lambda: listens(world.settings), "the webhook to listen")
        publish(world.settings, disappointed("cesc", 30))
        query = "SELECT groupArray(alert_id) FROM v_alerts WHERE person_id = {person:String}"
        person = {"person": PSEUDONYM_OF("cesc")}
        wait_until(lambda: delivered(came) != [], "an alert to be taken")
        wait_until(
            lambda: sorted(delivered(came)) == sorted(world.client.query(query, person).result_rows[0][0]),
            "every alert to be taken once",
        )
    finally:
        process.terminate()
        process.wait(30)
        server.shutdown()
        thread.join()
        server.server_close()
    assert came[0][1] == came[1][1], "what was not taken came again"
    for headers, body in came:
        proof = hmac.new(SECRET.encode(), f"{headers['Vincle-Timestamp']}.".encode() + body, sha256)
        assert headers["Vincle-Signature"] == f"v1={proof.hexdigest()}"


def delivered(came: list[tuple[dict[str, str], bytes]]) -> list[str]:
    """Return the ids of the alerts that were taken: all but the first attempt."""
    return [json.loads(body)["id"] for _, body in came[1:]]


def listens(settings: Settings) -> bool:
    """Has the webhook its partitions, from whose ends on it reads?"""
    admin = KafkaAdminClient(**kafka_options(settings))
    try:
        group = settings.topic(WEBHOOK_GROUP)
        return bool(admin.describe_groups([group])[group]["members"])
    finally:
        admin.close()
