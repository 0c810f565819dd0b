"""Events as publishers write them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.envelope import Event, data_model_of
from schemas.names import PROFILE, WITHDRAWN
from schemas.touchpoint import ProfileData, TouchpointData, WithdrawalData

NOW = "2026-03-01T09:30:00Z"


def late(**data: Any) -> Event:
    return Event.touchpoint("delivery.late", id="7", source="/parcels", customer="c-1", time=NOW, **data)


def spoilt(**changes: Any) -> bytes:
    return json.dumps({**json.loads(late(facts={"days_late": 2}).to_json()), **changes}).encode()


def test_an_event_comes_back_from_its_json() -> None:
    event = late(
        channel="parcel",
        facts={"days_late": 2},
        survey={"kind": "nps", "score": 3},
        attributes={"depot": "Reus"},
    )
    assert Event.model_validate_json(event.to_json()) == event


def test_the_json_leaves_out_what_is_absent() -> None:
    assert json.loads(late().to_json()) == {
        "specversion": "1.0",
        "id": "7",
        "source": "/parcels",
        "type": "touchpoint.delivery.late.v1",
        "subject": "c-1",
        "time": NOW,
        "datacontenttype": "application/json",
        "data": {},
    }


def test_a_time_may_be_a_datetime() -> None:
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    event = Event.touchpoint("ad.seen", id="7", source="/ads", customer="c-1", time=moment)
    assert event.time == "2026-03-01T09:30:00+00:00"


def test_extension_attributes_are_accepted_and_not_kept() -> None:
    event = Event.model_validate_json(spoilt(traceparent="00-ab"))
    assert b"traceparent" not in event.to_json()


@pytest.mark.parametrize(
    ("event_type", "model"),
    [("touchpoint.ad.seen.v1", TouchpointData), (WITHDRAWN, WithdrawalData), (PROFILE, ProfileData)],
)
def test_the_type_says_what_the_data_are(event_type: str, model: type) -> None:
    assert data_model_of(event_type) is model


def test_data_that_fit_several_types_are_read_by_the_events_own() -> None:
    event = Event.model_validate_json(spoilt(type=PROFILE, data={"language": "ca"}))
    assert event.data == ProfileData(language="ca")


def test_data_of_another_type_are_refused() -> None:
    with pytest.raises(ValidationError, match="data does not belong to the type"):
        Event.model_validate_json(spoilt(data={"segment": "club"}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
        ({"id": "a|b"}, "id"),
        ({"id": "a\n"}, "id"),
        ({"source": "with space"}, "source"),
        ({"type": "Touchpoint"}, "type"),
        ({"subject": "c-1\x00"}, "subject"),
        ({"subject": 1}, "subject"),
        ({"subject": "c" * 257}, "subject"),
        ({"time": "2026-03-01T09:30:00"}, "time"),
        ({"time": 1772357400}, "time"),
        ({"datacontenttype": "text/plain"}, "datacontenttype"),
        ({"data": None}, "data"),
        ({"data": {"promise": "high"}}, "data.promise"),
        ({"data": {"facts": {"days_late": -1}}}, "data.facts.days_late"),
        ({"data": {"facts": {"missed": 1}}}, "data.facts.missed"),
        ({"data": {"colour": "red"}}, "data.colour"),
        (
            {"data": {"emotion": {"valence": 0, "emotions": {"joy": 1}}}},
            "data.emotion.emotions.joy",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_refused_with_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Event.model_validate_json(spoilt(**changes))
    places = [error["loc"] for error in caught.value.errors()]
    wanted = set(field.split("."))
    assert any(wanted <= set(place) for place in places)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"needs_met": ["apology"]}, "needs_met goes with recovery: true"),
        ({"survey": {"kind": "nps", "score": 11}}, "score must lie between worst and best"),
        ({"survey": {"kind": "csat", "score": 1, "worst": 2, "best": 2}}, "worst and best must differ"),
        ({"survey": {"kind": "nps", "score": 1, "worst": 1}}, "the scale of nps is 0 to 10"),
    ],
    ids=str,
)
def test_fields_that_do_not_go_together_are_refused(data: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        late(**data)


def test_a_scale_may_have_its_better_end_below() -> None:
    assert late(survey={"kind": "ces", "score": 2, "worst": 7, "best": 1})
