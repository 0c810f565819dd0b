"""What tests share that ask the dashboard as a browser would, without one."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from dash import Dash
from flask.testing import FlaskClient

from dashboards.store import Store

CALLBACK = "/_dash-update-component"
HERE = "http://localhost"
"""Where Flask's test client thinks the dashboard is."""
Door = Callable[..., FlaskClient]
"""Come as nobody, or with a session of a role."""


def nothing_at_all(asked: list[str] | None = None) -> Store:
    """A store whose database is there and empty; it writes down what it was asked about."""
    asked = [] if asked is None else asked
    nothing = SimpleNamespace(column_names=(), result_rows=[])

    def query(_: str, parameters: object = None, settings: object = None) -> SimpleNamespace:
        asked.append(str(parameters))
        return nothing

    return Store(lambda _: SimpleNamespace(query=query))


def call_of(app: Dash, output: str, **values: Any) -> dict[str, Any]:
    """What a browser sends to have a callback run; inputs by id, as given, else empty."""
    known = app.callback_map[output]

    def told(part: dict[str, Any]) -> dict[str, Any]:
        return {**part, "value": values.get(part["id"].replace("-", "_"))}

    outputs = [
        dict(zip(("id", "property"), one.rsplit(".", 1), strict=True))
        for one in output.strip(".").split("...")
    ]
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": [told(part) for part in known["inputs"]],
        "state": [told(part) for part in known["state"]],
        "changedPropIds": [],
    }
