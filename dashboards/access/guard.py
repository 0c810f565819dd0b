"""The guard of the store: what a customer said leaves it for those alone who may read words.

Pages ask as if everybody might, and new ones cannot forget it: the columns of words are emptied here.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from dashboards.access.rights import Right, Viewer
from dashboards.store import Store, StoreEmptyError

Row = TypeVar("Row", bound=tuple[Any, ...])
GUARDED = {"text": Right.READ_WORDS}
"""Columns that not everybody may see, whatever the query; queries do not rename them."""


class GuardedStore:
    """A store that answers each viewer as the role allows."""

    def __init__(self, store: Store, viewer: Callable[[], Viewer]) -> None:
        self._store, self._viewer = store, viewer

    def rows(self, query: str, row: type[Row], **parameters: Any) -> tuple[Row, ...]:
        """Return the rows of a named query, as `Store.rows` does."""
        rows = self._store.rows(query, row, **parameters)
        viewer = self._viewer()
        hidden = {
            name: ""
            for name, right in GUARDED.items()
            if name in getattr(row, "_fields", ()) and not viewer.may(right)
        }
        return tuple(one._replace(**hidden) for one in rows) if hidden else rows  # type: ignore[attr-defined]

    def row(self, query: str, row: type[Row], **parameters: Any) -> Row:
        """Return the first row of a named query; raises StoreEmptyError if there is none."""
        rows = self.rows(query, row, **parameters)
        if not rows:
            raise StoreEmptyError(query)
        return rows[0]
