"""What to fix first: the touchpoints by what they do to the bond."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.answers.journey import TouchpointRow
from dashboards.parts.table import TONED, Column, column, number
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE


def first_columns(texts: Texts) -> list[Column]:
    """Return the columns; numbers are sorted as numbers and shown as text."""
    return [
        column("name", texts("first.touchpoint"), flex=2, minWidth=146),
        column("owner", texts("first.owner"), flex=1.2, minWidth=92),
        number(
            "impact",
            texts("first.impact"),
            texts("first.impact_told"),
            flex=1.1,
            minWidth=86,
            sort="asc",
            cellClassRules=TONED,
        ),
        number("feeling", texts("first.feeling"), texts("first.feeling_told"), flex=1.3, minWidth=126),
        number("people", texts("first.people"), texts("first.people_told")),
        number(
            "points", texts("first.points"), texts("first.points_told"), minWidth=122, cellClassRules=TONED
        ),
        number("left", texts("first.left"), texts("first.left_told"), minWidth=142),
    ]


def first_rows(
    rows: Sequence[TouchpointRow],
    names: Sequence[str],
    people: int,
    leavers: Mapping[str, int],
    texts: Texts,
) -> list[dict[str, Any]]:
    """Return the rows: feeling for a person who met it, impact for an average one of `people` in the picture.

    `leavers` of each type had met it before they left; under "" all who left.
    """
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
                "points": row.moved,
                "points_text": texts.signed(row.moved, 0),
                "left": leavers.get(row.type, 0),
                "left_text": f"{texts.number(leavers.get(row.type, 0))} / {texts.number(leavers.get('', 0))}",
                "impact": impact.mean,
                "impact_text": texts.arrow(impact.mean, 2),
            }
        )
    return sorted(shown, key=lambda one: one["impact"])


def worth(row: TouchpointRow, name: str, people: int, leavers: Mapping[str, int], texts: Texts) -> str:
    """Return what one point of bond is worth at a touchpoint, in words."""
    sentence = texts(
        "first.worth",
        touchpoint=name,
        people=texts.number(row.people),
        points=texts.number(row.people / people, 2),
    )
    left = leavers.get("", 0)
    if not left:
        return sentence
    met = leavers.get(row.type, 0)
    told = texts(
        "first.worth_left", left=texts.number(left), met=texts.number(met), share=texts.percent(met / left)
    )
    return f"{sentence} {told}"
