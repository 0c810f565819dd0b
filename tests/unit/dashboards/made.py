"""Answers made by hand for tests of figures and words."""

from dashboards.answers.journey import (
    CatalogueRow,
    Journey,
    RunRow,
    TouchpointRow,
    journey_of,
    plan_of,
)

CATALOGUE = {
    row.type: row
    for row in (
        CatalogueRow("advice.given", "Advice", "choose", 1, 9),
        CatalogueRow("delivery.late", "Late delivery", "receive", 3, 19),
        CatalogueRow("unboxing.done", "Unboxing", "receive", 3, 22),
        CatalogueRow("repair.done", "Repair", "help", 6, 60),
    )
}
PEOPLE = 400
"""In the picture: a quarter meets each touchpoint, but the repair, which ten meet."""


def rows() -> list[TouchpointRow]:
    return [
        TouchpointRow("repair.done", "help", "service", False, 10, 10, 9, 0, 30.0, 95.0),
        TouchpointRow("unboxing.done", "receive", "product", False, 100, 110, 100, 2, 300.0, 1000.0),
        TouchpointRow("advice.given", "choose", "retail", False, 100, 100, 80, 5, 100.0, 180.0),
        TouchpointRow("delivery.late", "receive", "logistics", True, 100, 120, 3, 110, -600.0, 4000.0),
    ]


def run(order: list[str], segment: str = "club", people: int = PEOPLE) -> RunRow:
    """The run of people who began at 10 and lost one point between touchpoints."""
    moved = {row.type: row for row in rows()}
    others = [row for row in rows() if row.type not in order]
    moves = [moved[one].moved for one in order] + [sum(row.moved for row in others), -1.0 * people]
    squares = [moved[one].moved_squares for one in order] + [
        sum(row.moved_squares for row in others),
        1.5 * people,
    ]
    sums = [10.0 * people]
    for move in moves:
        sums.append(sums[-1] + move)
    met = [moved[one].people for one in order] + [sum(row.people for row in others)]
    return RunRow(
        segment=segment,
        people=people,
        sums=sums,
        squares=[one * one / people + 50 * people for one in sums],
        move_squares=[0.0, *squares],
        met=met,
        change_squares=3.0 * people,
    )


def journey(department: str = "", most: int = 16) -> Journey:
    plan = plan_of(rows(), CATALOGUE, department, most)
    made = journey_of(plan, rows(), [run(list(plan.types))])
    assert made is not None
    return made
