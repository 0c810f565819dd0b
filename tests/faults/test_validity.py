"""The worker's intake, and the checker and its validator, which share no code with it, read events alike."""

import json
from zoneinfo import ZoneInfo

import pytest

from schemas.catalogue import load_catalogue
from streams.events import Event, Record, Rejected, known_headers
from streams.intake import Intake

from .checker.facts import NEWER_FIELD, hashes_of
from .checker.ledger import Fate, Publication
from .checker.validity import reason_against
from .load import Load, publications
from .odd_workers import newer

RECEIVED_MS = 1_900_000_000_000


def test_of_mutants_and_others_the_same_are_rejected_for_the_same_reason() -> None:
    intake = Intake(load_catalogue(), ZoneInfo("UTC"))

    def reason_of(told: Publication) -> str:
        read = intake.read(record_of(told), RECEIVED_MS)
        return str(read.reason) if isinstance(read, Rejected) else ""

    load = publications(Load(size=2_000, seed=7, mutated=1))
    assert sum(told.fate is Fate.MUTANT for told in load) > 2_000
    for told in load:
        assert reason_of(told) == reason_against(told.key, told.value, told.headers), told


def test_what_a_newer_release_publishes_has_the_content_that_the_checker_expects_by_either_release(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    this = Intake(load_catalogue(), ZoneInfo("UTC"))
    monkeypatch.setattr(Intake, "__init__", Intake.__init__)  # what `newer` puts there ends with the test
    newer()
    releases = this, Intake(load_catalogue(), ZoneInfo("UTC"))
    told = [one for one in publications(Load(size=500, seed=7, newer=0.2)) if NEWER_FIELD in str(one.value)]
    assert told
    for one in told:
        read = [release.read(record_of(one), RECEIVED_MS) for release in releases]
        hashes = tuple(event.content_hash for event in read if isinstance(event, Event))
        assert hashes == hashes_of(json.loads(one.value)), one


def record_of(told: Publication) -> Record:
    return Record("t", 0, 0, RECEIVED_MS, told.key, told.value, known_headers(told.headers))
