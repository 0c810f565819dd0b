"""Fields and buttons, and where it is told what became of them."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component


def acts(told: str, *parts: Component) -> Component:
    """Return fields and buttons in a row, and the place where it is told, under an id, what became of it."""
    return html.Div([*parts, html.Div(id=told, className="hint", role="status")], className="acts")


def field(id: str, label: str, value: str = "", **more: Any) -> Component:
    """Return a field for a few words, under its label."""
    return html.Div(
        [
            html.Label(label, htmlFor=id),
            dcc.Input(id=id, type="text", value=value, autoComplete="off", **more),
        ],
        className="search",
    )


def button(id: str, label: str) -> Component:
    """Return what does something when it is pressed."""
    return html.Button(label, id=id, type="button", className="button")
