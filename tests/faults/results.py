"""What came of rows, kept by the commit they ran on, so that a run can go on where it was left.

That commit is the last one that changed what a row runs: another of the dashboard or of a text takes nothing
back, nor does one of workers that are not quite the product from a row that has none.
"""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from .rows import Scale, rows_of
from .run import Outcome
from .stage import ROOT

FOLDER = ROOT / ".data" / "faults"
WHAT_RUNS = (
    "requirements.lock",
    "schemas",
    "streams",
    "infra",
    ":!infra/benchmarks",
    "tests/faults",
    ":!tests/faults/results.py",
    ":!tests/faults/test_*.py",
    ":(glob)tests/*.py",
)
ODD_WORKERS = "tests/faults/odd_workers.py"


class Results:
    """The outcomes of rows on what is checked out, of one scale."""

    def __init__(self, scale: Scale, folder: Path = FOLDER) -> None:
        ending = "-quick.jsonl" if scale.quick else ".jsonl"
        # Asked once: what runs is what was there when the run began.
        self._files = {is_odd: folder / f"{commit(is_odd)}{ending}" for is_odd in (False, True)}
        self._odd = {row.name for row in rows_of(scale).values() if row.oddities or row.replayed_by}

    def keep(self, outcome: Outcome) -> None:
        """Write an outcome down; it replaces the one before of the same row."""
        kept = self._files[outcome.name in self._odd]
        kept.parent.mkdir(parents=True, exist_ok=True)
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")

    def of(self, names: Iterable[str]) -> dict[str, Outcome]:
        """Return the last outcome of each of these rows that has one, in their order."""
        kept = {is_odd: _kept(file) for is_odd, file in self._files.items()}
        found = {name: kept[name in self._odd].get(name) for name in names}
        return {name: outcome for name, outcome in found.items() if outcome is not None}


def commit(is_odd: bool) -> str:
    """Return what names the code that runs: its last commit, and what was changed since, if anything."""
    what = WHAT_RUNS if is_odd else (*WHAT_RUNS, f":!{ODD_WORKERS}")
    last = _git("log", "-1", "--abbrev=12", "--format=%h", "--", *what).strip()
    changes = _git("diff", "HEAD", "--", *what)
    return f"{last}-{sha256(changes.encode()).hexdigest()[:6]}" if changes else last


def _kept(file: Path) -> dict[str, Outcome]:
    """Return the last outcome of each row in a file; none if there is no file."""
    if not file.exists():
        return {}
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {one["name"]: Outcome(**{**one, "notes": tuple(one["notes"])}) for one in told}


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout
