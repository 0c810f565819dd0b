"""Two figures made of tiles: which emotions where, and when it changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from dashboards.answers.emotions import BETTER, FEELINGS, EmotionMap
from dashboards.figures import Figure
from dashboards.figures.heat import heat
from dashboards.figures.key import SCALE_ROOM, scale_key
from dashboards.figures.numbers import headed, numbers
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout, readable_on

EMOTIONS_HEIGHT, CALENDAR_HEIGHT = 400, 314
WEEKS = 12
DAYS_ROOM = 24
"""Pixels that days take below the calendar."""
UNUSUAL_DAYS = 3
"""So many days with the greatest change share the strongest colour, lest one make all others pale."""


class DayRow(NamedTuple):
    """What a day's contacts did."""

    day: date
    contacts: int
    moved: float
    good: int
    bad: int


def emotions(answer: EmotionMap, theme: Theme, texts: Texts) -> Figure:
    """Draw feelings by stages: the number says more or less, the colour better or worse for the bond."""
    signs = [1 if feeling.value in BETTER else -1 for feeling in FEELINGS]
    better = [[sign * more for more in row] for sign, row in zip(signs, answer.more, strict=True)]
    most = _strongest(better, answer.people)
    stages = [texts.name("stage", stage) for stage in answer.stages]
    told = [
        [
            texts(
                "figure.hover_emotion",
                feeling=texts.name("feeling", feeling.value),
                stage=stages[at],
                share=texts.percent(answer.shares[row][at] / 100),
                more=texts.signed(answer.more[row][at], 1),
                people=texts.number(answer.people[at]),
            )
            for at in range(len(stages))
        ]
        for row, feeling in enumerate(FEELINGS)
    ]
    return {
        "data": [heat(better, told, most, theme)],
        "layout": layout(
            theme,
            texts,
            EMOTIONS_HEIGHT,
            margin={"l": 118, "r": 4, "t": 28, "b": SCALE_ROOM},
            xaxis=bare_axis(
                side="top",
                tickvals=list(range(len(stages))),
                ticktext=stages,
                tickfont={"size": 11, "color": theme.text},
                tickangle=0,
            ),
            yaxis=bare_axis(
                tickvals=list(range(len(FEELINGS))),
                ticktext=[texts.name("feeling", feeling.value) for feeling in FEELINGS],
                tickfont={"size": 12, "color": theme.text},
                range=[len(FEELINGS) - 0.5, -0.5],
            ),
            annotations=[*_numbers(answer, better, most, theme, texts), scale_key(theme, texts)],
            meta=numbers(
                headed(texts, "emotion", "stage", "share", "more", "people"),
                [
                    (
                        texts.name("feeling", feeling.value),
                        stages[at],
                        answer.shares[row][at] / 100,
                        answer.more[row][at] / 100,
                        answer.people[at],
                    )
                    for row, feeling in enumerate(FEELINGS)
                    for at in range(len(stages))
                ],
            ),
        ),
    }


def _strongest(better: Sequence[Sequence[float]], people: Sequence[int]) -> float:
    """Return the greatest size, of stages with enough people if there are any."""
    sure = [at for at, some in enumerate(people) if some >= FEW_PEOPLE] or range(len(people))
    return max((abs(row[at]) for row in better for at in sure), default=1.0) or 1.0


def _numbers(
    answer: EmotionMap, better: Sequence[Sequence[float]], most: float, theme: Theme, texts: Texts
) -> list[Figure]:
    return [
        {
            "x": at,
            "y": row,
            "text": _number(answer.more[row][at], answer.people[at], texts),
            "showarrow": False,
            "font": {"size": 12, "color": readable_on(theme.feeling(better[row][at], most))},
        }
        for row in range(len(answer.more))
        for at in range(len(answer.stages))
    ]


def _number(more: float, people: int, texts: Texts) -> str:
    written = texts.signed(more, 0)
    if written == "0":
        return "·"
    return f"<i>({written})</i>" if people < FEW_PEOPLE else written


def calendar(rows: Sequence[DayRow], last: date, theme: Theme, texts: Texts) -> Figure:
    """Draw the change of an average contact by day, twelve weeks up to a day; Mondays on top."""
    monday = last - timedelta(days=last.weekday() + 7 * (WEEKS - 1))
    by_day = {row.day: row for row in rows}
    grid: list[list[float | None]] = [[None] * WEEKS for _ in range(7)]
    told = [[""] * WEEKS for _ in range(7)]
    for week in range(WEEKS):
        for weekday in range(7):
            row = by_day.get(monday + timedelta(days=7 * week + weekday))
            if row is not None:
                grid[weekday][week] = row.moved / row.contacts
                told[weekday][week] = texts(
                    "figure.hover_day",
                    day=texts.day(row.day),
                    change=texts.signed(row.moved / row.contacts, 2),
                    contacts=texts.number(row.contacts),
                    good=texts.percent(row.good / row.contacts),
                    bad=texts.percent(row.bad / row.contacts),
                )
    known = sorted(abs(one) for line in grid for one in line if one is not None)
    most = known[-min(len(known), UNUSUAL_DAYS)] if known else 1.0
    return {
        "data": [heat(grid, told, most, theme)],
        "layout": layout(
            theme,
            texts,
            CALENDAR_HEIGHT,
            margin={"l": 40, "r": 4, "t": 4, "b": DAYS_ROOM + SCALE_ROOM},
            xaxis=bare_axis(
                tickvals=list(range(0, WEEKS, 2)),
                ticktext=[texts.short_day(monday + timedelta(days=7 * week)) for week in range(0, WEEKS, 2)],
                tickfont={"size": 11, "color": theme.quiet},
                range=[-0.5, WEEKS - 0.5],
            ),
            yaxis=bare_axis(
                tickvals=list(range(7)),
                ticktext=[texts(f"weekdays.{day}") for day in range(7)],
                tickfont={"size": 11, "color": theme.text},
                range=[6.5, -0.5],
            ),
            annotations=[*_extremes(grid, most, theme, texts), scale_key(theme, texts, DAYS_ROOM)],
            meta=numbers(
                headed(texts, "day", "contacts", "contact_points", "good", "bad"),
                [
                    (row.day.isoformat(), row.contacts, row.moved / row.contacts, row.good, row.bad)
                    for row in rows
                ],
            ),
        ),
    }


def _extremes(
    grid: Sequence[Sequence[float | None]], most: float, theme: Theme, texts: Texts
) -> list[Figure]:
    """Write the number on the best and the worst day, so that colour does not stand alone."""
    cells = [
        (value, week, weekday)
        for weekday, line in enumerate(grid)
        for week, value in enumerate(line)
        if value is not None
    ]
    if len(cells) < 2:
        return []
    return [
        {
            "x": week,
            "y": weekday,
            "text": texts.signed(value),
            "showarrow": False,
            "font": {"size": 11, "color": readable_on(theme.feeling(value, most))},
        }
        for value, week, weekday in (max(cells), min(cells))
    ]
