"""`python -m tests.faults`: runs rows, prints a line for each; exit code 1 if one falls short."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does it


def main() -> int:
    """Run the rows that were asked for."""
    from .rows import ROWS
    from .table import run_rows

    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a slice that ends within 3 minutes")
    parser.add_argument(
        "--row", action="append", default=[], metavar="NAME", help="only this row; repeatable"
    )
    parser.add_argument(
        "--logs", type=Path, metavar="FOLDER", help="keep the logs of broker, engine and workers"
    )
    asked = parser.parse_args()
    known = {row.name: row for row in ROWS}
    unknown = [name for name in asked.row if name not in known]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(known)}")
    rows = [known[name] for name in asked.row] or [row for row in ROWS if row.quick or not asked.quick]
    outcomes = run_rows(rows, print_now, asked.logs)
    short = [outcome for outcome in outcomes if outcome.shortfall]
    print_now(f"{len(outcomes) - len(short)} of {len(outcomes)} rows hold")
    return 1 if short else 0


def print_now(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
