"""Erases customers: their keys first, then every row about them; what is left is where their records stood.

Each step leaves what the next one needs: an erasure that was killed on the way goes on from the same command.

1. The names go into the ledger and their keys out of the vault, in one go. From here on no worker writes
   or announces anything about them, and what is sealed stays so, in backups too. Which names are a
   customer's, the links say that are written down.
2. Whoever was writing or announcing meanwhile has ended: nothing comes in behind what follows, nor is it in
   Kafka later than the receipt takes it to be. Names that were linked by then are taken in as well.
3. What is held is counted, once, and the places of their records in Kafka are noted, so that every record
   that was read stays accounted for.
4. To anonymise, the rows are written again under a name to which nothing leads, without words.
5. The rows leave every table that names customers, and the parts that held them leave the disk. What is left
   then is swept again: an insert of a writer that was killed may have waited in the database meanwhile.
   By then the vault tells their alerts, so that no command about one is written any more. The copies of what
   their mates felt go last: whoever copies may have read of them for as long as there was something to read.
6. The receipt is written.
"""

import secrets
import time
from collections.abc import Callable, Sequence

from clickhouse_connect.driver.client import Client

from schemas.names import DatabaseUser, Table
from schemas.settings import Settings
from streams.commands import Order
from streams.connections import connect
from streams.crashpoints import ErasurePoint, Reached, crash_at, never
from streams.pieces import in_pieces
from streams.rows import ErasureRow
from streams.sinks import circles, sweeping
from streams.sinks.fence import Fence
from streams.sinks.vault import Erasure, Vault, vault_of
from streams.value import astuple

SALT_BYTES = 16
MOST_SWEEPS = 10
MOST_ORDERS = 50
"""Orders that are obeyed together: every name of theirs is tried with every contact, in memory."""
DAY_MS = 86_400_000
UNLOGGED = {"log_queries": "0"}
"""The statements hold pseudonyms, salts and names of stand-ins, which are for no log of a server."""
MARGIN_DAYS = 2
"""Kafka deletes whole segments, of a day each, and looks now and then."""


class Eraser:
    """Carries orders out.

    `connect` gives the administrator's client, `clock_ms` is the time of receipts, `raw_days` how long raw
    copies are kept.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        vault: Vault,
        fence: Fence,
        clock_ms: Callable[[], int],
        raw_days: int,
        reached: Reached = never,
    ) -> None:
        self._connect, self._vault, self._fence = connect, vault, fence
        self._clock_ms, self._raw_days = clock_ms, raw_days
        self._reached = reached

    def begin(self, orders: Sequence[Order]) -> list[Erasure]:
        """Destroy the keys of customers; return the erasure that began under the id of each order.

        That of an id that was used before is the first one's, whoever is meant now. Raises as `obey`.
        """
        client = self._connect()
        try:
            return [self._begun(client, order) for order in orders]
        finally:
            client.close()

    def obey(self, orders: Sequence[Order]) -> None:
        """Return when nothing of these customers is held any more; raises what Kafka and ClickHouse raise."""
        client = self._connect()
        try:
            for some in in_pieces(orders, MOST_ORDERS):
                self._obey(client, some)
        finally:
            client.close()

    def _obey(self, client: Client, orders: Sequence[Order]) -> None:
        erased = [self._count(client, erasure) for erasure in self._begin_all(client, orders)]
        self._sweep_until_empty(client, erased)
        self._write_receipts(client, orders, erased)
        self._reached(ErasurePoint.RECEIPT_WRITTEN)
        for erasure in erased:
            self._vault.end_erasure(erasure.erasure_id)

    def _begin_all(self, client: Client, orders: Sequence[Order]) -> list[Erasure]:
        """Begin until nobody who was writing meanwhile has linked another name to these customers."""
        begun = [self._begun(client, order) for order in orders]
        self._reached(ErasurePoint.KEYS_DESTROYED)
        while True:
            self._fence.drain()
            before, begun = begun, [self._begin(client, order) for order in orders]
            if begun == before:
                return begun

    def _begun(self, client: Client, order: Order) -> Erasure:
        """Return the erasure that has begun under an order's id, or begin it."""
        return self._vault.erasure(order.erasure_id) or self._begin(client, order)

    def _begin(self, client: Client, order: Order) -> Erasure:
        """Destroy the keys of all names of a customer, and write into the ledger that they are erased."""
        begun = self._vault.erasure(order.erasure_id)
        if begun is not None and (begun.held is not None or order.name_id not in begun.names):
            return begun
        names = circles.names_of(client, order.name_id)
        salt = secrets.token_hex(SALT_BYTES) if order.anonymise else ""
        return self._vault.begin_erasure(order.erasure_id, names, self._clock_ms(), salt)

    def _count(self, client: Client, erasure: Erasure) -> Erasure:
        """Note what is held, if it was not noted before some of it was gone."""
        if erasure.held is not None:
            return erasure
        held, facts = (of(client, erasure.names) for of in (sweeping.held_of, sweeping.facts_of))
        return self._vault.note_held(erasure.erasure_id, held, facts)

    def _sweep_until_empty(self, client: Client, erasures: Sequence[Erasure]) -> None:
        """Sweep until nothing is left; SweepingError if there always is."""
        names = [name_id for erasure in erasures for name_id in erasure.names]
        for _ in range(MOST_SWEEPS):
            self._sweep(client, erasures)
            self._reached(ErasurePoint.ROWS_DELETED)
            if not (sweeping.is_any_left(client, names) or self._commanded(client)):
                return
        raise sweeping.SweepingError("rows of erased customers still come in")

    def _sweep(self, client: Client, erasures: Sequence[Erasure]) -> None:
        """Leave nothing of these customers but places, and stand-ins of those who are anonymised."""
        names = [name_id for erasure in erasures for name_id in erasure.names]
        sweeping.note_places(client, names)
        self._reached(ErasurePoint.PLACES_NOTED)
        for erasure in erasures:
            if erasure.salt:
                sweeping.write_stand_in(client, erasure.names, erasure.salt)
        self._vault.keep_pairs(circles.pairs_of(client, names))
        mates = circles.mates_of(client, names, self._vault.pairs())
        self._vault.note_alerts(sweeping.alerts_of(client, names, mates))
        self._fence.drain()  # Who was writing a command about one of these has ended.
        sweeping.delete(client, names, mates, self._commanded(client))
        self._fence.drain()  # Who was copying what a mate felt, and had read of these, has ended.
        sweeping.delete_copies(client, mates)

    def _commanded(self, client: Client) -> set[str]:
        """Return the alerts of whoever was erased about which there are commands."""
        return {
            alert_id for some in sweeping.subjects_of(client) for alert_id in self._vault.erased_alerts(some)
        }

    def _write_receipts(self, client: Client, orders: Sequence[Order], erasures: Sequence[Erasure]) -> None:
        rows = [
            ErasureRow(
                order.erasure_id,
                order.issued_by,
                bool(erasure.salt) or order.anonymise,
                order.known_at,
                self._clock_ms(),
                len(erasure.names),
                erasure.held or {},
                self._clock_ms() + (self._raw_days + MARGIN_DAYS) * DAY_MS,
            )
            for order, erasure in zip(orders, erasures, strict=True)
        ]
        fields = ErasureRow.__struct_fields__
        client.insert(Table.ERASURES, [astuple(row) for row in rows], column_names=fields)


def unlogged(settings: Settings) -> Client:
    """Return the administrator's client, whose statements stand in no log of queries."""
    client = connect(settings, DatabaseUser.ADMIN)
    for name, value in UNLOGGED.items():
        client.set_client_setting(name, value)
    return client


def eraser_of(settings: Settings) -> Eraser:
    """Return what erases customers, as the administrator. Connects only when there is somebody to erase."""
    return Eraser(
        lambda: unlogged(settings),
        vault_of(settings),
        Fence(settings.vault_path),
        lambda: time.time_ns() // 1_000_000,
        settings.raw_days,
        crash_at(settings.crash_at),
    )
