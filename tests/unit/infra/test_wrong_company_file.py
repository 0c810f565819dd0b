"""A wrong file of the company ends a command with one clear line, before anything is started or changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CATALOGUE, RULES = "VINCLE_CATALOGUE_FILE", "VINCLE_RULES_FILE"


@pytest.mark.parametrize(
    ("command", "setting"),
    [("up", CATALOGUE), ("up", RULES), ("migrate", CATALOGUE), ("worker", CATALOGUE), ("reread", CATALOGUE)],
)
def test_it_is_told_in_one_line(command: str, setting: str, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("version: a\ntipes: {}\n")
    folders = {"VINCLE_DATA_FOLDER": str(tmp_path / "data"), "VINCLE_PSEUDONYM_KEY": "a key for tests"}
    done = subprocess.run(
        [sys.executable, "-m", "infra.cli", command],
        env={**os.environ, **folders, setting: str(file)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "vincle: own.yaml:2: tipes: is not a field here\n"
    assert not (tmp_path / "data").exists()
