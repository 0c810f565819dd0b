"""Failures in ClickHouse, each followed until it is recovered, lost, or still open."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from calls import START, touchpoint
from clickhouse_connect.driver.client import Client
from workers import database, fresh_settings, publish, settled, wait_until

from infra.setup import insert_models
from infra.workers import running_worker
from schemas.emotions import Need
from schemas.envelope import Event
from streams.bond.episodes import episodes_of
from streams.bond.parameters import BOND_1
from streams.bond.recovery import healings
from streams.history import standing
from streams.sinks.journal import Journal

pytestmark = pytest.mark.stack


def left(who: str, day: float) -> tuple[str, bytes]:
    time = START + timedelta(days=day)
    event = Event.touchpoint("customer.left", id=f"{who}-left", source="/crm", customer=who, time=time)
    return who, event.to_json()


JOURNEYS = [
    # healed: all needs are met, but the bond does not come back
    touchpoint("healed", 0, 0.9),
    touchpoint("healed", 1, -0.9, case="a", type="product.failed"),
    touchpoint("healed", 2, -0.8),
    touchpoint("healed", 3, 0.1, case="a", recovery=True, needs_met=["apology", "explanation", "dignity"]),
    touchpoint("healed", 5, 0.1, case="a", recovery=True, needs_met=["thanks", "venting", "assurance"]),
    # back: nobody made up for it, but the customer was delighted elsewhere
    touchpoint("back", 0, 0.2),
    touchpoint("back", 1, -0.2, case="b"),
    touchpoint("back", 9, 0.9, importance=3.0),
    # lost: left before anything was done; what came later does not count
    touchpoint("lost", 1, -0.8, case="c"),
    left("lost", 4),
    touchpoint("lost", 6, 0.1, case="c", recovery=True, needs_met=[need.value for need in Need]),
    # open: two failures of a case, an act between them; a bad contact of no case is none
    touchpoint("open", 0, 0.8),
    touchpoint("open", 1, -0.6, case="d"),
    touchpoint("open", 2, 0.2, case="d", recovery=True, needs_met=["apology"]),
    touchpoint("open", 3, -0.7, case="d"),
    touchpoint("open", 4, -0.3),
    # long: one contact of a week
    touchpoint("long", 1, -0.9, case="e", episode="visit", type="product.failed"),
    touchpoint("long", 8, -0.5, case="e", episode="visit"),
]


@pytest.fixture(scope="module")
def client(kafka: str, clickhouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A database in which the journeys are journaled and folded."""
    settings = fresh_settings(kafka, clickhouse.port, tmp_path_factory.mktemp("failures"))
    with running_worker(settings), database(settings) as client:
        publish(settings, JOURNEYS)
        wait_until(lambda: settled(client, len(JOURNEYS)), "all events journaled and folded")
        yield client


@pytest.fixture
def failures(client: Client) -> dict[str, list[dict[str, Any]]]:
    """The rows of v_failures by customer, held to what the reference makes of the same journal."""
    rows = list(client.query("SELECT * FROM v_failures ORDER BY failed_at").named_results())
    found: dict[str, list[dict[str, Any]]] = {}
    for person, known in Journal(client).known({row["person_id"] for row in rows}).items():
        felt = [row.felt() for row in standing(known) if row.is_felt]
        episodes = episodes_of(felt, BOND_1)
        quality = {
            one.id: healing.quality
            for one, healing in zip(episodes, healings(episodes, felt[-1].at_ms, BOND_1), strict=True)
            if one.is_failure
        }
        own = [row for row in rows if row["person_id"] == person]
        assert {row["episode_id"]: row["quality"] for row in own} == pytest.approx(quality)
        found[own[0]["case_id"]] = own
    return {
        name: found[f"/calls|{case}"]
        for name, case in zip(("healed", "back", "lost", "open"), "abcd", strict=True)
    }


@pytest.mark.parametrize("days", range(10))
def test_failures_of_a_period_are_those_of_all_time_though_a_contact_began_before_it(
    client: Client, days: int
) -> None:
    start = {"start": f"{START + timedelta(days=days, hours=12):%F %T}"}
    of_period = client.query(
        "SELECT * FROM v_failures_in(from = {start:String}, to = '2299-01-01 00:00:00') ORDER BY ALL", start
    )
    of_all = client.query("SELECT * FROM v_failures WHERE failed_at > {start:String} ORDER BY ALL", start)
    assert of_period.result_rows == of_all.result_rows
    assert any(row["case_id"] == "/calls|e" for row in of_period.named_results()) == (days < 8)


def test_another_start_counts_no_failure_twice(client: Client) -> None:
    counted = "SELECT count(), uniqExact(person_id, episode_id) FROM v_failures"
    insert_models(client)
    failures, contacts = client.query(counted).first_row
    assert failures == contacts > 0


def test_a_failure_is_followed_until_it_is_recovered_or_lost(
    failures: dict[str, list[dict[str, Any]]],
) -> None:
    (healed,), (back,), (lost,), (first, second) = failures.values()
    assert [row["state"] for row in (healed, back, lost, first, second)] == [
        "recovered",
        "recovered",
        "lost",
        "open",
        "open",
    ]
    assert healed["depth"] < -10
    assert (healed["hours_to_act"], healed["hours_to_recover"]) == (48, 96)
    assert (healed["needs_unmet"], healed["passed_at"]) == ([], None)
    assert (healed["type"], healed["department"]) == ("product.failed", "product")
    assert (back["first_act_at"], back["hours_to_recover"]) == (None, 8 * 24)
    assert set(back["needs_unmet"]) == set(Need)
    assert lost["left_at"] is not None
    assert lost["hours_to_recover"] == 5 * 24
    assert (first["needs_met"], second["needs_met"]) == (["apology"], [])
    assert (first["hours_to_act"], second["hours_to_act"]) == (24, None)
