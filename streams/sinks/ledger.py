"""What one reader knows of the ledger of erasures."""

from collections.abc import Iterable

from streams.sinks.vault import Vault


class Ledger:
    """Follows the ledger; use it from one thread at a time."""

    def __init__(self, vault: Vault) -> None:
        self._vault, self._read_to = vault, 0
        self.erased: set[str] = set()
        """Every erased name, as far as was read."""

    def news(self) -> Iterable[str]:
        """Return the names that were erased since it was asked last."""
        entries = self._vault.erased_after(self._read_to)
        names = [entry.name_id for entry in entries]
        self.erased.update(names)
        self._read_to = entries[-1].number if entries else self._read_to
        return names
