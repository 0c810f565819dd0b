"""What is typed wrongly, or set wrongly, ends a command with one line that names it."""

import sys

import pytest

from infra.cli import main


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("erase", "anna", "--note", ""), "--note: String should have at least 1 character"),
        (("alerts", "done", "x", "--note", ""), "--note: String should have at least 1 character"),
        (("alerts", "ack", "x", "--by", "a" * 201), "--by: String should have at most 200 characters"),
        (("alerts", "enable", "x", "--note", ""), "--note: String should have at least 1 character"),
        (("alerts", "assign", "x", ""), "to: String should have at least 1 character"),
        (("alerts", "done", ""), "subject: String should have at least 1 character"),
    ],
)
def test_a_wrong_word_of_a_command_is_told_by_its_name(
    typed: tuple[str, ...],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("VINCLE_PSEUDONYM_KEY", "a key for tests")

    assert ended(typed, monkeypatch, capsys) == f"vincle: {told}\n"


@pytest.mark.parametrize("command", [("alerts", "list"), ("dashboard",)])
def test_a_wrong_setting_is_told_by_its_variable(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("VINCLE_CLICKHOUSE_PORT", "many")

    assert ended(command, monkeypatch, capsys).startswith(
        "vincle: VINCLE_CLICKHOUSE_PORT: Input should be a valid integer"
    )


def ended(typed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says that ends with code 1."""
    monkeypatch.setattr(sys, "argv", ["vincle", *typed])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    return capsys.readouterr().err
