"""Runs rows, several at a time where they do not disturb each other, and words a line for each."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from .rows.row import Row
from .run import Outcome, run
from .stage import running_stage

LANES = 3
"""Rows at a time: most of a row is waiting for Kafka to miss a dead worker."""
HEADINGS = ("row", "fault", "load", "lost", "doubled", "wrong", "seconds", "verdict")
WIDTHS = (24, 62, 22, 6, 7, 7, 7, 0)


def run_rows(rows: Sequence[Row], keep_logs: Path | None = None) -> Iterator[Outcome]:
    """Run rows, and yield what came of each; a stage is shared by all that do not need it alone."""
    shared = [row for row in rows if not row.needs_stage_alone]
    if shared:
        yield from _run_beside(shared, keep_logs)
    for row in rows:
        if row.needs_stage_alone:
            with running_stage(keep_logs, row.disks) as stage:
                yield run(row, stage)


def _run_beside(rows: Sequence[Row], keep_logs: Path | None) -> Iterable[Outcome]:
    with running_stage(keep_logs) as stage, ThreadPoolExecutor(LANES, "row") as lanes:
        try:
            for future in as_completed([lanes.submit(run, row, stage) for row in rows]):
                yield future.result()
        except BaseException:
            stage.interrupted.set()
            lanes.shutdown(wait=False, cancel_futures=True)
            raise


def headings() -> str:
    """Return the line above the table."""
    return _line(HEADINGS)


def lines_of(outcome: Outcome) -> Iterator[str]:
    """Yield the line of an outcome, and below it what else there is to say."""
    counts = (outcome.lost, outcome.doubled, outcome.wrong)
    yield _line(
        (outcome.name, outcome.fault, outcome.load, *counts, f"{outcome.seconds:.0f}", outcome.verdict)
    )
    if outcome.shortfall or not outcome.is_control:
        yield from (f"    {note}" for note in outcome.notes)


def _line(cells: Sequence[object]) -> str:
    return " | ".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
