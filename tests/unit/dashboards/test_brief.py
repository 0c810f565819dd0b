"""The agent brief: who is in front of me."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from test_life import LIFE, NOW, START, row

from dashboards.answers.brief import CAUTIONS, LAST, CommitmentRow, Known, Voice, brief_of
from dashboards.answers.life import LifeRow, life_of
from dashboards.parts.brief import briefed
from dashboards.texts import Texts, strings_of
from schemas.brief import Brief
from streams.acts.words import Occasion, words_for
from streams.bond.parameters import BOND_1

VOICE = Voice(title=lambda key: f"title of {key}", caution=lambda key: f"do not: {key}", language="it")
BROKEN = {"case_id": "shop|broken"}


def told(rows: list[LifeRow], *promises: CommitmentRow, at: datetime = NOW, language: str = "ca") -> Brief:
    known = Known("abc", "club", language, "bond-1")
    return brief_of(known, life_of(rows, at, BOND_1), promises, BOND_1, VOICE)


def promise(number: int, day: float, state: str) -> CommitmentRow:
    due = START + timedelta(days=day)
    return CommitmentRow(f"shop|p{number}", due - timedelta(days=2), due, state, "logistics", "")


def test_it_tells_the_bond_of_the_model() -> None:
    life = life_of(LIFE, NOW, BOND_1)
    bond = told(LIFE).bond
    assert (bond.index, bond.level, bond.evidence) == (
        life.reading.index,
        life.reading.level,
        life.reading.evidence,
    )
    assert bond.trend == life.trend


def test_the_last_experiences_come_first_and_are_few() -> None:
    rows = [row(number, number, 0.2) for number in range(12)]
    assert [one.touchpoint_id for one in told(rows).last] == [f"shop|{12 - n}" for n in range(1, LAST + 1)]


def test_best_and_worst_are_those_that_moved_most() -> None:
    brief = told(LIFE)
    assert brief.best is not None
    assert brief.worst is not None
    assert (brief.best.touchpoint_id, brief.worst.touchpoint_id) == ("shop|4", "shop|2")
    assert told([row(1, 0, 0.6)]).worst is None


def test_an_open_failure_asks_for_what_nobody_met_yet() -> None:
    (step,) = told([row(1, 0, -0.8, needs_asked=["apology"], **BROKEN)], at=START + timedelta(days=1)).steps
    assert step.department == "service"
    assert step.asked == ["apology"]
    assert len(step.unmet) == 6
    assert step.act_by > START
    said = words_for(Occasion.RECOVER, step.unmet, "ca")
    assert (step.opening, step.closing) == (said.opening, said.closing)
    assert step.act == words_for(Occasion.RECOVER, step.unmet, "it").act


def test_a_failure_whose_needs_are_all_met_asks_for_nothing() -> None:
    needs = ["dignity", "assurance", "explanation", "thanks", "venting", "apology"]
    rows = [row(1, 0, -0.8, **BROKEN), row(2, 1, 0.7, recovery=True, needs_met=needs, **BROKEN)]
    assert told(rows).steps == []


def test_words_are_in_the_language_spoken_where_none_is_known() -> None:
    rows = [row(1, 0, -0.8, text="Encara espero.", language="ca", **BROKEN)]
    assert told(rows, language="").steps == told(rows, language="ca").steps
    assert told(rows, language="en").steps != told(rows, language="ca").steps


def test_what_is_said_and_done_in_the_same_words_is_shown_once_with_every_owner() -> None:
    rows = [row(number, 0, -0.8, case_id=f"shop|case {number}") for number in range(3)]
    brief = told(rows)
    shown = str(briefed(brief, Texts("en", ZoneInfo("UTC")), str).to_plotly_json())
    assert len(brief.steps) == 3
    assert shown.count(brief.steps[0].act) == 1
    assert shown.count(" · by ") == 3


def test_promises_come_by_when_they_are_due() -> None:
    brief = told(LIFE, promise(1, 90, "open"), promise(2, 50, "missed"))
    assert [(one.commitment_id, one.missed) for one in brief.promises] == [
        ("shop|p2", True),
        ("shop|p1", False),
    ]


def test_every_caution_has_its_reason() -> None:
    calm = told([row(1, 0, 0.6)])
    failed = [row(1, 0, -0.8, **BROKEN)]
    again = [*failed, row(2, 1, -0.5, **BROKEN)]

    def keys(brief: Brief) -> list[str]:
        return [caution.key for caution in brief.avoid]

    assert keys(calm) == []
    assert keys(told(failed, at=START + timedelta(days=2))) == ["bot", "sell"]
    assert keys(told(again, promise(1, 1, "missed"), at=START + timedelta(days=2))) == list(CAUTIONS)


def test_every_caution_has_words() -> None:
    assert {f"brief.avoid_{key}" for key in CAUTIONS} <= set(strings_of("en"))


def test_words_that_may_not_be_read_are_null() -> None:
    rows = [row(1, 0, -0.8, text="Encara espero.", language="ca")]
    assert told(rows).last[0].words == "Encara espero."
    assert told([one._replace(text="") for one in rows]).last[0].words is None
