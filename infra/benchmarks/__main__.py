"""Measure: python -m infra.benchmarks [--quick] [--row NAME …] [--out FILE]."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.benchmarks.facts import facts
from infra.benchmarks.suite import Scale, all_rows, as_json, measured, table


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Smaller sizes, once each: five minutes")] = False,
    row: Annotated[list[str] | None, typer.Option(help="Only these rows")] = None,
    repetitions: Annotated[int | None, typer.Option(help="Readings of each; the median counts")] = None,
    vast: Annotated[bool, typer.Option("--vast", help="Also 100 M touchpoints: an hour, 40 GB")] = False,
    out: Annotated[Path, typer.Option(help="Where the JSON goes")] = Path(".data/benchmarks.json"),
) -> None:
    """Print the table, write the JSON; ends with 1 if something promised is not reached."""
    rows = {one.name: one for one in all_rows()}
    unknown = sorted(set(row or ()) - rows.keys())
    if unknown:
        raise typer.BadParameter(f"no row {', '.join(unknown)}; there are {', '.join(rows)}")
    scale = Scale(quick, repetitions or (1 if quick else 3), vast)
    where = facts()
    results = [
        result
        for one in rows.values()
        if not row or one.name in row
        for result in measured(one, scale, lambda line: print(line, file=sys.stderr, flush=True))
    ]
    print("\n".join(table(results)))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(as_json(results, where), indent=1, ensure_ascii=False), encoding="utf-8")
    if any(one.holds is False for one in results):
        raise SystemExit(1)


if __name__ == "__main__":
    typer.run(main)
