"""What tests of access share."""

from collections.abc import Callable
from types import SimpleNamespace

from flask.testing import FlaskClient

from dashboards.store import Store

HERE = "http://localhost"
"""Where Flask's test client thinks the dashboard is."""
Door = Callable[..., FlaskClient]
"""Come as nobody, or with a session of a role."""


def nothing_at_all() -> Store:
    """A store whose database is there and empty."""
    nothing = SimpleNamespace(column_names=(), result_rows=[])
    return Store(lambda: SimpleNamespace(query=lambda *_, **__: nothing))
