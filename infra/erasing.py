"""`vincle erase CUSTOMER`: sends the command, and waits for the receipt of the worker that obeys."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client

from infra.commanding import sender
from schemas.commands import Command
from schemas.names import CUSTOMER_ANONYMISE, CUSTOMER_ERASE, View
from schemas.settings import Settings
from streams.connections import connect

PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.2
RECEIPT = (
    "SELECT erasure_id, issued_by, anonymised, ordered_at, erased_at, names, held, raw_gone_at"
    f" FROM {View.ERASURES} WHERE erasure_id = {{id:String}}"
)


class EraseError(Exception):
    """The receipt did not come; the text is one line."""


class Receipt(NamedTuple):
    """What was held of a customer, and until when raw copies are."""

    erasure_id: str
    issued_by: str
    anonymised: bool
    ordered_at: datetime
    erased_at: datetime
    names: int
    held: dict[str, int]
    raw_gone_at: datetime


def erase(settings: Settings, name_id: str, by: str, note: str | None, anonymise: bool) -> Receipt:
    """Have a customer erased, by the pseudonym of any name of theirs.

    Raises EraseError on a cluster, or if no worker has obeyed in time: then one will when it runs. Also
    KafkaError, DeliveryError, ClickHouse's Error, and ValidationError if `by` or `note` is no name.
    """
    if settings.clickhouse_cluster:
        raise EraseError("rows on a cluster cannot be erased yet; nothing was done")
    kind = CUSTOMER_ANONYMISE if anonymise else CUSTOMER_ERASE
    command = Command.of(kind, name_id, time=datetime.now(UTC), by=by, note=note)
    sender(settings)(command)
    deadline = time.monotonic() + PATIENCE_SECONDS
    with connect(settings) as client:
        while (receipt := receipt_of(client, command.id)) is None:
            if time.monotonic() > deadline:
                raise EraseError(f"no worker has obeyed yet; {command.id} will be as soon as one runs")
            time.sleep(LOOK_SECONDS)
    return receipt


def receipt_of(client: Client, erasure_id: str) -> Receipt | None:
    """Return the receipt of an erasure that is done."""
    rows: list[tuple[Any, ...]] = client.query(RECEIPT, {"id": erasure_id}).result_rows
    return Receipt(*rows[0]) if rows else None


def told(receipt: Receipt) -> Iterator[str]:
    """Yield the lines of a receipt."""
    done = "anonymised" if receipt.anonymised else "erased"
    at = f"{receipt.erased_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"{done} at {at}: {receipt.names} names, receipt {receipt.erasure_id}"
    yield from (f"  {count:,} rows of {table}" for table, count in sorted(receipt.held.items()))
    yield f"from {receipt.raw_gone_at:%Y-%m-%d} on, Kafka and what was rejected hold nothing either"
