"""A million simulated touchpoints of 50,000 customers: is every one journaled, every index that of SQL?

python -m infra.benchmarks.million [--touchpoints 1000000] [--customers 50000]
"""

from datetime import UTC, datetime
from typing import Annotated

import typer
from clickhouse_connect.driver.client import Client

from infra.benchmarks.stage import accounted, published, stack, wait_for
from infra.simulation import Plan, sector_names, simulate
from infra.workers import running_worker
from schemas.names import View
from streams.bond.parameters import BOND_1
from streams.connections import connect

DAYS = 365
TOLERANCE = 1e-6
"""Customers of several names follow by a second hop and are waited for; who never agrees fails the check."""
DIFFERENCE = f"""
SELECT count(), max(abs(stream.bond_index - sql.bond_index))
FROM {View.BONDS} AS stream
INNER JOIN {View.BOND_AT}(
    at = {{at:DateTime64(3)}}, known_by = '2200-01-01 00:00:00', model = '{BOND_1.version}', person = ''
) AS sql ON sql.person_id = stream.person_id
"""


def difference_of(client: Client) -> tuple[int, float]:
    """Return of how many customers stream and SQL tell the index, and the greatest difference."""
    at = client.command(f"SELECT toString(at) FROM {View.NOW}")
    people, difference = client.query(DIFFERENCE, {"at": at}).result_rows[0]
    return int(people), float(difference)


def main(
    touchpoints: Annotated[int, typer.Option(help="How many")] = 1_000_000,
    customers: Annotated[int, typer.Option(help="Of how many customers")] = 50_000,
) -> None:
    """Print the counts, the greatest difference of an index, and the rate of the worker.

    TimeoutError if stream and SQL never come to agree.
    """
    plan = Plan(customers, touchpoints, 3, datetime(2025, 1, 1, tzinfo=UTC), DAYS, tuple(sector_names()))
    with stack() as settings, connect(settings) as client:
        count = published(settings, simulate(plan))
        with running_worker(settings):
            first, already = wait_for(lambda: accounted(client), 1), accounted(client)
            last = wait_for(lambda: accounted(client), count)
            wait_for(lambda: difference_of(client)[1] <= TOLERANCE, True)
        rate = (count - already) / (last - first)
        journaled = client.command(f"SELECT count() FROM {View.TOUCHPOINTS}")
        missing = client.command(f"SELECT sum(missing) FROM {View.RECONCILIATION}")
        people, difference = difference_of(client)
    print(f"published {count:,} events, {touchpoints:,} of them touchpoints")
    print(f"journaled {journaled:,} touchpoints, missing {missing}")
    print(f"greatest difference between stream and SQL over {people:,} customers: {difference:.2e}")
    print(f"worker: {rate:,.0f} events/s")


if __name__ == "__main__":
    typer.run(main)
