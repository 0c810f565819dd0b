"""The catalogue: every member is sound, and a wrong file is told with its name, the field and the reason."""

from pathlib import Path

import pytest

from schemas.catalogue import CatalogueError, FactRule, TouchpointType, load_catalogue
from schemas.emotions import CONCERNS, Emotion, Feeling, Need, mask_of, needs_of
from schemas.envelope import Event
from schemas.touchpoint import Facts

CATALOGUE = load_catalogue()
SECTORS = ["", *CATALOGUE.sectors]


@pytest.mark.parametrize("name", CATALOGUE.types)
def test_a_type_is_sound_in_every_sector(name: str) -> None:
    for sector in SECTORS:
        entry = CATALOGUE.type_in(name, sector)
        assert sum(entry.normalised_profile) == pytest.approx(1)
        assert entry.title
        assert (entry.kind == "felt") or entry.valence is None, "only what is felt has a valence"


@pytest.mark.parametrize("name", CATALOGUE.published)
def test_a_type_can_be_published(name: str) -> None:
    event = Event.touchpoint(name, id="1", source="/here", customer="c-1", time="2026-03-01T09:30:00Z")
    assert Event.model_validate_json(event.to_json()) == event


@pytest.mark.parametrize("fact", Facts.model_fields)
def test_a_fact_of_the_contract_has_a_rule_or_is_told_to_have_none(fact: str) -> None:
    assert fact in CATALOGUE.facts or fact == "years_as_customer"


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


WRONG = {
    "types:\n  delivery.late: {valence: -9}\n": r"types\.delivery\.late\.valence: .*greater than",
    "types:\n  delivery.late: {valance: -0.9}\n": r"types\.delivery\.late\.valance: Extra inputs",
    "types:\n  delivery.late: {stage: nowhere}\n": r"types\.delivery\.late\.stage: nowhere is not among",
    "types:\n  tea.served: {kind: felt}\n": r"types\.tea\.served\.\w+: Field required",
    "types:\n  tea.served: {kind: outcome, title: T, department: a, stage: use}\n": r"an outcome says which",
    "facts:\n  days_lat: {when: {true: 1}}\n": r"days_lat is no fact of the contract",
    "facts:\n  missed: {when: {true: 1}, points: [[0, 1]]}\n": r"facts\.missed: .*give either points or when",
    "facts:\n  days_late: {points: [[3, 0], [1, 0]]}\n": r"points must rise in the fact",
    "sectors:\n  bank: {types: {tea.served: {valence: 1}}}\n": r"bank\.types\.tea\.served is no type",
    "types: [\n": r"line \d+",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_companys_file_is_told_with_field_and_reason(text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(CatalogueError, match=r"(?s)own\.yaml: .*" + WRONG[text]):
        load_catalogue(file)


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
