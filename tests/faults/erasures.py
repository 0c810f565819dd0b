"""Customers who are erased while a row runs, as `vincle erase` does it, and noted in the ledger."""

from collections.abc import Callable
from datetime import UTC, datetime

from infra.commanding import sender
from schemas.commands import Command
from schemas.names import CUSTOMER_ERASE, View
from schemas.settings import Settings
from streams.connections import connect
from streams.pseudonyms import pseudonymiser

from .checker.ledger import Ledger
from .rows.row import Blow

CUSTOMERS = tuple(f"customer-{number}" for number in range(5))


class Customers:
    """Some of the customers of a load."""

    def __init__(self, settings: Settings, ledger: Callable[[], Ledger]) -> None:
        self._settings, self._ledger = settings, ledger
        self._ordered = 0

    def strike(self, blow: Blow) -> None:
        """Have them erased; a worker will obey."""
        assert blow is Blow.ERASE
        person_of, send = pseudonymiser(self._settings.pseudonym_secret()), sender(self._settings)
        for customer in CUSTOMERS:
            send(Command.of(CUSTOMER_ERASE, person_of(customer), time=datetime.now(UTC), by="marta"))
            self._ledger().erased.add(customer.encode())
            self._ordered += 1

    def are_gone(self) -> bool:
        """Is there a receipt for everybody who was to be erased? Raises ClickHouse's Error."""
        with connect(self._settings) as client:
            return client.command(f"SELECT count() FROM {View.ERASURES}") == self._ordered
