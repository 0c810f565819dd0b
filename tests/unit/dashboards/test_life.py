"""One life: the curve is the model's, the weights sum to the index."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboards.answers.life import RECENT_DAYS, life_of
from dashboards.questions.told import ToldRow
from schemas.emotions import Need, mask_of
from schemas.instants import millis_of
from streams.bond.parameters import BOND_1, EMOTIONS
from streams.bond.reading import read_out
from streams.rows import JournalRow

START = datetime(2026, 1, 1, tzinfo=UTC)


def row(number: int, day: float, valence: float, kind: str = "felt", **more: object) -> JournalRow:
    columns: dict[str, object] = {
        "person_id": "abc",
        "touchpoint_id": f"shop|{number}",
        "content_hash": 1,
        "revision": 0,
        "kind": kind,
        "type": "agent.called",
        "occurred_at": millis_of(START + timedelta(days=day)),
        "department": "service",
        "stage": "help",
        "episode_id": f"shop|{number}",
        "case_id": "",
        "valence": valence,
        "arousal": 0.5,
        "importance": 1.0,
        "confidence": 1.0,
        "promise": 0.0,
        **{f"profile_{emotion}": 0.2 for emotion in EMOTIONS},
        "recovery": False,
        "needs_met_mask": 0,
        "needs_asked_mask": 0,
        "outcome": "",
        "moment_of_truth": False,
        "moment_number": 0,
        "commitment_id": "",
        "due_at": 0,
        "felt_if_missed": [],
        "keeps_id": "",
        "language": "",
        "text": "",
    }
    return ToldRow(**{**columns, **more}).journaled()


MENDED = mask_of(frozenset({Need.APOLOGY, Need.EXPLANATION, Need.DIGNITY}))
LIFE = [
    row(1, 0, 0.6),
    row(2, 10, -0.8, case_id="shop|broken"),
    row(3, 11, 0.0, kind="unfelt"),
    row(4, 12, 0.7, case_id="shop|broken", recovery=True, needs_met_mask=MENDED),
    row(5, 40, -0.4, episode_id="call"),
    row(6, 40.01, 0.3, episode_id="call"),
]
NOW = START + timedelta(days=60)


def test_weights_sum_to_the_index() -> None:
    life = life_of(LIFE, NOW, BOND_1)
    assert sum(one.contribution for one in life.experiences) == pytest.approx(life.reading.index, abs=1e-9)


def test_every_point_of_the_curve_is_a_reading_of_the_model() -> None:
    life = life_of(LIFE, NOW, BOND_1)
    felt = [one.felt() for one in LIFE if one.is_felt]
    jumps = {one.at for one in life.experiences}
    between = [point for point in life.curve if point.at not in jumps]
    assert len(between) > 100
    for point in between:
        reading = read_out(felt, millis_of(point.at), BOND_1)
        assert point.bond == pytest.approx(reading.index, abs=1e-6)
        assert point.emotions == pytest.approx(reading.emotions, abs=1e-6)


def test_the_curve_ends_at_the_reading() -> None:
    life = life_of(LIFE, NOW, BOND_1)
    assert life.curve[-1].bond == pytest.approx(life.reading.index, abs=1e-9)


def test_what_was_not_felt_is_told_but_moves_nothing() -> None:
    life = life_of(LIFE, NOW, BOND_1)
    assert len(life.rows) == 6
    assert len(life.experiences) == 5


def test_without_it_is_the_bond_had_it_never_been() -> None:
    life = life_of(LIFE, NOW, BOND_1)
    failure = life.experiences[1]
    rest = [one.felt() for one in LIFE if one.is_felt and one.touchpoint_id != "shop|2"]
    assert failure.without == pytest.approx(read_out(rest, millis_of(NOW), BOND_1).index)


def test_put_right_is_the_bond_had_its_contact_been_recovered_within_a_day() -> None:
    life = life_of(LIFE, NOW, BOND_1)
    for one in life.experiences:
        is_bad = one.impact < 0
        assert (one.put_right is not None) == is_bad
        if one.put_right is not None:
            assert one.put_right > life.reading.index


def test_the_heaviest_comes_first() -> None:
    weights = [abs(one.contribution) for one in life_of(LIFE, NOW, BOND_1).by_weight]
    assert weights == sorted(weights, reverse=True)


def test_what_is_recent_begins_on_its_day_however_long_the_life_is() -> None:
    now = START + timedelta(days=4_000)
    rows = [*LIFE, row(7, 3_966, 0.9), row(8, 3_973, -0.9)]
    life = life_of(rows, now, BOND_1)
    then = now - timedelta(days=RECENT_DAYS)
    felt = [one.felt() for one in rows if one.is_felt and one.occurred_at <= millis_of(then)]
    index_then = read_out(felt, millis_of(then), BOND_1).index
    assert life.recent[0].at == then
    assert life.recent_change == pytest.approx(life.reading.index - index_then, abs=1e-6)


def test_all_of_a_life_shorter_than_what_is_recent_is_recent() -> None:
    life = life_of([row(1, 50, 0.6)], NOW, BOND_1)
    assert life.recent == list(life.curve)
    assert life.recent_change == pytest.approx(life.reading.index)
