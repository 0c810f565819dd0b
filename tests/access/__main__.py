"""`python -m tests.access`: legal queries, all attacks and many mutants against the gate.

With `--server` they go to the ClickHouse server of the settings, which must serve nobody else. The exit code
is 1 if a legal query fails or an attack gets out.
"""

import argparse
import sys
from http import HTTPStatus
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does it


def main() -> int:
    """Attack, and print one line."""
    from schemas.names import DatabaseUser
    from schemas.settings import Settings

    from .assault import breaches
    from .corpus import attacks, legal
    from .mutants import Mutator
    from .places import place

    parser = argparse.ArgumentParser(prog="python -m tests.access", description=__doc__)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", action="store_true")
    arguments = parser.parse_args()
    with place(Settings() if arguments.server else None) as home:
        queries = dict(legal(home.words()))
        refused = 0
        for name, sql in queries.items():
            status, answer = home.ask(DatabaseUser.ANALYST, sql)
            if status != HTTPStatus.OK:
                refused += 1
                print(f"REFUSED ({name}): {answer[:500]}", flush=True)
        corpus = attacks(home.words())
        mutants = Mutator(home.words()).mutants(arguments.seed, arguments.mutants)
        statements = [*corpus, *((sql, {}) for sql in mutants)]
        found = 0
        for breach in breaches(home, statements, DatabaseUser.ANALYST):
            found += 1
            print(f"BREACH ({breach.what}): {breach.sql[:2000]}", flush=True)
    print(f"{len(queries)} legal queries: {refused} refused")
    print(f"{len(corpus)} attacks, {arguments.mutants:,} mutants of seed {arguments.seed}: {found} breaches")
    return 1 if found or refused else 0


if __name__ == "__main__":
    raise SystemExit(main())
