"""What the intake makes of a record, right or wrong."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.catalogue import load_catalogue
from schemas.envelope import Event as Published
from schemas.rejections import Hold, Reason
from schemas.touchpoint import TouchpointData
from streams.events import Event, Held, Record, Rejected
from streams.intake import MAX_EVENT_BYTES, Intake

CATALOGUE = load_catalogue()
INTAKE = Intake(CATALOGUE, ZoneInfo("Europe/Madrid"))
RECEIVED_MS = 1_900_000_000_000
LATE = Published.touchpoint(
    "delivery.late",
    id="7",
    source="/parcels",
    customer="c-1",
    time="2026-03-01T09:30:00Z",
    facts={"days_late": 2},
    text="Encara no ha arribat.",
).to_json()


def record(value: bytes | None = LATE, key: bytes | None = b"c-1", headers: tuple = ()) -> Record:
    return Record("touchpoints", 0, 5, RECEIVED_MS, key, value, headers)


def read(value: bytes | None = LATE, key: bytes | None = b"c-1", headers: tuple = ()) -> object:
    return INTAKE.read(record(value, key, headers), RECEIVED_MS)


def test_a_right_event_is_read_with_its_id_time_and_facts() -> None:
    event = read()
    assert isinstance(event, Event)
    assert (event.touchpoint_id, event.name, event.customer) == ("/parcels|7", "delivery.late", "c-1")
    assert event.occurred_ms == 1_772_357_400_000
    assert event.data.facts.days_late == 2


def test_the_payload_that_is_kept_does_not_hold_the_text() -> None:
    event = read()
    assert isinstance(event, Event)
    assert b"Encara" not in event.payload
    assert b"days_late" in event.payload


BINARY = (
    ("ce_specversion", b"1.0"),
    ("ce_id", b"7"),
    ("ce_source", b"/parcels"),
    ("ce_type", b"touchpoint.delivery.late.v1"),
    ("ce_subject", b"c-1"),
    ("ce_time", b"2026-03-01T10:30:00+01:00"),
    ("content-type", b"application/json"),
)


@pytest.mark.parametrize("kind", [b"delivery.late", b"delivery.teleported"])
def test_in_binary_mode_what_is_no_json_is_rejected_whoever_s_it_is(kind: bytes) -> None:
    headers = (*BINARY, ("ce_type", b"touchpoint." + kind + b".v1"))
    rejected = read(b"{", key=b"somebody else", headers=headers)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == Reason.NOT_JSON


def test_binary_mode_reads_the_same_as_structured_mode() -> None:
    binary = read(b'{"facts": {"days_late": 2}, "text": "Encara no ha arribat."}', headers=BINARY)
    structured = read()
    assert isinstance(binary, Event)
    assert isinstance(structured, Event)
    assert binary.content_hash == structured.content_hash


def test_a_date_without_a_time_is_noon_in_the_company_s_time_zone() -> None:
    event = read(LATE.replace(b"2026-03-01T09:30:00Z", b"2026-03-01"))
    assert isinstance(event, Event)
    assert event.occurred_ms == 1_772_362_800_000  # 11:00 UTC


WRONG = {
    "no value": (None, Reason.EMPTY, ""),
    "no json": (b"{", Reason.NOT_JSON, ""),
    "bad utf-8": (LATE.replace(b"parcels", b"\xff\xfe"), Reason.NOT_JSON, ""),
    "bad utf-8 in a name that is passed over": (LATE.replace(b'"data"', b'"da\xffta"'), Reason.NOT_JSON, ""),
    "bad utf-8 in the data": (LATE.replace(b"Encara", b"\xff"), Reason.NOT_JSON, ""),
    "bad utf-8 in a key": (LATE.replace(b"days_late", b"days_\xff"), Reason.NOT_JSON, ""),
    "too large": (b" " * (MAX_EVENT_BYTES + 1), Reason.TOO_LARGE, ""),
    "deep nesting": (b"[" * 100_000, Reason.NOT_JSON, ""),
    "no id": (LATE.replace(b'"id":"7",', b""), Reason.ENVELOPE, "id"),
    "an unknown field": (LATE.replace(b"days_late", b"days_lat"), Reason.DATA, "data.facts.days_lat"),
    "a fact of the wrong kind": (LATE.replace(b"2.0", b'"2"'), Reason.DATA, "data.facts.days_late"),
    "an impossible time": (LATE.replace(b"03-01", b"02-30"), Reason.TIME, "time"),
    "a year that cannot be kept": (LATE.replace(b"2026-", b"9999-"), Reason.TIME, "time"),
    "a newline behind a type": (LATE.replace(b".v1", b".v1\\n"), Reason.ENVELOPE, "type"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_event_is_rejected_with_reason_and_field(what: str) -> None:
    value, reason, field = WRONG[what]
    rejected = read(value)
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.field) == (reason, field)


def test_a_refusal_never_repeats_the_value() -> None:
    rejected = read(LATE.replace(b"2.0", b'"secret-4711"'))
    assert isinstance(rejected, Rejected)
    assert "4711" not in rejected.detail


def test_a_key_that_is_not_the_customer_is_rejected() -> None:
    rejected = read(key=b"somebody else")
    assert isinstance(rejected, Rejected)
    assert rejected.reason == Reason.KEY


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((b"late.v1", b"late.v2"), Hold.NEWER_VERSION),
        ((b"delivery.late", b"delivery.teleported"), Hold.UNKNOWN_TYPE),
        ((b"2026-", b"2056-"), Hold.FUTURE),
    ],
)
def test_what_cannot_be_read_yet_is_held(change: tuple[bytes, bytes], reason: Hold) -> None:
    held = read(LATE.replace(*change))
    assert isinstance(held, Held)
    assert held.reason == reason


def test_a_call_is_held_until_the_last_of_its_moments_has_happened() -> None:
    moments = [{"seconds": 600, "valence": 0.5}, {"seconds": 5, "valence": 0}]
    call = Published.touchpoint(
        "agent.called",
        id="8",
        source="/calls",
        customer="c-1",
        time="2030-03-17T17:45:00Z",
        moments=moments,
    )
    held = INTAKE.read(record(call.to_json()), RECEIVED_MS)
    assert isinstance(held, Held)
    assert held.due_ms == 1_900_000_500_000
    assert isinstance(INTAKE.read(record(call.to_json()), held.due_ms), Event)


def test_an_event_of_the_future_is_read_once_kafka_s_clock_is_there() -> None:
    future = record(LATE.replace(b"2026-", b"2056-"))
    held = INTAKE.read(future, RECEIVED_MS)
    assert isinstance(held, Held)
    assert isinstance(INTAKE.read(future, held.due_ms), Event)


def of_version(version: bytes, data: bytes) -> bytes:
    return LATE.replace(
        b'"data":{', b'"dataschema":"https://example.org/touchpoint/' + version + b'","data":{' + data
    )


@pytest.mark.parametrize(
    ("further", "kept"),
    [
        (b'"mood":"blue",', {"mood": "blue"}),
        (b'"attributes":{"van":7},"emotion":{"valence":0,"pulse":90},', {"van": 7, "emotion.pulse": 90}),
        (b'"moments":[{"seconds":1,"valence":0,"by":["voice"]}],', {"moments.0.by": '["voice"]'}),
    ],
)
def test_fields_of_a_newer_minor_version_are_kept_among_the_free_ones(
    further: bytes, kept: dict[str, object]
) -> None:
    event = read(of_version(b"1.7", further))
    assert isinstance(event, Event)
    assert event.data.attributes == kept
    assert event.data.facts.days_late == 2
    assert not any(name.encode() in event.payload for name in ("mood", "pulse", "voice"))


@pytest.mark.parametrize("version", [b"1.0", b"2.0", b"0.9"])
def test_an_unknown_field_of_no_newer_minor_version_is_rejected(version: bytes) -> None:
    rejected = read(of_version(version, b'"mood":"blue",'))
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.field) == (Reason.DATA, "data.mood")


@pytest.mark.parametrize(
    "twice",
    [
        LATE.replace(b'"id":"7"', b'"id":5,"id":"7"'),
        LATE.replace(b'"data":{', b'"data":{"channel":5,"channel":"web",'),
    ],
    ids=["attribute", "data"],
)
def test_of_a_name_that_comes_twice_the_last_counts(twice: bytes) -> None:
    assert isinstance(read(twice), Event)


@pytest.mark.parametrize("key", [b"c-1", b"somebody else"])
def test_a_missed_commitment_is_never_published(key: bytes) -> None:
    rejected = read(LATE.replace(b"delivery.late", b"commitment.missed"), key)
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.field) == (Reason.ENVELOPE, "type")


def test_the_same_content_in_another_spelling_has_the_same_hash() -> None:
    spelled = (
        b'{"data": {"text": "Encara no ha arribat.", "facts": {"days_late": 2}}, '
        + LATE.split(b',"data"')[0][1:]
        + b"}"
    )
    first, second = read(), read(spelled)
    assert isinstance(first, Event)
    assert isinstance(second, Event)
    assert first.content_hash == second.content_hash


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda x: st.lists(x, max_size=3)
    )
)
def test_whatever_stands_in_a_field_the_fast_decoder_and_pydantic_agree(value: object) -> None:
    import msgspec

    from schemas.decoding import struct_of

    for name in TouchpointData.model_fields:
        try:
            content = msgspec.json.encode({name: value})
        except UnicodeEncodeError:
            return
        assert _accepts(
            lambda data: msgspec.json.decode(data, type=struct_of(TouchpointData)), content
        ) == _accepts(TouchpointData.model_validate_json, content), (name, content)


def _accepts(decode: object, content: bytes) -> bool:
    import msgspec

    try:
        decode(content)  # type: ignore[operator]
    except (msgspec.DecodeError, ValidationError):
        return False
    return True
