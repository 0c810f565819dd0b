"""Who moves between levels, and who stays."""

import pytest

from dashboards.answers.movement import COURSE_PARTS, CourseRow, RetentionRow, course_of, retention_of


def course_row(levels: list[str], people: int, index: float, at_risk: int) -> CourseRow:
    return CourseRow(levels, people, [index * people] * (COURSE_PARTS + 1), [at_risk] * (COURSE_PARTS + 1))


def test_everybody_goes_somewhere() -> None:
    course = course_of(
        [
            course_row(["warm", "warm", "loyal", "loyal"], 30, 28.0, 0),
            course_row(["warm", "at_risk", "at_risk", "warm"], 10, -12.0, 10),
        ]
    )
    assert course.people == 40
    assert course.indexes == pytest.approx([18.0] * 13)
    assert course.at_risk == [10] * 13
    for step in range(3):
        assert sum(flow.people for flow in course.flows if flow.step == step) == 40
    assert course.standing[0]["warm"] == 40
    assert course.standing[3] == {"loyal": 30, "warm": 10, "lukewarm": 0, "at_risk": 0, "unknown": 0}


def test_who_left_did_not_stay() -> None:
    best, worst = retention_of([RetentionRow("at_risk", 50, 20, 10), RetentionRow("loyal", 100, 0, 60)])
    assert (best.level, worst.level) == ("loyal", "at_risk")
    assert worst.left.share + worst.kept.share == pytest.approx(1)
    assert best.left.low == 0
    assert best.left.high > 0
