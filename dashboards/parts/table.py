"""Tables: a grid that draws only the rows in sight and sorts numbers as numbers.

A column shows the field of its name. Beside a number `x` a row has `x_text`, which is what is shown; beside
a link `x` it has `x_href`; a row that is `quiet` steps back. The file has the numbers themselves.
"""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
from dash import Output
from dash.development.base_component import Component

from dashboards.parts.export import PICTURE

Column = dict[str, Any]
ROW_HEIGHT = 38
GRID_THEME = {
    "function": (
        "themeQuartz.withParams({fontFamily: 'inherit', fontSize: 13, headerFontWeight: 500, spacing: 6, "
        "wrapperBorder: false, wrapperBorderRadius: 0, rowBorder: true, columnBorder: false, "
        "backgroundColor: 'var(--ground)', foregroundColor: 'var(--text)', "
        "headerBackgroundColor: 'var(--ground)', headerTextColor: 'var(--quiet)', "
        "borderColor: 'var(--line)', rowHoverColor: 'var(--shade)'})"
    )
}
TONED = {"worse": "params.value < -0.05", "better": "params.value > 0.05"}
"""Classes of a cell where more is better, by its value."""


def column(field: str, name: str, told: str = "", **more: Any) -> Column:
    """Return a column of words."""
    return {"field": field, "headerName": name, **({"headerTooltip": told} if told else {}), **more}


def written(field: str, name: str, told: str = "", **more: Any) -> Column:
    """Return a column of what is written otherwise than it is sorted."""
    return column(field, name, told, valueFormatter={"function": f"params.data.{field}_text"}, **more)


def number(field: str, name: str, told: str = "", **more: Any) -> Column:
    """Return a column of numbers."""
    return written(field, name, told, **{"type": "rightAligned", "minWidth": 92, "flex": 1, **more})


def link(field: str, name: str, told: str = "", **more: Any) -> Column:
    """Return a column of links; Enter follows them too."""
    return column(field, name, told, **{"cellRenderer": "VincleLink", **more})


def picture(field: str, name: str, **more: Any) -> Column:
    """Return a column of small pictures, which are in no file."""
    return column(field, name, **{"cellRenderer": PICTURE, "sortable": False, **more})


def grid(id: str, columns: Sequence[Column], key: str) -> Component:
    """Return the empty table, which `filled` gives its height; `key` is the field that tells rows apart.

    It says nothing of having no rows: it begins without, and would tell that to whoever listens to the page.
    """
    return dag.AgGrid(
        id=id,
        columnDefs=list(columns),
        rowData=[],
        getRowId=f"params.data.{key}",
        defaultColDef={"sortable": True, "resizable": False, "suppressMovable": True},
        dashGridOptions={
            "theme": GRID_THEME,
            "rowHeight": ROW_HEIGHT,
            "headerHeight": ROW_HEIGHT,
            "suppressCellFocus": False,
            "animateRows": False,
            "rowClassRules": {"is-quiet": "params.data.quiet"},
            "suppressNoRowsOverlay": True,
        },
        eventListeners={"cellKeyDown": ["vincleFollow(params)"]},
        style={"height": "0", "width": "100%"},
        className="grid",
    )


def fitted(rows: int, most: int = 10) -> dict[str, str]:
    """Return the style of a table that is as high as its rows, up to so many; the others are scrolled to.

    Without rows there is no table: what is said instead stands elsewhere.
    """
    height = (min(rows, most) + 1) * ROW_HEIGHT + 4 if rows else 0
    return {"height": f"{height}px", "width": "100%"}


def rows_of(grid_id: str) -> list[Output]:
    """Return what `filled` fills."""
    return [Output(grid_id, "rowData"), Output(grid_id, "style")]


def filled(rows: list[dict[str, Any]], most: int = 10) -> list[Any]:
    """Return rows and the height that they need, up to so many."""
    return [rows, fitted(len(rows), most)]
