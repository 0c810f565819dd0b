"""Runs rows, several at a time where they do not strike what others use, and prints a line for each."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from .rows import Row
from .run import Outcome, run
from .stage import running_stage

LANES = 3
"""Rows at a time: most of a row is waiting for Kafka to miss a dead worker."""
HEADINGS = ("row", "fault", "load", "lost", "doubled", "wrong", "seconds", "verdict")
WIDTHS = (24, 62, 22, 6, 7, 7, 7, 0)


def run_rows(rows: Sequence[Row], say: Callable[[str], None], keep_logs: Path | None = None) -> list[Outcome]:
    """Run rows and say a line for each; a stage is shared by all that do not strike it."""
    say(_line(HEADINGS))
    outcomes: list[Outcome] = []
    peaceful = [row for row in rows if not row.strikes_stage]
    if peaceful:
        for outcome in _run_beside(peaceful, keep_logs):
            _tell(outcome, say)
            outcomes.append(outcome)
    for row in rows:
        if row.strikes_stage:
            with running_stage(keep_logs) as stage:
                outcomes.append(run(row, stage))
            _tell(outcomes[-1], say)
    return outcomes


def _run_beside(rows: Sequence[Row], keep_logs: Path | None) -> Iterable[Outcome]:
    with running_stage(keep_logs) as stage, ThreadPoolExecutor(LANES, "row") as lanes:
        try:
            for future in as_completed([lanes.submit(run, row, stage) for row in rows]):
                yield future.result()
        except BaseException:
            stage.interrupted.set()
            lanes.shutdown(wait=False, cancel_futures=True)
            raise


def _tell(outcome: Outcome, say: Callable[[str], None]) -> None:
    row = outcome.row
    say(
        _line(
            (
                row.name,
                row.fault,
                f"{outcome.delivered} at {row.load.a_second or 'once'}",
                outcome.lost,
                outcome.doubled,
                outcome.wrong,
                f"{outcome.seconds:.0f}",
                outcome.verdict,
            )
        )
    )
    for note in outcome.notes:
        if outcome.shortfall or not row.defect:
            say(f"    {note}")


def _line(cells: Sequence[object]) -> str:
    return " | ".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
