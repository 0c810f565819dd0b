"""The door to the database: what goes out is without erased customers and sealed, what comes in is opened.

It keeps at hand the keys that were used last: a customer who speaks again costs no look. The ledger of
erasures is looked at whenever something is written.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any

from schemas.names import Table
from schemas.settings import Settings
from streams.erasing import RowsOf, pairs_of, without
from streams.sealing import Keys, sealed_rows
from streams.sinks.fence import Fence
from streams.sinks.ledger import Ledger
from streams.sinks.vault import Vault, vault_of


class Door:
    """One way to the database; use it from one thread at a time."""

    def __init__(self, vault: Vault, fence: Fence, remembered: int) -> None:
        self._vault, self._fence, self._remembered = vault, fence, remembered
        self._ledger = Ledger(vault)
        self._keys: OrderedDict[str, bytes] = OrderedDict()

    @contextmanager
    def passing(self, rows_of: RowsOf) -> Iterator[RowsOf]:
        """Give rows as they may be written until this ends: an erasure waits for it, and sweeps after it.

        Pairs of names are shared whether their rows are written or not; the vault keeps those that are not.
        What is commanded of an alert about an erased customer is left out: it may come late, or again.
        """
        with self.within() as erased:
            if pairs := pairs_of(rows_of, erased):
                self._vault.keep_pairs(pairs)
            left = dict(without(rows_of, erased))
            commands: Sequence[Any] = left.get(Table.COMMANDS, ())
            if commands:
                gone = self._vault.erased_alerts(command.subject for command in commands)
                left[Table.COMMANDS] = [command for command in commands if command.subject not in gone]
            yield {table: sealed_rows(table, rows, self.made) for table, rows in left.items()}

    @contextmanager
    def within(self) -> Iterator[Set[str]]:
        """Give the names of whom nothing may be written, nor announced, until this ends."""
        with self._fence.shared():
            for name_id in self._ledger.news():
                self._keys.pop(name_id, None)
            yield self._ledger.erased

    def known(self, names: Iterable[str]) -> Keys:
        """Return the keys of those names that have one."""
        return self._held(names, self._vault.keys)

    def made(self, names: Iterable[str]) -> Keys:
        """Return the keys of all names; who has none gets one."""
        return self._held(names, self._vault.keys_or_new)

    def _held(self, names: Iterable[str], look: Callable[[Iterable[str]], Keys]) -> Keys:
        wanted = list(names)
        keys = {name_id: self._keys[name_id] for name_id in wanted if name_id in self._keys}
        lacking = [name_id for name_id in wanted if name_id not in keys]
        if lacking:
            keys.update(look(lacking))
        for name_id, key in keys.items():
            self._keys[name_id] = key
            self._keys.move_to_end(name_id)
        while len(self._keys) > self._remembered:
            self._keys.popitem(last=False)
        return keys


def door_of(settings: Settings) -> Door:
    """Return a door by the vault that the settings name; FileNotFoundError without a master key."""
    return Door(vault_of(settings), Fence(settings.vault_path), settings.worker_customers)
