"""How departments did over weeks, and what hand-overs between them did: tiles with a number each."""

from collections.abc import Sequence
from datetime import date, timedelta

from dashboards.answers.departments import HandoverRow, WeekRow
from dashboards.figures import Figure
from dashboards.figures.departments import height_of
from dashboards.figures.heat import heat
from dashboards.figures.key import SCALE_ROOM, scale_key
from dashboards.figures.numbers import headed, numbers, with_margin
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout, readable_on

HEIGHT = 450
FEW_COLUMNS = 8
"""So many names stand side by side; more are turned."""
LEFT = 104
NAMES_ROOM = 24
"""Pixels that names of columns take below the tiles."""
FEW_CONTACTS = 30
"""A week of fewer looks uncertain."""


def weeks(
    rows: Sequence[WeekRow], departments: Sequence[str], last: date, many: int, theme: Theme, texts: Texts
) -> Figure:
    """Draw what an average contact did, departments by weeks up to a day."""
    first = last - timedelta(days=last.weekday() + 7 * (many - 1))
    mondays = [first + timedelta(days=7 * week) for week in range(many)]
    known = {(row.department, row.week): row for row in rows}
    cells = [[known.get((one, monday)) for monday in mondays] for one in departments]
    grid = [[row.moved / row.contacts if row else None for row in line] for line in cells]
    told = [
        [
            texts(
                "departments.hover_week",
                department=texts.name("department", row.department),
                day=texts.day(row.week),
                change=texts.signed(row.moved / row.contacts, 2),
                contacts=texts.number(row.contacts),
            )
            if row
            else ""
            for row in line
        ]
        for line in cells
    ]
    most = _strongest([abs(row.moved / row.contacts) for line in cells for row in line if row])
    written = [
        _number(at, place, _short(value, texts), row.contacts, value, most, theme)
        for place, (line, values) in enumerate(zip(cells, grid, strict=True))
        for at, (row, value) in enumerate(zip(line, values, strict=True))
        if row and value is not None
    ]
    names = [texts.name("department", one) for one in departments]
    days = [texts.short_day(monday) for monday in mondays]
    table = numbers(
        headed(texts, "department", "week", "contacts", "contact_points"),
        [
            (
                texts.name("department", row.department),
                row.week.isoformat(),
                row.contacts,
                row.moved / row.contacts,
            )
            for row in rows
        ],
    )
    return _tiles(grid, told, written, days, names, most, height_of(len(names)), theme, texts, table, every=2)


def handovers(rows: Sequence[HandoverRow], departments: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    """Draw what a hand-over did, from departments (rows) to departments (columns)."""
    known = {(row.from_department, row.to_department): row for row in rows}
    cells = [[known.get((one, other)) for other in departments] for one in departments]
    grid = [[row.change.mean if row else None for row in line] for line in cells]
    told = [[_handed(row, texts) if row else "" for row in line] for line in cells]
    most = _strongest([abs(row.change.mean) for row in rows])
    written = [
        _number(
            at, place, texts.signed(row.change.mean, 0), row.people, row.change.mean, most, theme, FEW_PEOPLE
        )
        for place, line in enumerate(cells)
        for at, row in enumerate(line)
        if row
    ]
    names = [texts.name("department", one) for one in departments]
    table = numbers(
        headed(texts, "given_from", "given_to", "people", "handovers", "moved", "margin"),
        [
            (
                texts.name("department", row.from_department),
                texts.name("department", row.to_department),
                row.people,
                row.handovers,
                *with_margin(row.change),
            )
            for row in rows
        ],
    )
    return _tiles(grid, told, written, names, names, most, HEIGHT, theme, texts, table, top=True)


def _short(value: float, texts: Texts) -> str:
    """Return a number that fits into a tile: from ten up without decimals."""
    return texts.signed(value, 1 if abs(value) < 9.95 else 0)


def _strongest(sizes: Sequence[float]) -> float:
    """Return the size with the strongest colour: one cell in ten may be beyond, lest it pale the others."""
    return (sorted(sizes)[int(0.9 * (len(sizes) - 1))] if sizes else 0.0) or 1.0


def _handed(row: HandoverRow, texts: Texts) -> str:
    told = texts(
        "departments.hover_handover",
        before=texts.name("department", row.from_department),
        after=texts.name("department", row.to_department),
        change=f"{texts.signed(row.change.mean)} ± {texts.number(row.change.margin or 0.0, 1)}",
        people=texts.number(row.people),
        handovers=texts.number(row.handovers),
    )
    return told + (f"<br>{texts('figure.few')}" if row.people < FEW_PEOPLE else "")


def _number(
    x: int,
    y: int,
    written: str,
    behind: int,
    value: float,
    most: float,
    theme: Theme,
    few: int = FEW_CONTACTS,
) -> Figure:
    return {
        "x": x,
        "y": y,
        "text": written if behind >= few else f"<i>({written})</i>",
        "showarrow": False,
        "font": {"size": 11, "color": readable_on(theme.feeling(value, most))},
    }


def _tiles(
    grid: Sequence[Sequence[float | None]],
    told: Sequence[Sequence[str]],
    written: Sequence[Figure],
    columns: Sequence[str],
    rows: Sequence[str],
    most: float,
    height: int,
    theme: Theme,
    texts: Texts,
    table: Figure,
    top: bool = False,
    every: int = 1,
) -> Figure:
    below = 0 if top else NAMES_ROOM
    is_turned = top and len(columns) > FEW_COLUMNS
    return {
        "data": [heat(grid, told, most, theme)],
        "layout": layout(
            theme,
            texts,
            height,
            margin={
                "l": LEFT,
                "r": 40 if is_turned else 4,
                "t": 4 if not top else 72 if is_turned else 28,
                "b": below + SCALE_ROOM,
            },
            xaxis=bare_axis(
                side="top" if top else "bottom",
                tickvals=list(range(0, len(columns), every)),
                ticktext=list(columns[::every]),
                tickangle=-40 if is_turned else 0,
                tickfont={"size": 11, "color": theme.text if top else theme.quiet},
                range=[-0.5, len(columns) - 0.5],
            ),
            yaxis=bare_axis(
                tickvals=list(range(len(rows))),
                ticktext=list(rows),
                tickfont={"size": 12, "color": theme.text},
                range=[len(rows) - 0.5, -0.5],
                ticklabelstandoff=6,
            ),
            annotations=[*written, scale_key(theme, texts, below)],
            meta=table,
        ),
    }
