"""How a felt touchpoint is read, and what is refused."""

import math
from typing import Any

import pytest

from streams.bond.felt import EVEN_PROFILE, FeltTouchpoint, FieldError, one_copy_each, read_felt

LEAST = {"id": "a", "occurred_at": "2026-01-01T00:00:00.000Z", "valence": 0.5}
NEW_YEAR_MS = 1_767_225_600_000


def read(**fields: Any) -> FeltTouchpoint:
    return read_felt({**LEAST, **fields})


def refusal(fields: object, path: str = "") -> tuple[str, str]:
    with pytest.raises(FieldError) as refused:
        read_felt(fields, path)
    return refused.value.field, refused.value.reason


def test_only_id_time_and_valence_are_needed() -> None:
    assert read() == FeltTouchpoint(
        id="a",
        at_ms=NEW_YEAR_MS,
        valence=0.5,
        episode="a",
        arousal=0.5,
        importance=1.0,
        promise=0.0,
        profile=EVEN_PROFILE,
        case=None,
        recovery=False,
        needs=0,
    )


@pytest.mark.parametrize(
    "field", ["arousal", "importance", "promise", "profile", "episode", "case", "recovery", "needs_met"]
)
def test_null_is_the_default_of_each_optional_field(field: str) -> None:
    assert read(**{field: None}) == read()


def test_an_empty_case_is_none_and_an_empty_episode_its_own_id() -> None:
    assert read(case="", episode="") == read()


def test_whole_numbers_are_numbers() -> None:
    assert read(valence=1, arousal=0, importance=3, promise=-1).valence == 1.0


@pytest.mark.parametrize(
    ("written", "since_new_year_ms"),
    [
        ("2026-01-01T00:00:00Z", 0),
        ("2026-01-01T00:00:00.0009Z", 0),
        ("2026-01-01T00:00:00.0019999999999Z", 1),
        ("2026-01-01T02:00:00.5+02:00", 500),
        ("2025-12-31T18:30:00-05:30", 0),
        ("2026-01-01t00:00:00.25z", 250),
    ],
)
def test_times_have_any_offset_and_are_cut_to_the_millisecond(written: str, since_new_year_ms: int) -> None:
    assert read(occurred_at=written).at_ms == NEW_YEAR_MS + since_new_year_ms


def test_a_time_before_1970_is_cut_towards_the_past() -> None:
    assert read(occurred_at="1969-12-31T23:59:59.9999Z").at_ms == -1


def test_a_profile_is_normalised_and_what_is_absent_is_zero() -> None:
    assert read(profile={"relief": 3, "gratitude": 1}).profile == (0.0, 0.75, 0.25, 0.0, 0.0)
    assert read(profile={"relief": 3, "surprise": None}).profile == (0.0, 1.0, 0.0, 0.0, 0.0)


def test_needs_are_a_mask_whatever_their_order_and_number() -> None:
    assert read(needs_met=["apology", "dignity", "apology"]).needs == 0b100001


@pytest.mark.parametrize("field", ["id", "occurred_at", "valence"])
def test_a_required_field_that_is_absent_or_null_is_named(field: str) -> None:
    assert refusal({name: value for name, value in LEAST.items() if name != field}) == (field, "is required")
    assert refusal({**LEAST, field: None}) == (field, "is required")


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"id": ""}, "id", "must not be empty"),
        ({"id": 7}, "id", "must be a string"),
        ({"occurred_at": 1767225600000}, "occurred_at", "must be a string"),
        ({"occurred_at": "2026-02-30T00:00:00Z"}, "occurred_at", "is no possible time"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "occurred_at", "must be an RFC 3339 time"),
        ({"valence": "0.5"}, "valence", "must be a number"),
        ({"valence": True}, "valence", "must be a number"),
        ({"valence": 1.0000001}, "valence", "must be from -1 to 1"),
        ({"valence": math.nan}, "valence", "must be from -1 to 1"),
        ({"valence": math.inf}, "valence", "must be from -1 to 1"),
        ({"valence": -(10**400)}, "valence", "must be from -1 to 1"),
        ({"arousal": -0.1}, "arousal", "must be from 0 to 1"),
        ({"promise": 2}, "promise", "must be from -1 to 1"),
        ({"importance": 0}, "importance", "must be above 0"),
        ({"importance": 3.5}, "importance", "must be from 0 to 3"),
        ({"profile": [0.2] * 5}, "profile", "must be an object"),
        ({"profile": {}}, "profile", "must have a weight above 0"),
        ({"profile": {"relief": 0, "surprise": 0.0}}, "profile", "must have a weight above 0"),
        ({"profile": {"relief": -1}}, "profile.relief", "must be from 0"),
        ({"profile": {"relief": math.nan}}, "profile.relief", "must be from 0"),
        ({"profile": {"anger": 1}}, "profile.anger", "is none of surprise, relief"),
        ({"episode": 3}, "episode", "must be a string"),
        ({"case": 3}, "case", "must be a string"),
        ({"recovery": 1}, "recovery", "must be true or false"),
        ({"needs_met": "apology"}, "needs_met", "must be a list"),
        ({"needs_met": ["apology", "money"]}, "needs_met[1]", "is none of dignity, assurance"),
        ({"needs_met": [None]}, "needs_met[0]", "is none of"),
        ({"arousel": 0.5}, "arousel", "is not a field"),
    ],
)
def test_a_wrong_field_is_named_with_its_reason(fields: dict[str, Any], field: str, reason: str) -> None:
    got_field, got_reason = refusal({**LEAST, **fields})
    assert got_field == field
    assert got_reason.startswith(reason)


def test_a_wrong_field_is_named_from_the_top_of_its_document() -> None:
    assert (
        refusal({**LEAST, "profile": {"relief": -1}}, "touchpoints[3]")[0] == "touchpoints[3].profile.relief"
    )
    assert refusal("text", "touchpoints[3]") == ("touchpoints[3]", "must be an object")


def test_one_copy_of_an_id_counts_and_which_one_does_not_depend_on_the_order() -> None:
    one, same, other = read(), read(), read(valence=-0.5, case="C")
    assert one_copy_each([one, same]) == [one]
    assert one_copy_each([one, other]) == one_copy_each([other, one])
