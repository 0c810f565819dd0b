"""The boiler journey, told in plain facts and Catalan words only: won, lost, and won back."""

from pathlib import Path

import orjson
import pytest
from test_batch import PERSON_OF, RECEIVED_MS, FakeJournal, processor

import infra
from schemas.emotions import Need
from schemas.names import MISSED
from streams.events import Record
from streams.feeling.text.reader import LinearReader
from streams.rows import StepRow

SAMPLES = Path(infra.__path__[0]) / "samples"
LOST, RECOVERED = SAMPLES / "boiler.ndjson", SAMPLES / "boiler.recovered.ndjson"
INSTALLED = "/field|f-1b"
FRUITLESS = ["/contact|c-5", "/contact|c-6", "/contact|c-7", "/contact|c-8", "/contact|c-9"]
LAST = "/contact|c-11"


def told(sample: Path) -> FakeJournal:
    """Return what the worker writes of a sample."""
    journal = FakeJournal()
    records = [
        Record("touchpoints", 0, offset, RECEIVED_MS, b"household-77", line, ())
        for offset, line in enumerate(sample.read_bytes().splitlines())
    ]
    journal.take(processor(texts=LinearReader()).process(records, journal.known).rows)
    return journal


@pytest.fixture(scope="module")
def journal() -> FakeJournal:
    return told(LOST)


@pytest.fixture(scope="module")
def lost(journal: FakeJournal) -> dict[str, StepRow]:
    return journal.standing_steps()


def after(steps: dict[str, StepRow], touchpoint: str) -> float:
    index = steps[touchpoint].index_after
    assert index is not None
    return index


@pytest.mark.parametrize("sample", [LOST, RECOVERED])
def test_the_sample_gives_no_feeling_and_tells_its_case_and_commitments(sample: Path) -> None:
    data = [orjson.loads(line)["data"] for line in sample.read_bytes().splitlines()]
    assert not any({"emotion", "moments", "survey"} & one.keys() for one in data)
    assert {one["case"] for one in data if "case" in one} == {"calefaccio-77"}
    assert {one["commitment"]["id"] for one in data if "commitment" in one} >= {
        one["keeps"] for one in data if "keeps" in one
    }
    assert {one["language"] for one in data if "text" in one} == {"ca"}


def test_the_installation_wins_a_loyal_customer(lost: dict[str, StepRow]) -> None:
    assert after(lost, INSTALLED) > 30


def test_every_fruitless_call_costs_and_after_the_fifth_the_bond_is_lost(lost: dict[str, StepRow]) -> None:
    calls = [after(lost, call) for call in FRUITLESS]
    assert calls == sorted(calls, reverse=True)
    assert calls[-1] < 0


def test_the_technician_who_did_not_come_is_felt_though_nobody_published_it(lost: dict[str, StepRow]) -> None:
    [missed] = [step for step in lost.values() if step.type == MISSED]
    assert missed.touchpoint_id.startswith(FRUITLESS[0])
    assert missed.index_before is not None
    assert after(lost, missed.touchpoint_id) < missed.index_before


def test_the_owner_is_alerted_before_the_bond_is_lost_at_the_fifth_call(
    journal: FakeJournal, lost: dict[str, StepRow]
) -> None:
    first = min(alert.raised_at for alert in journal.alerts.values())
    assert lost[INSTALLED].occurred_at < first < lost[FRUITLESS[-1]].occurred_at


def test_recovered_the_next_day_with_all_needs_met_the_bond_is_above_zero_again() -> None:
    journal = told(RECOVERED)
    acts = [row for row in journal.rows.values() if row.recovery and row.needs_met_mask]
    assert {row.needs_met_mask for row in acts} == {(1 << len(Need)) - 1}
    assert after(journal.standing_steps(), LAST) > 0
    assert journal.bonds[PERSON_OF("household-77")].bond_index > 0
