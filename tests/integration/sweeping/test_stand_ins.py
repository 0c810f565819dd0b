"""What stands in for whoever was made anonymous: in no clone, never read again, never silent."""

from datetime import timedelta

import pytest
import seed
from clickhouse_connect.driver.client import Client
from sweeps import Life, clone, counted, order, rows_of

from schemas.names import CLONE, Table
from schemas.settings import Settings
from streams.alerts import kinds
from streams.sinks.door import door_of
from streams.sinks.eraser import eraser_of
from streams.sinks.journal import Journal
from streams.sinks.silence import silent_people

pytestmark = pytest.mark.stack


def test_clones_are_swept_and_get_no_stand_ins(settings: Settings, client: Client, lives: list[Life]) -> None:
    person, rows = lives[0][0].person_id, len(lives[0][1])
    clone(client, Table.JOURNAL)
    before = counted(client, f"SELECT count() FROM {CLONE}{Table.JOURNAL}")
    eraser_of(settings).obey([order(person, anonymise=True)])
    assert rows_of(client, f"{CLONE}{Table.JOURNAL}", person) == 0
    assert counted(client, f"SELECT count() FROM {CLONE}{Table.JOURNAL}") == before - rows
    assert counted(client, f"SELECT count() FROM {Table.JOURNAL}") == before


def test_of_a_stand_in_nothing_is_read_again(settings: Settings, client: Client, lives: list[Life]) -> None:
    person, *others = [profile.person_id for profile, _ in lives]
    eraser_of(settings).obey([order(person, anonymise=True)])
    read = Journal(client, door_of(settings)).read_otherwise(("new", "new"), 0, ("", "", 0), 1_000)
    assert {row.person_id for row in read} == set(others)


def test_a_stand_in_is_never_silent(settings: Settings, client: Client, lives: list[Life]) -> None:
    person, *others = [profile.person_id for profile, _ in lives]
    rules = {
        "fading": kinds.Fading.model_construct(once=0.0, below=101.0, days=0.0),
        "unanswered": kinds.Unanswered.model_construct(hours=0.0),
    }
    step = {
        "person_id": person,
        "name_id": person,
        "touchpoint_id": "late",
        "case_id": "alone",
        "kind": "felt",
        "occurred_at": seed.NOW - timedelta(days=20),
        "moment_of_truth": True,
        "valence": -1.0,
        "surprise": -1.0,
    }
    client.insert(Table.STEPS, [list(step.values())], list(step))
    for name, rule in rules.items():
        assert person in silent_people(client, {name: rule})
    eraser_of(settings).obey([order(person, anonymise=True)])
    assert silent_people(client, {"fading": rules["fading"]}) == set(others)
    assert silent_people(client, {"unanswered": rules["unanswered"]}) <= set(others)
