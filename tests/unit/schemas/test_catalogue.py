"""The catalogue: every member is sound, and a wrong file is told with its name, the field and the reason."""

from importlib import resources
from pathlib import Path

import pytest
import yaml

from schemas.catalogue import FactRule, TouchpointType, load_catalogue
from schemas.emotions import CONCERNS, Emotion, Feeling, Need, mask_of, needs_of
from schemas.envelope import Event
from schemas.touchpoint import Facts
from schemas.yaml_file import FileError

CATALOGUE = load_catalogue()
SECTORS = ["", *CATALOGUE.sectors]


@pytest.mark.parametrize("name", CATALOGUE.types)
def test_a_type_is_sound_in_every_sector(name: str) -> None:
    for sector in SECTORS:
        entry = CATALOGUE.type_in(name, sector)
        assert sum(entry.normalised_profile) == pytest.approx(1)
        assert entry.title
        assert (entry.kind == "felt") or entry.valence is None, "only what is felt has a valence"
        assert (entry.kind == "outcome") == (entry.outcome not in (None, "complained"))


@pytest.mark.parametrize("name", CATALOGUE.published)
def test_a_type_can_be_published(name: str) -> None:
    event = Event.touchpoint(name, id="1", source="/here", customer="c-1", time="2026-03-01T09:30:00Z")
    assert Event.model_validate_json(event.to_json()) == event


@pytest.mark.parametrize("fact", Facts.model_fields)
def test_a_fact_of_the_contract_has_a_rule(fact: str) -> None:
    assert fact in CATALOGUE.facts


@pytest.mark.parametrize(("fact", "rule"), CATALOGUE.facts.items())
def test_a_rule_stays_between_the_ends(fact: str, rule: FactRule) -> None:
    for amount in (0, 0.01, 0.5, 1, 7, 1e9):
        valence = rule.valence_of(amount if rule.points else bool(amount))
        assert valence is None or -1 <= valence <= 1, fact


def test_a_rule_is_a_line_through_its_points() -> None:
    rule = FactRule(points=[(1, -0.2), (3, -0.6)])
    assert [rule.valence_of(amount) for amount in (0, 1, 2, 3, 9)] == pytest.approx(
        [-0.2, -0.2, -0.4, -0.6, -0.6]
    )


def test_every_outcome_is_some_types() -> None:
    outcomes = {entry.outcome for entry in CATALOGUE.types.values()} - {None}
    assert outcomes == {"bought", "renewed", "referred", "complained", "left"}


def test_a_companys_file_goes_before_the_catalogue_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("types:\n  delivery.late: {valence: -0.9}\n")
    own = load_catalogue(file)
    assert own.types["delivery.late"].valence == -0.9
    assert own.types["delivery.late"].title == CATALOGUE.types["delivery.late"].title
    assert set(own.types) == set(CATALOGUE.types)


def test_an_empty_companys_file_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("")
    assert load_catalogue(file) == CATALOGUE


LATE = "types:\n  delivery.late:\n    "
IN_BANK = "sectors:\n  bank:\n    types:\n      "
WRONG = {
    LATE + "valence: 1.1": "3: types.delivery.late.valence: must be at most 1",
    LATE + "valance: -0.9": "3: types.delivery.late.valance: is not a field here",
    LATE + "kind: null": "3: types.delivery.late.kind: must be 'felt', 'unfelt' or",
    LATE + "stage: gone": "3: types.delivery.late.stage: gone is not among the stages: discover",
    LATE + "profile: {relief: 0}": "3: types.delivery.late.profile: must have a weight",
    LATE + "title: A\n    title: B": "4: types.delivery.late.title: is there already, in line 3",
    "types:\n  delivery.lat: {valence: 1}": "2: types.delivery.lat: is no type of the catalogue; a new one "
    "needs kind, title, department, stage; perhaps delivery.late?",
    "types:\n\n  tea.served: {kind: felt}": "3: types.tea.served.title: is missing",
    "types:\n  tea.served: {kind: outcome, title: T, department: a, stage: use}": "2: types.tea.served: an "
    "outcome says which",
    "facts:\n  days_lat: {when: {true: 1}}": "2: facts.days_lat: is no fact of the contract; perhaps "
    "days_late?",
    "facts:\n  missed: {when: {true: 1}, points: [[0, 1]]}": "2: facts.missed: give either points or when",
    "facts:\n  days_late:\n    points: [[3, 0], [1, 0]]": "3: facts.days_late.points: points must rise",
    "facts:\n  severity:\n    points: null": "2: facts.severity: give either points or when",
    IN_BANK + "tea.served: {valence: 1}": "4: sectors.bank.types.tea.served: is no type",
    IN_BANK + "card.lost:\n        stage: gone": "5: sectors.bank.types.card.lost.stage: gone is not among",
    IN_BANK
    + "class.off: {kind: felt, title: T, department: d}": "4: sectors.bank.types.class.off.stage: is missing",
    "sectors:\n  banc: {facts: {}}": "2: sectors.banc: is no sector; a new one needs a title; perhaps bank?",
    "version: a\nstages: [discover]": "2: stages: leaves out choose, where ",
    "stages: [a, a]": "1: stages: must name each once",
    "tipes: {}": "1: tipes: is not a field here",
    "types: [\n": "2: ",
    "- a": "1: file: must be fields and their values",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_companys_file_is_told_with_line_field_and_reason(text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(FileError) as caught:
        load_catalogue(file)
    assert str(caught.value).startswith(f"own.yaml:{WRONG[text]}")
    assert "\n" not in str(caught.value)


def test_a_companys_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("version: España".encode("latin-1"))
    for name in ("latin.yaml", "nothing.yaml", "."):
        with pytest.raises(FileError, match="cannot be read"):
            load_catalogue(tmp_path / name)


GYM = """
version: gym 2
stages: [discover, choose, buy, onboard, receive, use, pay, help, renew, leave]
types:
  tour.given: {title: Tour, kind: felt, department: sales, stage: onboard, valence: 0.3}
sectors:
  gym:
    title: Gym
    facts: {minutes_waited: {points: [[0, 0], [10, -1]]}}
    types:
      class.cancelled: {title: Class cancelled, kind: felt, department: courses, stage: use, importance: 3}
      agent.called: {title: At the desk}
"""


def test_a_company_adds_types_stages_and_a_sector_in_one_file(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(GYM)
    own = load_catalogue(file)
    assert set(own.types) - set(CATALOGUE.types) == {"tour.given", "class.cancelled"}
    assert own.stages.index("onboard") == 3
    assert (
        own.type_in("class.cancelled", "").importance
        == own.type_in("class.cancelled", "bank").importance
        == 3
    )
    assert own.type_in("agent.called", "gym").title == "At the desk"
    assert own.type_in("agent.called", "gym").facts["minutes_waited"].valence_of(5) == -0.5
    assert own.type_in("agent.called", "bank") == CATALOGUE.type_in("agent.called", "bank")
    stages = [own.stages.index(entry.stage) for entry in own.types.values()]
    assert stages == sorted(stages), "types stand in the order of the journey"


def test_the_version_tells_every_other_content(tmp_path: Path) -> None:
    versions = {CATALOGUE.version}
    for text in (GYM, GYM.replace("0.3", "0.4"), "types:\n  delivery.late: {valence: -0.9}\n"):
        file = tmp_path / "own.yaml"
        file.write_text(text)
        versions.add(load_catalogue(file).version)
    assert len(versions) == 4
    assert sum(version.startswith("gym 2+") for version in versions) == 2


@pytest.mark.parametrize("sector", CATALOGUE.sectors)
def test_a_sector_has_moments_of_truth_and_says_what_is_promised_there(sector: str) -> None:
    moments = [entry for entry in CATALOGUE.sectors[sector].types.values() if entry.importance == 3]
    own = [
        entry
        for name, entry in CATALOGUE.sectors[sector].types.items()
        if entry != CATALOGUE.types[name] and entry.importance == 3
    ]
    assert own, "some of them are its own, or differ from what is usual"
    assert all(entry.promised for entry in moments), [e.title for e in moments if not e.promised]


def test_a_type_is_made_in_one_file() -> None:
    folder = resources.files("schemas.catalogue")
    files = [folder.joinpath("common.yaml"), *folder.joinpath("sectors").iterdir()]
    made = [
        name
        for file in files
        for name, entry in yaml.safe_load(file.read_text(encoding="utf-8"))["types"].items()
        if "kind" in entry
    ]
    assert sorted(made) == sorted(CATALOGUE.types)


def test_a_type_without_any_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="must have a weight above 0"):
        TouchpointType(kind="felt", title="T", department="d", stage="use", profile={Emotion.RELIEF: 0})


@pytest.mark.parametrize("feeling", Feeling)
def test_a_feeling_concerns_an_emotion_of_the_bond(feeling: Feeling) -> None:
    assert CONCERNS[feeling]
    assert set(CONCERNS[feeling]) <= set(Emotion)


@pytest.mark.parametrize("need", Need)
def test_a_need_comes_back_from_its_mask(need: Need) -> None:
    assert needs_of(mask_of(frozenset({need}))) == {need}
    assert needs_of(mask_of(frozenset(Need))) == set(Need)
