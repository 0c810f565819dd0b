"""Feeling read again between the real broker and the real engine: another company's file, the same facts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client
from workers import database, fresh_settings, messages, publish, settled, wait_until

from infra.rereading import beginning, reread
from infra.workers import running_worker
from schemas.envelope import Event
from schemas.instants import millis_of
from schemas.names import Table, Topic
from schemas.settings import Settings
from streams.pseudonyms import pseudonymiser

pytestmark = pytest.mark.stack
OWN = "types:\n  delivery.late: {importance: 3}\nfacts:\n  days_late: {points: [[0, -0.9]]}\n"
PEOPLE = 12


def events() -> list[tuple[str, bytes]]:
    told = []
    for number in range(PEOPLE):
        who = f"c{number}"
        at = {"source": "/shop", "customer": who}
        told += [
            Event.touchpoint(
                "delivery.late", id=f"{who}-1", time="2026-02-01T09:00:00Z", facts={"days_late": 1}, **at
            ),
            Event.touchpoint(
                "message.sent",
                id=f"{who}-2",
                time="2026-02-02T09:00:00Z",
                text="Gràcies, molt amables!",
                **at,
            ),
        ]
    return [(event.subject, event.to_json()) for event in told]


def indices(client: Client) -> dict[str, float]:
    return dict(client.query("SELECT person_id, bond_index FROM v_bonds").result_rows)


def folded(client: Client) -> dict[str, float]:
    """The index of each person when last touched, as it is announced."""
    return dict(client.query(f"SELECT person_id, round(bond_index, 6) FROM {Table.BONDS} FINAL").result_rows)


def announced(settings: Settings) -> dict[str, float]:
    """The index last announced of each person, under the customer's own id."""
    person_of = pseudonymiser(settings.pseudonym_secret())
    told = [(person_of(key), event["data"]) for key, event in messages(settings, Topic.BONDS)]
    assert all(person == data["person_id"] for person, data in told)
    return {person: data["bond_index"] for person, data in told}


def known_by(client: Client, moment: datetime) -> dict[str, float]:
    query = (
        "SELECT person_id, bond_index FROM v_bond_at(at = '2026-02-02 09:00:00', known_by = {by:String}, "
        "model = 'bond-1', person = '')"
    )
    return dict(client.query(query, {"by": f"{moment:%F %T}.000"}).result_rows)


def fresh_run(kafka: str, port: int, folder: Path, file: Path) -> dict[str, float]:
    settings = fresh_settings(kafka, port, folder).model_copy(update={"catalogue_file": file})
    with running_worker(settings), database(settings) as client:
        publish(settings, events())
        wait_until(lambda: settled(client, 2 * PEOPLE), "all folded")
        return indices(client)


def read_again(settings: Settings, when: datetime, since: str | None = None) -> int:
    return reread(settings, millis_of(when), beginning(since, settings.zone)).read


def test_a_changed_company_s_file_changes_the_past_as_if_it_had_always_been(
    kafka: str, clickhouse, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OWN)
    settings = fresh_settings(kafka, clickhouse.port, tmp_path / "a")
    changed = settings.model_copy(update={"catalogue_file": own})
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    with database(settings) as client:
        with running_worker(settings):
            publish(settings, events())
            wait_until(lambda: settled(client, 2 * PEOPLE), "all folded")
        before = indices(client)
        assert read_again(changed, later, since="2026-02-02") == PEOPLE, "only what happened since"
        assert read_again(changed, later) == PEOPLE
        assert read_again(changed, later) == 0, "nothing is read twice by the same versions"
        fresh = fresh_run(kafka, clickhouse.port, tmp_path / "b", own)
        with running_worker(changed):
            wait_until(lambda: indices(client) == pytest.approx(fresh, abs=1e-9), "everybody folded again")
            wait_until(lambda: announced(changed) == folded(client), "everybody's bond announced")
        assert fresh != pytest.approx(before, abs=1)
        assert known_by(client, later) == pytest.approx(fresh, abs=1e-6)
        assert known_by(client, later - timedelta(seconds=1)) == pytest.approx(before, abs=1e-6)
        versions = client.query("SELECT DISTINCT catalogue_version FROM v_touchpoints").result_rows
        assert len(versions) == 1
        assert client.command("SELECT count() FROM v_touchpoints") == 2 * PEOPLE
        assert settled(client, 2 * PEOPLE)
