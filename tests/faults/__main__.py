"""`python -m tests.faults`: runs rows, prints a line for each; exit code 1 if one falls short.

Rows that hold already on this commit are not run again, so a run goes on where it was left; rows that are
named are always run.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does it


def main() -> int:
    """Run the rows that were asked for, and print the table of this commit."""
    from .results import Results
    from .rows import Scale, rows_of
    from .table import headings, lines_of, run_rows

    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes; without rows, some that take 3 minutes"
    )
    parser.add_argument(
        "--row", action="append", default=[], metavar="NAME", help="only this row; repeatable"
    )
    parser.add_argument(
        "--logs", type=Path, metavar="FOLDER", help="keep the logs of broker, engine and workers"
    )
    asked = parser.parse_args()
    scale = Scale(asked.quick)
    rows = rows_of(scale)
    unknown = [name for name in asked.row if name not in rows]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(rows)}")
    wanted = asked.row or [row.name for row in rows.values() if row.in_slice or not asked.quick]
    results = Results(scale)
    done = {} if asked.row else {n: one for n, one in results.of(wanted).items() if not one.shortfall}
    print_now(headings())
    for outcome in done.values():
        print_now("\n".join(lines_of(outcome)))
    for outcome in run_rows([rows[name] for name in wanted if name not in done], asked.logs):
        results.keep(outcome)
        print_now("\n".join(lines_of(outcome)))
    outcomes = results.of(wanted).values()
    short = [outcome for outcome in outcomes if outcome.shortfall]
    print_now(f"{len(outcomes) - len(short)} of {len(wanted)} rows hold")
    return 1 if short or len(outcomes) < len(wanted) else 0


def print_now(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
