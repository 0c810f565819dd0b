"""A missed commitment on the real stack: felt once time has passed it, taken back if kept after all."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from workers import database, fresh_settings, messages, publish, settled, wait_until

from dashboards.questions.told import known_of, life_until
from dashboards.serve import store_of
from infra.briefing import context_of
from infra.explaining import explain, printed
from infra.workers import running_worker
from schemas.envelope import Event
from schemas.names import MISSED, Table, Topic, View
from schemas.settings import Settings
from streams.crashpoints import Point
from streams.pseudonyms import pseudonymiser

pytestmark = pytest.mark.stack

TOLERANCE = 1e-6
NOW = datetime(2026, 2, 20, 9, tzinfo=UTC)


def told(who: str, number: int, day: int, **data: Any) -> tuple[str, bytes]:
    event = Event.touchpoint(
        "agent.called",
        id=f"{who}-{number}",
        source="/calls",
        customer=who,
        time=f"2026-02-{day:02d}T09:00:00Z",
        emotion={"valence": 0.4},
        **data,
    )
    return who, event.to_json()


def missed(client: Client) -> list[str]:
    rows = client.query(f"SELECT touchpoint_id FROM {View.STEPS} WHERE type = '{MISSED}'").result_rows
    return sorted(touchpoint_id for (touchpoint_id,) in rows)


def assert_one_number_everywhere(client: Client) -> None:
    """The published bonds are those that SQL reads from the journal alone."""
    published = dict(client.query(f"SELECT person_id, bond_index FROM {View.BONDS}").result_rows)
    read = dict(
        client.query(
            f"SELECT person_id, bond_index FROM {View.BOND_AT}(at = (SELECT at FROM {View.NOW}),"
            " known_by = '2299-01-01 00:00:00.000', model = 'bond-1', person = '')"
        ).result_rows
    )
    assert published == {person: pytest.approx(index, abs=TOLERANCE) for person, index in read.items()}


def last_told(settings: Settings, who: str) -> float | None:
    """The bond index last announced to publishers under a customer's own id."""
    told = [event["data"]["bond_index"] for key, event in messages(settings, Topic.BONDS) if key == who]
    return told[-1] if told else None


def bond_of(client: Client, settings: Settings, who: str) -> float:
    """The bond index that is written down of a customer."""
    person = pseudonymiser(settings.pseudonym_secret())(who)
    bond = f"SELECT bond_index FROM {Table.BONDS} FINAL WHERE person_id = '{person}'"
    return float(str(client.command(bond)))


def test_what_time_brings_is_felt_and_what_was_kept_after_all_is_taken_back(
    kafka: str, clickhouse: Any, tmp_path: Path
) -> None:
    # day  1 2 3   5        20
    # p    M o D
    # q    M   K   D
    # r                     o
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    events = [
        told("p", 1, 1, commitment={"id": "visit", "due": "2026-02-03"}, case="repair"),
        told("p", 2, 2),
        told("q", 1, 1, commitment={"id": "visit", "due": "2026-02-05T09:00:00Z"}),
        told("q", 2, 3, keeps="visit"),
        told("r", 1, 20),
    ]
    with running_worker(settings), database(settings) as client:
        publish(settings, events)
        wait_until(lambda: missed(client) == ["/calls|p-1|missed"], "the missed commitment felt")
        wait_until(lambda: settled(client, len(events)), "all folded")
        assert_one_number_everywhere(client)
        states = client.query(f"SELECT made_by, state FROM {View.COMMITMENTS} ORDER BY made_by").result_rows
        assert states == [("/calls|p-1", "missed"), ("/calls|q-1", "kept")]
        moved = f"SELECT movement FROM {View.MOVEMENTS} WHERE episode_id = '/calls|p-1|missed'"
        assert float(str(client.command(moved))) < 0

        person = pseudonymiser(settings.pseudonym_secret())("p")
        index = bond_of(client, settings, "p")
        wait_until(lambda: last_told(settings, "p") == pytest.approx(index), "the bond announced")

        # As after a crash between the steps and the bond: the step tells of what the bond does not know.
        client.command(f"DELETE FROM {Table.BONDS} WHERE person_id = '{person}'")
        wait_until(lambda: settled(client, len(events)), "the bond folded again")
        assert_one_number_everywhere(client)

        context = context_of(settings, store_of(settings))
        life = life_until(context.store, known_of(context.store, person), NOW)
        assert [row.type for row in life.rows] == ["agent.called", "agent.called", MISSED]
        explained = explain(settings, "p", None, None)
        assert explained.reading.index == pytest.approx(life.reading.index, abs=TOLERANCE)
        assert "Missed commitment" in explained.titles.values()
        assert list(printed(explained))

        publish(settings, [told("p", 3, 3, keeps="visit")])
        wait_until(lambda: missed(client) == [], "the missed commitment taken back")
        wait_until(lambda: settled(client, len(events) + 1), "all folded")
        assert_one_number_everywhere(client)
        assert client.command("SELECT sum(missing) FROM v_reconciliation") == 0


def test_what_time_brings_is_told_though_the_worker_dies_before_it_says_so(
    kafka: str, clickhouse: Any, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    with database(settings) as client:
        with running_worker(settings):
            publish(settings, [told("p", 1, 1, commitment={"id": "visit", "due": "2026-02-03"})])
            wait_until(lambda: settled(client, 1), "the commitment folded")
        publish(settings, [told("r", 1, 20)])
        for batches, written in enumerate(("what is later", "what was missed by then"), 1):
            dying = settings.model_copy(update={"crash_at": f"{Point.ALL_WRITTEN}:{batches}"})
            with running_worker(dying) as worker:
                wait_until(lambda: worker.ended() is not None, f"the worker to die with {written} written")
        assert missed(client) == ["/calls|p-1|missed"]
        with running_worker(settings):
            wait_until(
                lambda: last_told(settings, "p") == pytest.approx(bond_of(client, settings, "p")),
                "the bond announced",
            )
