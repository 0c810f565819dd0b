"""Rules are data: ours, and a company's own file over them, told with line and field where it is wrong."""

from pathlib import Path

import pytest

from schemas.yaml_file import FileError
from streams.alerts.rules import load_rules
from streams.alerts.switches import Switch, Switches

RULES = load_rules()


def own(folder: Path, text: str) -> Path:
    file = folder / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_companys_file_changes_what_it_names_and_adds_rules(tmp_path: Path) -> None:
    text = """
rules:
  bond_breaking: {below: 0, enabled: false}
  bad_calls: {kind: series, title: Bad calls, contacts: 2, days: 3, impact: -0.5, cooldown_days: 7}
"""
    rules = load_rules(own(tmp_path, text)).rules
    changed = rules["bond_breaking"]
    assert changed == RULES.rules["bond_breaking"].model_copy(update={"below": 0, "enabled": False})
    assert set(rules) == {*RULES.rules, "bad_calls"}


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert load_rules(own(tmp_path, "")) == RULES


WRONG = {
    "rules:\n  bond_breaking: {below: 200}\n": r"own\.yaml:2: rules\.bond_breaking\.below: must be at most",
    "rules:\n  bond_breaking:\n    deep: 3\n": r"own\.yaml:3: rules\.bond_breaking\.deep: is not a field",
    "rules:\n  mine: {kind: series, title: M}\n": r"own\.yaml:2: rules\.mine\.cooldown_days: is missing",
    "rules:\n  mine: {kind: horoscope, title: M}\n": r"own\.yaml:2: rules\.mine: .*horoscope",
    "rules:\n  silent_fading: {days: 0}\n": r"own\.yaml:2: rules\.silent_fading\.days: must be above 0",
    "routing: {hours: many}\n": r"own\.yaml:1: routing\.hours: must be a number",
    "rules: [\n": r"own\.yaml:\d+: ",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_file_is_told_with_line_field_and_reason(text: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=WRONG[text]):
        load_rules(own(tmp_path, text))


def test_a_rule_is_as_it_was_switched_last_before_a_time() -> None:
    switches = Switches(RULES, [Switch("won_back", 20, True), Switch("won_back", 10, False)])
    assert [switches.are_on("won_back", at_ms) for at_ms in (9, 10, 19, 20)] == [True, False, False, True]


def test_a_rule_that_nobody_switched_is_as_its_file_says(tmp_path: Path) -> None:
    rules = load_rules(own(tmp_path, "rules:\n  won_back: {enabled: false}\n"))
    switches = Switches(rules)
    assert not switches.are_on("won_back", 0)
    assert switches.are_on("bond_breaking", 0)
