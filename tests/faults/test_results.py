"""What came of rows outlasts the run."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from . import results
from .results import Results
from .rows import Scale
from .run import Outcome

HELD = Outcome("late", "one in ten late", "100 at 10", 0, 0, 0, "", False, ("one was held",), 1.5)


def test_the_last_outcome_of_a_row_is_found_again(tmp_path: Path) -> None:
    for outcome in (replace(HELD, lost=1, shortfall="1 lost"), replace(HELD, name="clocks"), HELD):
        Results(Scale(quick=True), tmp_path).keep(outcome)
    found = Results(Scale(quick=True), tmp_path).of(["late", "zombie", "clocks"])
    assert found == {"late": HELD, "clocks": replace(HELD, name="clocks")}
    assert not Results(Scale(quick=False), tmp_path).of(["late"])


@pytest.mark.parametrize(
    ("changed", "rows"),
    [
        ("streams/batch.py", {"late", "clocks"}),
        ("tests/faults/odd_workers.py", {"clocks"}),
        ("dashboards/theme.py", set()),
    ],
)
@pytest.mark.parametrize("is_committed", [False, True])
def test_an_outcome_counts_until_what_its_row_runs_changes(
    tree: Path, changed: str, rows: set[str], is_committed: bool
) -> None:
    scale, folder = Scale(quick=True), tree / "results"
    both = {name: replace(HELD, name=name) for name in ("late", "clocks")}
    before = Results(scale, folder)
    for outcome in both.values():
        before.keep(outcome)
    (tree / changed).write_text("otherwise")
    if is_committed:
        commit_all(tree)
    assert before.of(both) == both
    assert Results(scale, folder).of(both) == {
        name: outcome for name, outcome in both.items() if name not in rows
    }


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of what an ordinary row runs, what the row `clocks` runs beside it, and what none runs."""
    for name in ("streams/batch.py", "tests/faults/odd_workers.py", "dashboards/theme.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("so")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    commit_all(tmp_path)
    monkeypatch.setattr(results, "ROOT", tmp_path)
    return tmp_path


def commit_all(tree: Path) -> None:
    git = ["git", "-C", tree, "-c", "user.name=test", "-c", "user.email=test@example.org"]
    subprocess.run([*git, "add", "streams", "tests", "dashboards"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "so"], check=True)
