"""A worker that ended between facts and bond: who takes its partitions over folds what it left behind."""

from pathlib import Path
from typing import Any

import pytest
from calls import touchpoint
from clickhouse_connect.driver.client import Client
from workers import database, fresh_settings, publish, settled, wait_until

from infra.workers import running_worker
from schemas.envelope import Event
from schemas.names import WITHDRAWN, Table, Topic
from schemas.settings import Settings
from streams.arrow import arrow_table
from streams.audit import BEYOND
from streams.pseudonyms import pseudonymiser
from streams.rows import AuditRow
from streams.sinks.journal import Journal

pytestmark = pytest.mark.stack


def taken_back(who: str, number: int) -> tuple[str, bytes]:
    about = {"source": "/calls", "customer": who, "time": "2026-02-09T09:00:00Z"}
    return who, Event.of(WITHDRAWN, id=f"{who}-w", data={"id": f"{who}-{number}"}, **about).to_json()


def bonds(client: Client) -> dict[str, tuple[float, int]]:
    """Index and revision of each person."""
    rows = client.query(f"SELECT person_id, bond_index, revision FROM {Table.BONDS} FINAL").result_rows
    return {person: (index, revision) for person, index, revision in rows}


def left_behind(settings: Settings, client: Client, until: int = BEYOND) -> list[str]:
    return Journal(client).left_behind(settings.topic(Topic.TOUCHPOINTS), dict.fromkeys(range(64), until))


def audit(settings: Settings, client: Client, until: int) -> None:
    """Let every partition be audited until an offset."""
    topic = settings.topic(Topic.TOUCHPOINTS)
    audits = [AuditRow(topic, partition, 0, until, (), 0, ()) for partition in range(settings.partitions)]
    client.insert_arrow(Table.AUDITS, arrow_table(audits))


def test_who_takes_partitions_over_folds_bonds_that_were_left_behind(
    kafka: str, clickhouse: Any, tmp_path: Path
) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    days = (("p", 1), ("p", 2), ("q", 1), ("r", 1), ("r", 2))
    events = [*(touchpoint(who, day, 0.4) for who, day in days), taken_back("r", 2)]
    p, q, r = map(pseudonymiser(settings.pseudonym_secret()), "pqr")
    with database(settings) as client:
        with running_worker(settings):
            publish(settings, events)
            wait_until(lambda: settled(client, len(events)), "all folded")
        whole = bonds(client)
        audit(settings, client, 0)
        assert left_behind(settings, client) == []

        client.command(f"INSERT INTO {Table.JOURNAL} SELECT * FROM {Table.JOURNAL} WHERE person_id = '{q}'")
        assert left_behind(settings, client) == [], "rows that were written twice are known"
        client.command(f"DELETE FROM {Table.BONDS} WHERE person_id = '{p}'")
        # What was read again has no higher offset: it is missed by the number of rows alone.
        client.command(
            f"INSERT INTO {Table.BONDS} SELECT * REPLACE (0.5 AS bond_index, revision - 1024 AS revision)"
            f" FROM {Table.BONDS} WHERE person_id = '{r}'"
        )
        client.command(f"DELETE FROM {Table.BONDS} WHERE person_id = '{r}' AND bond_index != 0.5")
        assert sorted(left_behind(settings, client)) == sorted([p, r])
        assert left_behind(settings, client, until=0) == [], "what is not acknowledged is on its way"
        audit(settings, client, 99)
        assert left_behind(settings, client) == [], "what was audited was folded"
        client.command(f"TRUNCATE TABLE {Table.AUDITS}")
        assert left_behind(settings, client) == [], "nothing was read again where nothing was audited"
        audit(settings, client, 0)

        with running_worker(settings):
            wait_until(lambda: bonds(client) == whole, "the bonds folded again")
        assert left_behind(settings, client) == []
