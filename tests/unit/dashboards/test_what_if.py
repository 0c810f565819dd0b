"""What is imagined, what it comes to, and long questions in pieces."""

import threading
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboards.answers.what_if import ComparedRow, by_segment, compared
from dashboards.parts.imagine import usual
from dashboards.questions.what_if import PEOPLE_A_PIECE, ranges_of
from dashboards.runs import Runs
from dashboards.state import CHANGEABLE, HOURS, INSTEAD, KEPT, Imagined, imagined_of, search_of
from dashboards.store import StoreSlowError
from streams.bond.parameters import VERSIONS

words = some.text(max_size=20)
TENS = [0] * 20


def row(segment: str, before: str, after: str, people: int, now: float, would: float) -> ComparedRow:
    """People who all stand, and would stand, alike."""
    sums = (now * people, now * now * people, would * people, would * would * people)
    change = would - now
    return ComparedRow(
        segment, before, after, people, people, *sums, change * people, change**2 * people, TENS, TENS
    )


@given(
    some.builds(
        Imagined,
        model=words,
        change=words,
        instead=some.sampled_from(INSTEAD),
        type=words,
        owner=words,
        hours=some.sampled_from(HOURS),
    )
)
def test_the_address_says_everything_that_is_imagined(imagined: Imagined) -> None:
    assert imagined_of(search_of(imagined)) == imagined


def test_what_is_imagined_shares_no_name_with_the_filters_that_go_from_page_to_page() -> None:
    assert not {one.name for one in fields(Imagined)} & set(KEPT)


def test_an_owner_that_was_saved_by_the_name_of_the_filter_is_read() -> None:
    assert imagined_of("?instead=never&department=logistics") == Imagined(instead="never", owner="logistics")
    assert imagined_of("?period=90d&department=logistics") == Imagined()


@pytest.mark.parametrize(
    "change", ["gravity:9", "shrinkage:none", "loss_aversion:99", "shrinkage", "shrinkage:nan"]
)
def test_a_change_that_is_not_understood_changes_nothing(change: str) -> None:
    assert Imagined(change=change).changes == {}
    assert Imagined(change=change).is_nothing


def test_changes_are_told_by_name() -> None:
    assert (
        Imagined(change="loss_aversion:1.8,shrinkage:4").changes_json
        == '{"loss_aversion": 1.8, "shrinkage": 4.0}'
    )


def test_every_changeable_parameter_has_its_usual_value_within_its_span() -> None:
    for parameters in VERSIONS.values():
        for name, value in usual(parameters).items():
            assert CHANGEABLE[name].least <= value <= CHANGEABLE[name].most, name


def test_segments_come_to_the_whole() -> None:
    rows = [
        row("club", "warm", "loyal", 30, 20.0, 32.0),
        row("club", "loyal", "loyal", 10, 40.0, 41.0),
        row("new", "at_risk", "lukewarm", 20, -30.0, -5.0),
        row("new", "warm", "lukewarm", 5, 12.0, 9.0),
        row("new", "unknown", "unknown", 5, 1.0, 1.0),
    ]
    whole = compared(rows)
    assert (whole.people, whole.back, whole.risen, whole.fallen) == (70, 20, 50, 5)
    assert whole.now.mean == pytest.approx((600 + 400 - 600 + 60 + 5) / 70)
    assert whole.would.mean - whole.now.mean == pytest.approx(whole.change.mean)
    each = by_segment(rows)
    assert [name for name, _ in each] == ["new", "club"]  # the largest change first
    assert sum(one.people for _, one in each) == whole.people
    assert whole.course.standing[0] == {"loyal": 10, "warm": 35, "lukewarm": 0, "at_risk": 20, "unknown": 5}
    assert sum(flow.people for flow in whole.course.flows) == whole.people


@pytest.mark.parametrize("people", [0, 1, PEOPLE_A_PIECE, PEOPLE_A_PIECE + 1, 200_000, 50_000_000])
def test_ranges_leave_nobody_out_and_nobody_twice(people: int) -> None:
    ranges = ranges_of(people)
    assert bool(ranges) == bool(people)
    if ranges:
        assert ranges[0][0] == ranges[-1][1] == ""
        assert [until for _, until in ranges[:-1]] == [first for first, _ in ranges[1:]]
        assert [first for first, _ in ranges] == sorted({first for first, _ in ranges})


def test_a_run_tells_how_far_it_is_and_is_shared() -> None:
    gate, runs = threading.Event(), Runs()

    def waits() -> list[int]:
        assert gate.wait(30)
        return [2]

    def pieces() -> list:
        return [lambda: [1], waits]

    run = runs.of("a", pieces)
    assert runs.of("a", pieces) is run
    assert not run.is_answered
    gate.set()
    runs.close()
    assert (run.is_answered, run.rows) == (True, [1, 2])


def test_a_run_that_failed_says_why_once_and_begins_anew() -> None:
    runs, asked = Runs(), []

    def fails() -> list[int]:
        asked.append(1)
        raise StoreSlowError("too slow")

    run = runs.of("a", lambda: [lambda: [1], fails])
    runs.wait()
    assert not run.is_answered
    with pytest.raises(StoreSlowError):
        runs.of("a", lambda: [fails])
    runs.of("a", lambda: [fails])
    runs.close()
    assert len(asked) == 2
