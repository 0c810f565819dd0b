"""The keys that a worker holds at hand: those used last. A customer who speaks again costs no look."""

from collections import OrderedDict
from collections.abc import Iterable

from schemas.settings import Settings
from streams.sealing import KeysOf
from streams.sinks.vault import Vault, vault_of

REMEMBERED = 200_000
"""Keys, of 32 bytes each."""


class KeyRing:
    """Holds the keys of names; use it from one thread at a time."""

    def __init__(self, vault: Vault, remembered: int = REMEMBERED) -> None:
        self._vault, self._remembered = vault, remembered
        self._keys: OrderedDict[str, bytes] = OrderedDict()

    def known(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the keys of those names that have one."""
        return self._held(names, self._vault.keys)

    def made(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the keys of all names; who has none gets one."""
        return self._held(names, self._vault.keys_or_new)

    def _held(self, names: Iterable[str], look: KeysOf) -> dict[str, bytes]:
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


def key_ring(settings: Settings) -> KeyRing:
    """Return a ring of the keys in the vault; FileNotFoundError without a master key."""
    return KeyRing(vault_of(settings))
