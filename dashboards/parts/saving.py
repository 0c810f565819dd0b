"""What is shown, as a file: a picture, a report that stands alone, a print. The browser makes them."""

from dash import ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component

from dashboards.access.rights import Viewer
from dashboards.parts.form import button
from dashboards.texts import Texts

WAYS = ("picture", "report", "print")


def menu(texts: Texts, viewer: Viewer) -> Component:
    """Return the ways to save a page, one click away."""
    label = texts("export.menu")
    return html.Details(
        [
            html.Summary(
                html.Span(className="down", **{"aria-hidden": "true"}), title=label, **{"aria-label": label}
            ),
            html.Div(
                [
                    *(button(f"save-{way}", texts(f"export.{way}")) for way in WAYS),
                    html.P(texts("export.hint"), className="hint"),
                ],
                className="me-more",
            ),
            html.Div(id="save-sink", hidden=True),
        ],
        id="save",
        className="me save",
        **{"data-by": texts("export.by", name=viewer.name)},
    )


def register(app: Dash) -> None:
    """Save in the way whose button was pressed."""
    app.clientside_callback(
        ClientsideFunction("saving", "save"),
        Output("save-sink", "children"),
        *(Input(f"save-{way}", "n_clicks") for way in WAYS),
        State("pulse", "data"),
        prevent_initial_call=True,
    )
