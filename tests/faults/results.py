"""What came of rows, kept by the commit they ran on, so that a run can go on where it was left.

That commit is the last one that changed what a row runs: another of the dashboard or of a text takes nothing
back.
"""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from .rows.row import Scale
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


class Results:
    """The outcomes of rows on what is checked out, of one scale."""

    def __init__(self, scale: Scale, folder: Path = FOLDER) -> None:
        self._file = folder / f"{commit()}{'-quick' if scale.quick else ''}.jsonl"

    def keep(self, outcome: Outcome) -> None:
        """Write an outcome down; it replaces the one before of the same row."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")

    def of(self, names: Iterable[str]) -> dict[str, Outcome]:
        """Return the last outcome of each of these rows that has one, in their order."""
        kept: dict[str, Outcome] = {}
        if self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                told = json.loads(line)
                outcome = Outcome(**{**told, "notes": tuple(told["notes"])})
                kept[outcome.name] = outcome
        return {name: kept[name] for name in names if name in kept}


def commit() -> str:
    """Return what names the code that runs: its last commit, and what was changed since, if anything."""
    last = _git("log", "-1", "--abbrev=12", "--format=%h", "--", *WHAT_RUNS).strip()
    changes = _git("diff", "HEAD", "--", *WHAT_RUNS)
    return f"{last}-{sha256(changes.encode()).hexdigest()[:6]}" if changes else last


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout
