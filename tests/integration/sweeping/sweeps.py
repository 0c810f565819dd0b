"""What tests of sweeps share: orders, what obeys them and tells, and what the engine still holds."""

from collections.abc import Callable
from typing import Any

from clickhouse_connect.driver.client import Client

from infra.erasing import Receipt, receipt_of
from schemas.names import CLONE, Table
from schemas.settings import Settings
from streams.commands import Order
from streams.crashpoints import ErasurePoint, Reached
from streams.rows import JournalRow, ProfileRow
from streams.sinks.eraser import Eraser, unlogged
from streams.sinks.fence import Fence
from streams.sinks.vault import vault_of

Life = tuple[ProfileRow, list[JournalRow]]
"""A customer, as workers wrote one."""


def order(person: str, anonymise: bool = False) -> Order:
    return Order(f"of {person}", person, anonymise, "marta", 0)


def eraser(settings: Settings, reached: Reached, connect: Callable[[Settings], Any] = unlogged) -> Eraser:
    """What erases, and tells of each step."""
    vault, fence = vault_of(settings), Fence(settings.vault_path)
    return Eraser(lambda: connect(settings), vault, fence, lambda: 0, settings.raw_days, reached)


def behind_the_sweep(come: Callable[[], object]) -> Reached:
    """What lets something come in once, when the first sweep has ended."""
    met: list[ErasurePoint] = []

    def reached(point: ErasurePoint) -> None:
        if point is ErasurePoint.ROWS_DELETED and point not in met:
            come()
        met.append(point)

    return reached


def clone(client: Client, *tables: Table) -> None:
    for table in tables:
        client.command(f"CREATE TABLE {CLONE}{table} CLONE AS {table}")


def counted(client: Client, query: str, **values: Any) -> int:
    return int(str(client.command(query, values)))


def receipt(client: Client, person: str) -> Receipt:
    found = receipt_of(client, order(person).erasure_id)
    assert found is not None
    return found


def rows_of(client: Client, table: str, person: str) -> int:
    return counted(client, f"SELECT count() FROM {table} WHERE person_id = {{who:String}}", who=person)
