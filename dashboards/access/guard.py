"""The guard of the store: what a customer said leaves it for those alone who may read words.

Pages ask as if everybody might, and new ones cannot forget it: the columns of words come sealed from the
database, and are opened here, or emptied.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from dashboards.access.rights import Right, Viewer
from dashboards.store import Store, StoreEmptyError
from streams.sealing import Keys, KeysOf, opened_rows

Row = TypeVar("Row", bound=tuple[Any, ...])
GUARDED = {"text": Right.READ_WORDS, "contact": Right.KNOW_NAMES}
"""Columns that not everybody may see, whatever the query; queries do not rename them."""


def no_keys(names: Iterable[str]) -> Keys:
    """Give no keys: where a dashboard opens nothing."""
    return {}


class GuardedStore:
    """A store that answers each viewer as the role allows; `keys_of` gives the keys that open words."""

    def __init__(self, store: Store, viewer: Callable[[], Viewer], keys_of: KeysOf = no_keys) -> None:
        self._store, self._viewer, self._keys_of = store, viewer, keys_of

    def rows(self, query: str, row: type[Row], **parameters: Any) -> tuple[Row, ...]:
        """Return the rows of a named query, as `Store.rows` does."""
        rows = self._store.rows(query, row, **parameters)
        viewer = self._viewer()
        fields = getattr(row, "_fields", ())
        guarded = [name for name in GUARDED if name in fields]
        hidden = {name: "" for name in guarded if not viewer.may(GUARDED[name])}
        if hidden:
            rows = tuple(one._replace(**hidden) for one in rows)  # type: ignore[attr-defined]
        if not guarded:
            return rows
        return tuple(row(*one) for one in opened_rows(rows, fields, guarded, self._keys_of))

    def row(self, query: str, row: type[Row], **parameters: Any) -> Row:
        """Return the first row of a named query; raises StoreEmptyError if there is none."""
        rows = self.rows(query, row, **parameters)
        if not rows:
            raise StoreEmptyError(query)
        return rows[0]
