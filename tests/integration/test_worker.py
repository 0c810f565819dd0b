"""The worker as a process of its own, between the real broker and the real engine."""

from pathlib import Path

import pytest
from kafka.admin import KafkaAdminClient
from workers import database, fresh_settings, messages, publish, settled, wait_until

from infra.rejections import kept
from infra.workers import running_worker
from schemas.envelope import Event
from schemas.names import PROFILE, WITHDRAWN, Topic
from streams.bond.reading import read_out
from streams.connections import kafka_options
from streams.history import standing
from streams.sinks.journal import Journal

pytestmark = pytest.mark.stack

VIEWS = ("v_touchpoints", "v_steps", "v_movements", "v_touchpoint_days", "v_outcomes", "v_customers")


def journey(who: str, days: int) -> list[tuple[str, bytes]]:
    """A customer's touchpoints of every kind: felt, unfelt, an outcome, a profile."""
    at = {"source": "/shop", "customer": who}
    felt = [
        Event.touchpoint(
            "delivery.late",
            id=f"{who}-{day}",
            time=f"2026-02-{day:02d}T09:30:00Z",
            facts={"days_late": day % 5},
            **at,
        )
        for day in range(1, days + 1)
    ]
    rest = [
        Event.touchpoint("mail.received", id=f"{who}-m", time="2026-02-02T08:00:00Z", **at),
        Event.touchpoint("purchase.made", id=f"{who}-p", time="2026-02-03T08:00:00Z", **at),
        Event.of(PROFILE, id=f"{who}-f", time="2026-01-01", data={"segment": "club", "language": "ca"}, **at),
    ]
    return [(who, event.to_json()) for event in felt + rest]


def test_touchpoints_may_have_more_partitions_than_what_is_said_of_them(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    admin = KafkaAdminClient(**kafka_options(settings))
    try:
        admin.create_partitions({settings.topic(Topic.TOUCHPOINTS): 4 * settings.partitions})
    finally:
        admin.close()
    customers = {f"c{number}" for number in range(40)}
    events = [event for who in sorted(customers) for event in [*journey(who, 1), (who, b"no event")]]
    with running_worker(settings), database(settings) as client:
        publish(settings, events)
        wait_until(lambda: settled(client, len(events)), "all events folded")
        wait_until(lambda: {who for who, _ in messages(settings, Topic.BONDS)} == customers, "all bonds said")
        used = "SELECT max(kafka_partition) FROM v_rejected"
        assert client.command(used) >= settings.partitions


def test_sending_everything_twice_changes_no_published_figure(kafka: str, clickhouse, tmp_path: Path) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path, copy_seconds=1.0)
    events = [event for number in range(20) for event in journey(f"c{number}", 6)]
    with running_worker(settings), database(settings) as client:
        figures = {}
        for round in (1, 2):
            publish(settings, events)
            wait_until(lambda round=round: settled(client, round * len(events)), "all events folded")
            rows = {view: client.query(f"SELECT * FROM {view} ORDER BY ALL").result_rows for view in VIEWS}
            rows["v_bonds"] = client.query(
                "SELECT person_id, round(bond_index, 9), level, touchpoints, felt FROM v_bonds ORDER BY ALL"
            ).result_rows
            if figures:
                assert rows == figures
            figures = rows
        assert len(figures["v_touchpoints"]) == 20 * 8
        assert client.command("SELECT sum(missing) FROM v_reconciliation") == 0
        assert client.command("SELECT count() FROM v_repeated") == 20 * 8
        copied = "SELECT count() FROM felt_lives FINAL"
        wait_until(lambda: client.command(copied) == 20, "what everybody felt copied")


def test_what_cannot_be_journaled_is_rejected_or_held_with_its_bytes(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    good = journey("c1", 1)[0][1]
    events = [
        ("c1", good),
        ("c1", good.replace(b"days_late", b"days_lat\xc3\xa9")),
        ("c1", b"\x00\xff not json"),
        ("c1", good.replace(b"late.v1", b"late.v2").replace(b"c1-1", b"c1-2")),
    ]
    with running_worker(settings), database(settings) as client:
        publish(settings, events)
        wait_until(lambda: settled(client, len(events)), "all events journaled and folded")
        assert client.query("SELECT reason, field FROM v_rejected ORDER BY reason").result_rows == [
            ("data", "data.facts.days_laté"),
            ("not_json", ""),
        ]
        assert [one.value for one in kept(settings, None)] == [events[1][1], events[2][1]]
        assert client.query("SELECT reason FROM v_held").result_rows == [("newer_version",)]


def test_the_bond_in_clickhouse_is_the_reference_s_also_after_a_withdrawal(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    taken_back = Event.of(
        WITHDRAWN,
        id="w",
        source="/shop",
        customer="c1",
        time="2026-03-01",
        data={"id": "c1-3", "reason": "test"},
    )
    events = [*journey("c1", 6), ("c1", taken_back.to_json())]
    with running_worker(settings), database(settings) as client:
        publish(settings, events)
        wait_until(lambda: settled(client, len(events)), "all events journaled and folded")
        wait_until(
            lambda: client.command("SELECT sum(felt) FROM v_bonds") == 5, "the bond without the withdrawn one"
        )
        person, at_ms, index = client.query(
            "SELECT person_id, toUnixTimestamp64Milli(at), bond_index FROM v_bonds"
        ).result_rows[0]
        known = Journal(client).known([person])[person]
        felt = [row.felt() for row in standing(known) if row.is_felt]
        assert index == pytest.approx(read_out(felt, at_ms).index, abs=1e-6)
        assert client.command("SELECT sum(events) FROM v_sources") == len(events)


def test_an_event_of_an_unknown_type_is_read_by_itself_once_the_catalogue_knows_it(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    strange = Event.touchpoint(
        "drone.landed", id="1", source="/drones", customer="c1", time="2026-02-01T09:00:00Z"
    )
    own = tmp_path / "own.yaml"
    own.write_text(
        "types:\n  drone.landed: {title: Drone, kind: felt, department: logistics, stage: receive}\n"
    )
    with database(settings) as client:
        with running_worker(settings):
            publish(settings, [("c1", strange.to_json())])
            wait_until(lambda: client.command("SELECT count() FROM v_held") == 1, "the event held")
        with running_worker(settings.model_copy(update={"catalogue_file": own})):
            publish(settings, journey("c1", 1)[:1])
            wait_until(
                lambda: client.command("SELECT count() FROM v_touchpoints") == 2, "the held event journaled"
            )
            wait_until(lambda: client.command("SELECT count() FROM v_held") == 0, "the held event released")
        assert client.command("SELECT sum(missing) FROM v_reconciliation") == 0
