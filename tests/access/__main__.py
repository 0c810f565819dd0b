"""`python -m tests.access`: all attacks and many mutants against the gate; exit code 1 if one gets out."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does it


def main() -> int:
    """Attack, and print one line."""
    from schemas.names import DatabaseUser

    from .assault import breaches
    from .corpus import attacks
    from .mutants import Mutator
    from .places import place

    parser = argparse.ArgumentParser(prog="python -m tests.access", description=__doc__)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with place() as home:
        corpus = attacks(home.words())
        mutants = Mutator(home.words()).mutants(arguments.seed, arguments.mutants)
        statements = [*corpus, *((sql, {}) for sql in mutants)]
        found = 0
        for breach in breaches(home, statements, DatabaseUser.ANALYST):
            found += 1
            print(f"BREACH ({breach.what}): {breach.sql[:2000]}", flush=True)
    print(f"{len(corpus)} attacks, {arguments.mutants:,} mutants of seed {arguments.seed}: {found} breaches")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
