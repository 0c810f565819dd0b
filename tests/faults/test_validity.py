"""The worker's intake and the validator, which share no code, judge mutants alike."""

from zoneinfo import ZoneInfo

from schemas.catalogue import load_catalogue
from streams.events import Record, Rejected, known_headers
from streams.intake import Intake

from .checker.ledger import Fate, Publication
from .checker.validity import reason_against
from .load import Load, publications

RECEIVED_MS = 1_900_000_000_000


def test_of_mutants_and_others_the_same_are_rejected_for_the_same_reason() -> None:
    intake = Intake(load_catalogue(), ZoneInfo("UTC"))

    def reason_of(told: Publication) -> str:
        record = Record("t", 0, 0, RECEIVED_MS, told.key, told.value, known_headers(told.headers))
        read = intake.read(record, RECEIVED_MS)
        return str(read.reason) if isinstance(read, Rejected) else ""

    load = publications(Load(size=2_000, seed=7, mutated=1))
    assert sum(told.fate is Fate.MUTANT for told in load) > 2_000
    for told in load:
        assert reason_of(told) == reason_against(told.key, told.value, told.headers), told
