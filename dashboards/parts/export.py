# mypy: disable-error-code="untyped-decorator"
"""Any table and any figure as CSV: its rows as they are shown there, or the numbers behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.exports import csv_of
from dashboards.texts import Texts

PICTURE = "VincleCurve"
"""What draws the cells of a column of small pictures, which are in no file."""


def export_button(id: str, texts: Texts) -> Component:
    """Return the button that saves the table or the figure of an id."""
    label = texts("export.csv")
    return html.Div(
        [
            html.Button(
                "CSV",
                id=f"{id}-save",
                type="button",
                title=label,
                className="button is-small",
                **{"aria-label": label},
            ),
            dcc.Download(id=f"{id}-file"),
        ],
        className="export",
    )


def register_table(app: Dash, id: str) -> None:
    """Save the rows of a table when its button is pressed: those shown, in the order shown."""

    @app.callback(
        *_of_button(id), State(id, "virtualRowData"), State(id, "columnDefs"), prevent_initial_call=True
    )
    def save(
        clicks: int | None,
        pulse: dict[str, Any] | None,
        rows: list[dict[str, Any]] | None,
        columns: list[dict[str, Any]],
    ) -> Any:
        if not clicks or not pulse:
            return no_update
        headings = {one["field"]: one["headerName"] for one in columns if one.get("cellRenderer") != PICTURE}
        return _file(id.removesuffix("-grid"), pulse, headings, rows or [])


def register_figure(app: Dash, id: str) -> None:
    """Save the numbers behind a figure when its button is pressed."""

    @app.callback(*_of_button(id), State(id, "figure"), prevent_initial_call=True)
    def save(clicks: int | None, pulse: dict[str, Any] | None, figure: dict[str, Any]) -> Any:
        numbers = figure["layout"].get("meta")
        if not clicks or not pulse or not numbers:
            return no_update
        headings = {str(at): heading for at, heading in enumerate(numbers["headings"])}
        rows = [dict(zip(headings, row, strict=True)) for row in numbers["rows"]]
        return _file(id.removesuffix("-figure"), pulse, headings, rows)


def _of_button(id: str) -> tuple[Output, Input, State]:
    return Output(f"{id}-file", "data"), Input(f"{id}-save", "n_clicks"), State("pulse", "data")


def _file(
    name: str, pulse: Mapping[str, Any], headings: Mapping[str, str], rows: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    file_name = "-".join(filter(None, ("vincle", name, pulse["at"][:10]))) + ".csv"
    return {"content": csv_of(headings, rows), "filename": file_name, "type": "text/csv;charset=utf-8"}
