"""The agent brief: who is in front of me."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from test_life import LIFE, NOW, START, row

from dashboards.answers.brief import CAUTIONS, LAST, Known, Voice, brief_of
from dashboards.answers.life import life_of
from dashboards.parts.brief import briefed
from dashboards.texts import Texts, strings_of
from schemas.brief import Brief
from schemas.emotions import Need, mask_of
from schemas.instants import millis_of
from schemas.names import NO_LANGUAGE
from streams.acts.words import Occasion, words_for
from streams.bond.parameters import BOND_1
from streams.rows import JournalRow
from streams.value import replace

VOICE = Voice(title=lambda key: f"title of {key}", caution=lambda key: f"do not: {key}", language="it")
BROKEN = {"case_id": "shop|broken"}


def told(rows: list[JournalRow], at: datetime = NOW, language: str = "ca") -> Brief:
    return brief_of(Known("abc", "club", language, "bond-1"), life_of(rows, at, BOND_1), BOND_1, VOICE)


def promised(number: int, due_day: float, **more: object) -> JournalRow:
    """A touchpoint that makes a commitment, two days before it is due."""
    made = row(number, due_day - 2, 0.0, kind="unfelt", **more)
    due_at = millis_of(START + timedelta(days=due_day))
    return replace(made, commitment_id=f"shop|p{number}", due_at=due_at, department="logistics")


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
    (step,) = told(
        [row(1, 0, -0.8, needs_asked_mask=mask_of(frozenset({Need.APOLOGY})), **BROKEN)],
        at=START + timedelta(days=1),
    ).steps
    assert step.department == "service"
    assert step.asked == ["apology"]
    assert len(step.unmet) == 6
    assert step.act_by > START
    said = words_for(Occasion.RECOVER, step.unmet, "ca")
    assert (step.opening, step.closing) == (said.opening, said.closing)
    assert step.act == words_for(Occasion.RECOVER, step.unmet, "it").act


def test_a_failure_whose_needs_are_all_met_asks_for_nothing() -> None:
    all_needs = mask_of(frozenset(Need))
    rows = [row(1, 0, -0.8, **BROKEN), row(2, 1, 0.7, recovery=True, needs_met_mask=all_needs, **BROKEN)]
    assert told(rows).steps == []


def test_words_are_in_the_language_spoken_where_none_is_known() -> None:
    rows = [row(1, 0, -0.8, text="Encara espero.", language="ca", **BROKEN)]
    assert told(rows, language="").steps == told(rows, language="ca").steps
    assert told(rows, language="en").steps != told(rows, language="ca").steps


def test_words_of_no_language_do_not_hide_those_before() -> None:
    rows = [
        row(1, 0, -0.8, text="Encara espero.", language="ca", **BROKEN),
        row(2, 1, -0.2, text="👍", language=NO_LANGUAGE, **BROKEN),
    ]
    assert told(rows, language="").steps == told(rows, language="ca").steps


def test_what_is_said_and_done_in_the_same_words_is_shown_once_with_every_owner() -> None:
    owners = ("service", "service", "network")
    rows = [
        row(number, 0, -0.8, case_id=f"shop|case {number}", department=owner)
        for number, owner in enumerate(owners)
    ]
    brief = told(rows)
    shown = str(briefed(brief, Texts("en", ZoneInfo("UTC")), str).to_plotly_json())
    assert len(brief.steps) == 3
    assert shown.count(brief.steps[0].act) == 1
    assert (shown.count("Service · by "), shown.count("Network · by ")) == (1, 1)


def test_promises_that_nothing_kept_come_by_when_they_are_due() -> None:
    late = row(8, 58, 0.0, kind="unfelt", keeps_id="shop|p7")
    brief = told([*LIFE, promised(9, 61), promised(6, 50), promised(7, 57), late])
    assert [(one.commitment_id, one.missed) for one in brief.promises] == [
        ("shop|p6", True),
        ("shop|p9", False),
    ]


def test_every_caution_has_its_reason() -> None:
    calm = told([row(1, 0, 0.6)])
    failed = [row(1, 0, -0.8, **BROKEN)]
    again = [*failed, row(2, 1, -0.5, **BROKEN)]

    def keys(brief: Brief) -> list[str]:
        return [caution.key for caution in brief.avoid]

    assert keys(calm) == []
    assert keys(told(failed, at=START + timedelta(days=2))) == ["bot", "sell"]
    assert keys(told([promised(3, 1), *again], at=START + timedelta(days=2))) == list(CAUTIONS)


def test_every_caution_has_words() -> None:
    assert {f"brief.avoid_{key}" for key in CAUTIONS} <= set(strings_of("en"))


def test_words_that_may_not_be_read_are_null() -> None:
    rows = [row(1, 0, -0.8, text="Encara espero.", language="ca")]
    assert told(rows).last[0].words == "Encara espero."
    assert told([replace(one, text="") for one in rows]).last[0].words is None
