"""Alerts and hints between the real broker, a worker and the real engine; a crash loses and doubles none."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from calls import START, touchpoint
from clickhouse_connect.driver.client import Client
from workers import database, fresh_settings, messages, publish, settled, wait_until

from infra.commanding import sender
from infra.workers import running_worker
from schemas.commands import Command
from schemas.names import ALERT_ACKNOWLEDGE, ALERT_ASSIGN, ALERT_CLOSE, RULE_SWITCH, Topic
from schemas.settings import Settings
from streams.crashpoints import Point

pytestmark = pytest.mark.stack


def broken(who: str) -> list[tuple[str, bytes]]:
    """A strong bond, fruitless calls, a moment of truth that nobody answers."""
    return [
        *[touchpoint(who, day, 0.9, importance=2.0) for day in (0, 1)],
        *[touchpoint(who, day, -0.6, case="boiler", department="service") for day in (5, 6, 7)],
        touchpoint(who, 8, -0.5, case="boiler", importance=3.0),
        touchpoint(who, 20, 0.1),
    ]


LOG = [
    event for events in zip(broken("anna"), broken("bru"), broken("cesc"), strict=True) for event in events
]


class World(NamedTuple):
    """An installation with a running worker, in which one bond broke."""

    settings: Settings
    client: Client


@pytest.fixture(scope="module")
def world(kafka: str, clickhouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path_factory.mktemp("alerts"))
    with running_worker(settings), database(settings) as client:
        publish(settings, broken("anna"))
        wait_until(lambda: settled(client, 7), "all events folded")
        wait_until(lambda: client.command("SELECT count() FROM v_alerts") == 3, "its alerts")
        yield World(settings, client)


def test_a_breaking_bond_is_told_to_its_owner_with_what_to_do(world: World) -> None:
    settings, client = world
    rows = {row["rule"]: row for row in client.query("SELECT * FROM v_alerts").named_results()}
    assert set(rows) == {"bond_breaking", "bad_series", "moment_unanswered"}
    breaking = rows["bond_breaking"]
    assert (breaking["department"], breaking["case_id"]) == ("service", "/calls|boiler")
    assert breaking["movement"] < -20
    assert set(breaking["needs_unmet"]) >= {"apology", "dignity"}
    wait_until(lambda: len(messages(settings, Topic.ALERTS)) == 3, "its messages")
    told = {event["data"]["rule"]: (key, event) for key, event in messages(settings, Topic.ALERTS)}
    key, event = told["bond_breaking"]
    assert (key, event["subject"], event["id"]) == ("anna", "anna", breaking["alert_id"])
    assert event["data"]["words"]["opening"]
    hints = [(key, event["data"]["reason"]) for key, event in messages(settings, Topic.ROUTING)]
    assert ("anna", "moment_of_truth") in hints
    assert ("anna", "bond_breaking") in hints


def test_a_worker_killed_before_it_tells_loses_and_doubles_no_alert(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    settings = settings.model_copy(update={"worker_batch": 5})
    with database(settings) as client:
        publish(settings, LOG[:9])
        with running_worker(settings.model_copy(update={"crash_at": f"{Point.FACTS_WRITTEN}:1"})) as worker:
            wait_until(lambda: worker.ended() is not None, "the worker to kill itself")
        publish(settings, LOG[9:])
        with running_worker(settings):
            wait_until(lambda: settled(client, len(LOG)), "all events folded")
            wait_until(lambda: client.command("SELECT count() FROM v_alerts") == 9, "all alerts")
            wanted = set(client.query("SELECT alert_id FROM v_alerts").result_columns[0])
            wait_until(
                lambda: {event["id"] for _, event in messages(settings, Topic.ALERTS)} == wanted,
                "all alerts on Kafka",
            )


def test_what_silence_brings_is_told_in_time_with_the_customers_own_id(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    # anna's bond fades in silence, nobody answers bru; only cesc's touchpoints tell that time has passed
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    strong = [touchpoint("anna", day, 0.9, importance=2.0) for day in (0, 2, 4)]
    unanswered = touchpoint("bru", 640, -0.6, importance=3.0)
    with running_worker(settings), database(settings) as client:
        publish(settings, [*strong, unanswered])
        wait_until(lambda: settled(client, 4), "their touchpoints")
        publish(settings, [touchpoint("cesc", 650, 0.1)])
        wait_until(lambda: client.command("SELECT count() FROM v_alerts") == 2, "the alerts of silence")
        rules = client.query("SELECT rule, raised_at FROM v_alerts ORDER BY rule").result_rows
        assert [rule for rule, _ in rules] == ["moment_unanswered", "silent_fading"]
        assert rules[0][1].replace(tzinfo=UTC) == START + timedelta(days=642)
        wait_until(lambda: len(messages(settings, Topic.ALERTS)) == 2, "their messages")
        told = {event["data"]["rule"]: key for key, event in messages(settings, Topic.ALERTS)}
        assert told == {"moment_unanswered": "bru", "silent_fading": "anna"}


def test_an_alert_goes_from_hand_to_hand_by_commands_and_its_history_tells_who(world: World) -> None:
    settings, client = world
    send = sender(settings)
    alert = client.command("SELECT alert_id FROM v_alerts WHERE rule = 'bond_breaking'")
    assert client.command(f"SELECT state FROM v_alerts WHERE alert_id = '{alert}'") == "open"
    given = [
        Command.of(ALERT_ACKNOWLEDGE, alert, by="marta", time=START),
        Command.of(ALERT_ASSIGN, alert, by="marta", to="joan", time=START),
        Command.of(ALERT_CLOSE, alert, by="joan", note="Trucat.", time=START),
    ]
    for command in (*given, given[0]):  # the first comes a second time, and late
        send(command)
    wait_until(lambda: client.command("SELECT count() FROM commands") == 4, "the commands")
    row = client.query(f"SELECT state, state_by, assigned_to, note FROM v_alerts WHERE alert_id = '{alert}'")
    assert row.result_rows == [("done", "joan", "joan", "Trucat.")]
    history = client.query(f"SELECT state, by FROM v_alert_states WHERE alert_id = '{alert}' ORDER BY at")
    assert sorted(history.result_rows) == [
        ("acknowledged", "marta"),
        ("assigned", "marta"),
        ("done", "joan"),
        ("open", ""),
    ]


def test_a_rule_that_is_switched_off_raises_nothing_more(kafka: str, clickhouse, tmp_path: Path) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    with running_worker(settings), database(settings) as client:
        sender(settings)(Command.of(RULE_SWITCH, "bad_series", by="marta", on=False, time=START))
        sender(settings)(Command.of(RULE_SWITCH, "no_such_rule", by="marta", on=False, time=START))
        wait_until(lambda: client.command("SELECT count() FROM v_commands") == 2, "the switches")
        assert client.command("SELECT refused FROM v_commands WHERE refused != ''") == (
            "subject: there is no such rule"
        )
        row = client.query("SELECT is_on, switched_by FROM v_alert_rules WHERE rule = 'bad_series'")
        assert row.result_rows == [(False, "marta")]
    with running_worker(settings), database(settings) as client:
        publish(settings, broken("anna"))
        wait_until(lambda: settled(client, 7), "all events folded")
        wait_until(lambda: client.command("SELECT count() FROM v_alerts") == 2, "the other alerts")
        rules = client.query("SELECT rule FROM v_alerts").result_columns[0]
        assert set(rules) == {"bond_breaking", "moment_unanswered"}
