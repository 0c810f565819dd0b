"""What to fix first: the touchpoints by what they do to the bond."""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from dashboards.answers.journey import TouchpointRow
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE

HEIGHT = 400
GRID_THEME = {
    "function": (
        "themeQuartz.withParams({fontFamily: 'inherit', fontSize: 13, headerFontWeight: 500, spacing: 6, "
        "wrapperBorder: false, wrapperBorderRadius: 0, rowBorder: true, columnBorder: false, "
        "backgroundColor: 'var(--ground)', foregroundColor: 'var(--text)', "
        "headerBackgroundColor: 'var(--ground)', headerTextColor: 'var(--quiet)', "
        "borderColor: 'var(--line)', rowHoverColor: 'var(--shade)'})"
    )
}


def first_grid(id: str, texts: Texts) -> Component:
    """Return the empty table."""
    return dag.AgGrid(
        id=id,
        columnDefs=columns(texts),
        rowData=[],
        getRowId="params.data.type",
        defaultColDef={"sortable": True, "resizable": False, "suppressMovable": True},
        dashGridOptions={
            "theme": GRID_THEME,
            "rowHeight": 38,
            "headerHeight": 38,
            "suppressCellFocus": False,
            "animateRows": False,
            "localeText": {"noRowsToShow": texts("state.no_hit")},
        },
        style={"height": f"{HEIGHT}px", "width": "100%"},
        className="grid",
    )


def columns(texts: Texts) -> list[dict[str, Any]]:
    """Return the columns; numbers are sorted as numbers and shown as text."""
    number = {"type": "rightAligned", "minWidth": 92}
    return [
        {"field": "name", "headerName": texts("first.touchpoint"), "flex": 2, "minWidth": 132},
        {"field": "owner", "headerName": texts("first.owner"), "flex": 1.2, "minWidth": 96},
        _shown("feeling", texts("first.feeling"), texts("first.feeling_told"), **number, flex=1.3),
        _shown("people", texts("first.people"), texts("first.people_told"), **number, flex=1),
        _shown("impact", texts("first.impact"), texts("first.impact_told"), **number, flex=1.1, sort="asc")
        | {"cellClassRules": {"worse": "params.value < -0.05", "better": "params.value > 0.05"}},
    ]


def _shown(field: str, name: str, told: str, **more: Any) -> dict[str, Any]:
    return {
        "field": field,
        "headerName": name,
        "headerTooltip": told,
        "valueFormatter": {"function": f"params.data.{field}_text"},
        **more,
    }


def first_rows(
    rows: Sequence[TouchpointRow], names: Sequence[str], people: int, texts: Texts
) -> list[dict[str, Any]]:
    """Return the rows: feeling for a person who met it, impact for an average person in the picture."""
    shown = []
    for row, name in zip(rows, names, strict=True):
        feeling, impact = row.feeling, row.impact(people)
        few = "≈ " if row.people < FEW_PEOPLE else ""
        margin = "" if feeling.margin is None else f" ± {texts.number(feeling.margin, 1)}"
        shown.append(
            {
                "type": row.type,
                "name": f"◆ {name}" if row.truth else name,
                "owner": texts.name("department", row.department),
                "feeling": feeling.mean,
                "feeling_text": few + texts.signed(feeling.mean) + margin,
                "people": row.people,
                "people_text": texts.number(row.people),
                "impact": impact.mean,
                "impact_text": texts.arrow(impact.mean, 2),
            }
        )
    return sorted(shown, key=lambda one: one["impact"])
