"""Figures: honest in every language and scheme, and plain enough to be sent as JSON."""

import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from made import journey
from test_departments import BALANCES, HANDED
from test_emotions import row as emotions_row
from test_life import LIFE, NOW, row
from test_moments_of_truth import row as moment_row
from test_movement import course_row
from test_recovery_compared import BONDS, STATES
from test_what_if import row as what_if_row

from dashboards.answers.departments import WeekRow
from dashboards.answers.emotions import emotion_map
from dashboards.answers.life import life_of
from dashboards.answers.moments import moments_of
from dashboards.answers.movement import LevelsRow, RetentionRow, course_of, retention_of
from dashboards.answers.what_if import compared
from dashboards.figures import (
    Figure,
    contributions,
    department_tiles,
    departments,
    effects,
    felt,
    journey_map,
    levels,
    life,
    recovery,
    retention,
    segments,
    tiles,
    what_if,
)
from dashboards.figures.spark import spark
from dashboards.texts import LANGUAGES, Texts
from dashboards.theme import DARK, LIGHT, THEMES, Theme
from streams.bond.parameters import BOND_1

LEVELS = LevelsRow("bond-1", 30.0, 10.0, -10.0, 0.2)
TODAY = date(2026, 3, 1)
WEEK = WeekRow(date(2026, 2, 23), "service", 40, -9.0)
MOMENTS = [
    moment_row("anybody", "", "", 1, 200, 0.0),
    moment_row("met", "delivery.late", "bad", 1, 60, -9.0),
    moment_row("met", "delivery.late", "good", 1, 160, 4.0),
]
ENGLISH = Texts("en", ZoneInfo("UTC"))


def every_figure(theme: Theme, texts: Texts) -> list[Figure]:
    made = journey()
    names = [place.key for place in made.places]
    told = life_of(LIFE, NOW, BOND_1)
    course = course_of([course_row(["warm", "warm", "loyal", "unknown"], 30, 28.0, 0)])
    days = [tiles.DayRow(TODAY - timedelta(days=day), 10, day - 3.0, 6, 2) for day in range(60)]
    emotions = emotion_map([emotions_row("help", anger=1, relief=2)], {"help": 6})
    return [
        journey_map.draw(made, names, LEVELS, theme, texts, ("before", journey(most=2))),
        tiles.emotions(emotions, theme, texts),
        tiles.calendar(days, TODAY, theme, texts),
        levels.flows(course, ["a", "b", "c", "d"], theme, texts),
        retention.draw(retention_of([RetentionRow("warm", 50, 1, 20)]), theme, texts),
        segments.draw(made, [("club", made), ("new", made)], theme, texts, "club"),
        life.draw(told, LEVELS, str, theme, texts),
        contributions.draw(told, str, theme, texts),
        felt.draw(told, theme, texts),
        effects.draw(moments_of(MOMENTS, ["delivery.late"]), ["Late delivery"], 28, theme, texts),
        departments.balance(BALANCES, theme, texts),
        department_tiles.weeks([WEEK], ["service"], TODAY, 12, theme, texts),
        recovery.states(STATES, ["Wrong bill", "Call"], theme, texts),
        recovery.bonds(BONDS, theme, texts),
        department_tiles.handovers([HANDED], ["service", "logistics"], theme, texts),
        what_if.distribution(compared([what_if_row("club", "warm", "loyal", 9, 20.0, 31.0)]), theme, texts),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_figure_is_drawn_and_keeps_its_place(language: str, theme: Theme) -> None:
    for figure in every_figure(theme, Texts(language, ZoneInfo("Europe/Madrid"))):
        json.dumps(figure, allow_nan=False)
        assert figure["layout"]["height"] > 0
        assert figure["layout"]["uirevision"] == "same"
        assert figure["layout"]["separators"] == (".," if language == "en" else ",.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_carries_its_numbers_under_headings(language: str) -> None:
    for figure in every_figure(LIGHT, Texts(language, ZoneInfo("Europe/Madrid"))):
        numbers = figure["layout"]["meta"]
        assert numbers["rows"]
        assert {len(row) for row in numbers["rows"]} == {len(numbers["headings"])}
        assert all(numbers["headings"])


def test_the_numbers_of_a_figure_are_those_drawn() -> None:
    drawn = departments.balance(BALANCES, LIGHT, ENGLISH)
    headings, rows = drawn["layout"]["meta"].values()
    lost = [row[headings.index("Points taken")] for row in rows]
    assert lost == drawn["data"][0]["x"]
    told = map_of()["layout"]["meta"]
    assert [row[0] for row in told["rows"]] == [
        "Bond at the beginning",
        *(one.key for one in journey().places),
    ]


def map_of(**more: object) -> Figure:
    made = journey()
    return journey_map.draw(made, [place.key for place in made.places], LEVELS, LIGHT, ENGLISH)


def test_few_people_look_uncertain() -> None:
    bars = next(one for one in map_of()["data"] if one["type"] == "bar")
    hatched = dict(
        zip([place.key for place in journey().places], bars["marker"]["pattern"]["shape"], strict=True)
    )
    assert hatched["repair.done"] == "/"
    assert hatched["delivery.late"] == ""


def test_gains_and_losses_are_told_without_colour() -> None:
    words = [note["text"] for note in map_of()["layout"]["annotations"]]
    assert "▼ −1.5" in words
    assert "▲ +0.8" in words


def test_moments_of_truth_are_marked() -> None:
    assert "<b>delivery.late</b>" in map_of()["layout"]["xaxis"]["ticktext"]


def test_the_strongest_the_biggest_loss_and_the_end_are_named() -> None:
    words = " ".join(note["text"] for note in map_of()["layout"]["annotations"])
    assert "<b>strongest</b><br>unboxing.done" in words
    assert "<b>biggest loss</b><br>delivery.late" in words
    assert "<b>end</b> 8.6" in words


def test_the_steps_of_a_life_reach_its_index() -> None:
    told = life_of(LIFE, NOW, BOND_1)
    bars = contributions.draw(told, str, DARK, ENGLISH)["data"][0]
    assert bars["base"][-2] + bars["x"][-2] == pytest.approx(bars["x"][-1])


def test_what_weighs_since_more_than_a_year_tells_its_year() -> None:
    told = life_of(LIFE, NOW + timedelta(days=400), BOND_1)
    ticks = contributions.draw(told, lambda _: "A long name of a touchpoint", LIGHT, ENGLISH)
    assert ticks["layout"]["yaxis"]["ticktext"][0].startswith("A long name of")
    assert all("…, " in one and " 2026" in one for one in ticks["layout"]["yaxis"]["ticktext"][:-1])


def test_what_was_said_is_no_markup() -> None:
    told = life_of([row(1, 0, 0.6, text="2 < 3 & <b>you</b> know")], NOW, BOND_1)
    hover = life.draw(told, LEVELS, str, LIGHT, ENGLISH)["data"][1]["hovertext"][0]
    assert "“2 &lt; 3 &amp; &lt;b&gt;you&lt;/b&gt; know”" in hover


def test_a_single_value_has_no_sparkline() -> None:
    assert spark([1.0], "#000000") == ""
    assert spark([1.0, 1.0], "#000000").startswith("data:image/svg+xml;base64,")
