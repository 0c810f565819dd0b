"""The checker: it reads bonds as the worked cases do, shares no code with the project, and misses nothing."""

import ast
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .checker import bond
from .checker.check import NEEDS, PROFILE_COLUMNS, check, check_earlier_model
from .checker.expectation import Commitment, Expected, expected_of, persons_of
from .checker.facts import EMOTIONS, Fact, millis_of
from .checker.ledger import Delivery, Fate, Ledger
from .load import Load, publications

CASES = Path(__file__).parents[1] / "golden" / "bond-1.cases.jsonl"
CHECKER = Path(__file__).parent / "checker"
TOPIC = "touchpoints"
PARTITIONS = 2


def moment(told: dict[str, Any]) -> bond.Moment:
    profile = told.get("profile") or dict.fromkeys(EMOTIONS, 1.0)
    weights = [profile.get(emotion, 0.0) for emotion in EMOTIONS]
    return bond.Moment(
        told["id"],
        millis_of(told["occurred_at"]),
        told["valence"],
        told.get("arousal", 0.5),
        told.get("importance", 1.0),
        told.get("promise", 0.0),
        tuple(weight / sum(weights) for weight in weights),
        told.get("episode") or told["id"],
        told.get("case") or "",
        told.get("recovery", False),
        frozenset(told.get("needs_met") or ()),
    )


def test_the_checker_reads_every_worked_case_as_it_was_worked_out() -> None:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        moments = {told["id"]: moment(told) for told in case["touchpoints"]}
        for wanted in case["reads"]:
            reading = bond.read(moments.values(), millis_of(wanted["at"]))
            assert reading.index == pytest.approx(wanted["index"], abs=1e-6), case["name"]
            assert reading.evidence == pytest.approx(wanted["evidence"], abs=1e-6), case["name"]


@pytest.mark.parametrize("file", sorted(CHECKER.glob("*.py")), ids=lambda file: file.stem)
def test_the_checker_shares_no_code_with_what_it_checks(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {name.name.partition(".")[0] for name in node.names} <= sys.stdlib_module_names
        if isinstance(node, ast.ImportFrom):
            assert node.level == 1 or (node.module or "").partition(".")[0] in sys.stdlib_module_names


def test_a_load_is_the_same_every_time_and_has_everything_in_it() -> None:
    records = publications(Load(size=600, seed=5, mutated=0.01))
    assert records == publications(Load(size=600, seed=5, mutated=0.01))
    assert {record.fate for record in records} == set(Fate)
    assert Counter(record.value for record in records).most_common(1)[0][1] > 1
    shuffled = publications(Load(size=600, seed=5, mutated=0.01, shuffled=True))
    assert Counter(record.value for record in shuffled) == Counter(record.value for record in records)


def test_what_is_late_comes_within_its_share_of_the_load() -> None:
    load = Load(size=2_000, late=0.5, repeated=0, conflicting=0, live=True, latest=0.1)
    times = [
        json.loads(one.value)["time"]
        for one in publications(load)
        if one.fate is Fate.TOUCHPOINT and one.value
    ]
    places = {time: place / len(times) for place, time in enumerate(sorted(times))}
    late = [place / len(times) - places[time] for place, time in enumerate(times)]
    assert 0.05 < max(late) < 0.11


class FaultlessViews:
    """Views as they must be; a test spoils `tables`."""

    def __init__(self, expected: Expected) -> None:
        self.tables = {
            "v_touchpoints": [_touchpoint_row(expected, id_) for id_ in expected.standing],
            "v_steps": [_step_row(expected, fact) for life in expected.lives.values() for fact in life],
            "v_commitments": [_commitment_row(*made) for made in expected.commitments.items()],
            "v_alerts": [{"alert_id": "one"}, {"alert_id": "other"}],
            "v_bonds": [_bond_row(expected, customer) for customer, life in expected.lives.items() if life],
            "v_rejected": [_place_row(place, "reason", text) for place, text in expected.rejected.items()],
            "v_held": [_place_row(place, "reason", text) for place, text in expected.held.items()],
            "v_repeated": [
                _place_row(place, "touchpoint_id", id_) for place, id_ in expected.repeated.items()
            ],
            "v_reconciliation": [_sums_row(expected, partition) for partition in expected.read],
        }

    def rows(self, view: str, columns: str) -> Iterator[tuple[Any, ...]]:
        names = [one.removeprefix("toUnixTimestamp64Milli(").rstrip(")") for one in columns.split(", ")]
        for row in self.tables[view.partition("(")[0]]:
            yield tuple(row[name] for name in names)


def _touchpoint_row(expected: Expected, id_: str) -> dict[str, Any]:
    fact, place = expected.standing[id_], expected.places[id_]
    person = f"name of {expected.persons[fact.customer]}"
    row = {**vars(fact), "name_id": f"name of {fact.customer}", "person_id": person, "occurred_at": fact.t}
    row |= {"kafka_partition": place[0], "kafka_offset": place[1], "content_hash": fact.content_hash}
    felt = fact.felt
    told = vars(felt) if felt else dict.fromkeys(bond.Moment.__dataclass_fields__)
    row |= {name: told[name] for name in ("valence", "arousal", "importance", "promise", "recovery")}
    row |= {"episode_id": told["episode"], "case_id": told["case"]}
    row |= {"needs_met": [need for need in NEEDS if need in felt.needs] if felt else []}
    return row | dict(zip(PROFILE_COLUMNS, felt.profile if felt else (0,) * 5, strict=True))


def _commitment_row(made_by: str, one: Commitment) -> dict[str, Any]:
    times = {"made_at": one.made, "due_at": one.due, "kept_at": one.kept}
    return {"made_by": made_by, "commitment_id": one.id, "state": one.state, **times}


def _step_row(expected: Expected, fact: Fact) -> dict[str, Any]:
    step = expected.steps[fact.touchpoint_id]
    figures = {"index_before": step.before, "index_after": step.after, "evidence_after": step.evidence}
    return {**vars(fact), "occurred_at": fact.t, **figures}


def _bond_row(expected: Expected, customer: str) -> dict[str, Any]:
    life, reading = expected.lives[customer], expected.bond(customer, expected.newest)
    return {
        "person_id": f"name of {customer}",
        "segment": expected.segments.get(customer, ""),
        "at": expected.newest,
        "last_occurred_at": life[-1].t,
        "bond_index": reading.index,
        "evidence": reading.evidence,
        "touchpoints": len(life),
        "felt": sum(fact.felt is not None for fact in life),
    }


def _place_row(place: tuple[int, int], name: str, value: str) -> dict[str, Any]:
    return {"kafka_topic": TOPIC, "kafka_partition": place[0], "kafka_offset": place[1], name: value}


def _sums_row(expected: Expected, partition: int) -> dict[str, Any]:
    read = expected.read[partition]
    aside = {"rejected": expected.rejected, "held": expected.held, "repeated": expected.repeated}
    counts = {name: sum(place[0] == partition for place in places) for name, places in aside.items()}
    return {
        "kafka_topic": TOPIC,
        "kafka_partition": partition,
        "journaled": read - sum(counts.values()) - sum(place[0] == partition for place in expected.erased),
        **counts,
        "erased": sum(place[0] == partition for place in expected.erased),
        "accounted": read,
        "first_offset": 0,
        "next_offset": read,
        "removed": 0,
        "missing": 0,
    }


def delivered(load: Load) -> Ledger:
    ledger = Ledger(TOPIC)
    ends = Counter[int]()
    for record in publications(load):
        partition = len(record.key or b"") % PARTITIONS
        ledger.deliveries.append(Delivery(partition, ends[partition], record))
        ends[partition] += 1
    return ledger


@pytest.fixture(scope="module")
def expected() -> Expected:
    return expected_of(delivered(Load(size=400, seed=9)))


def test_faultless_views_are_clean(expected: Expected) -> None:
    findings = check(expected, TOPIC, FaultlessViews(expected))
    assert findings.summary() == []
    assert findings.clean


def _drop(view: str) -> Callable[[FaultlessViews], None]:
    return lambda views: views.tables[view].__delitem__(-1)


def _double(view: str) -> Callable[[FaultlessViews], None]:
    return lambda views: views.tables[view].append(views.tables[view][0])


def _nudge(view: str, column: str, by: float) -> Callable[[FaultlessViews], None]:
    def nudge(views: FaultlessViews) -> None:
        row = next(row for row in views.tables[view] if row[column] is not None)
        row[column] += by

    return nudge


LISTED = ("v_touchpoints", "v_steps", "v_commitments", "v_bonds", "v_rejected", "v_held", "v_repeated")
NUDGES = (
    ("v_steps", "index_before", 2e-6),
    ("v_steps", "index_after", -2e-6),
    ("v_commitments", "kept_at", 1),
    ("v_bonds", "bond_index", 2e-6),
    ("v_bonds", "touchpoints", 1),
    ("v_bonds", "at", 1),
    ("v_touchpoints", "valence", 2e-6),
    ("v_touchpoints", "content_hash", 1),
    ("v_touchpoints", "kafka_offset", 1),
)


@pytest.mark.parametrize("view", [*LISTED, "v_reconciliation"])
def test_whatever_is_missing_is_lost(expected: Expected, view: str) -> None:
    views = FaultlessViews(expected)
    _drop(view)(views)
    assert check(expected, TOPIC, views).lost


@pytest.mark.parametrize("view", [*LISTED, "v_alerts"])
def test_whatever_is_there_twice_is_doubled(expected: Expected, view: str) -> None:
    views = FaultlessViews(expected)
    _double(view)(views)
    assert check(expected, TOPIC, views).doubled


@pytest.mark.parametrize(("view", "column", "by"), NUDGES)
def test_a_figure_that_is_off_by_more_than_the_tolerance_is_wrong(
    expected: Expected, view: str, column: str, by: float
) -> None:
    views = FaultlessViews(expected)
    _nudge(view, column, by)(views)
    assert check(expected, TOPIC, views).wrong


def test_who_is_not_joined_or_joined_with_somebody_else_is_wrong(expected: Expected) -> None:
    joined = {customer for customer, person in expected.persons.items() if customer != person}
    assert joined, "some are joined"
    views = FaultlessViews(expected)
    row = next(row for row in views.tables["v_touchpoints"] if row["customer"] in joined)
    row["person_id"] = row["name_id"]
    assert check(expected, TOPIC, views).wrong
    other = FaultlessViews(expected)
    other.tables["v_touchpoints"][0]["person_id"] = other.tables["v_touchpoints"][-1]["person_id"]
    assert check(expected, TOPIC, other).wrong


def test_of_two_names_the_last_word_holds_whatever_came_last() -> None:
    def said(minute: int, sort: str, one: str, other: str) -> dict[str, Any]:
        time = f"2025-01-01T00:{minute:02d}:00Z"
        told = {"source": "/crm", "id": f"{minute}", "time": time, "type": f"identity.{sort}.v1"}
        return {**told, "subject": one, "data": {"name": other}}

    links = [said(3, "linked", "b", "c"), said(2, "unlinked", "b", "a"), said(1, "linked", "a", "b")]
    names = {"a", "b", "c", "d"}
    assert persons_of(names, links) == {"a": "a", "b": "b", "c": "b", "d": "d"}
    assert set(persons_of(names, [*links, said(4, "linked", "a", "c")]).values()) == {"a", "d"}


def test_an_offset_that_stands_nowhere_is_lost_and_one_that_stands_twice_is_doubled(
    expected: Expected,
) -> None:
    views = FaultlessViews(expected)
    _nudge("v_reconciliation", "accounted", -1)(views)
    findings = check(expected, TOPIC, views)
    assert findings.lost
    assert findings.doubled


def test_of_whoever_was_erased_nothing_may_stand_but_that_they_were_read() -> None:
    ledger = delivered(Load(size=400, seed=9, linked=0))
    views = FaultlessViews(expected_of(ledger))
    ledger.erased.add(b"customer-0")
    left = expected_of(ledger)
    assert check(left, TOPIC, FaultlessViews(left)).clean
    assert left.erased
    found = check(left, TOPIC, views)
    assert {"touchpoint", "step"} <= {one.sort for one in found.wrong}
    assert "sums of partition, erased" in {one.sort for one in found.wrong}


def test_bonds_by_another_version_of_the_model_are_told_apart(expected: Expected) -> None:
    newer = expected_of(delivered(Load(size=400, seed=9)), theta=0.25)
    assert check(newer, TOPIC, FaultlessViews(newer)).clean
    found = check(newer, TOPIC, FaultlessViews(expected))
    assert {one.sort for one in found.wrong} >= {"step, index_after", "bond, bond_index"}
    assert not found.lost


def test_bonds_by_the_earlier_model_must_be_what_they_were(expected: Expected) -> None:
    earlier, views = FaultlessViews(expected), FaultlessViews(expected)
    views.tables["v_bond_at"] = [{**row} for row in views.tables["v_bonds"] if row["felt"]]
    assert check_earlier_model(earlier, views, "bond-1").clean
    _nudge("v_bond_at", "bond_index", 2e-6)(views)
    assert check_earlier_model(earlier, views, "bond-1").wrong
    _drop("v_bond_at")(views)
    assert check_earlier_model(earlier, views, "bond-1").lost
