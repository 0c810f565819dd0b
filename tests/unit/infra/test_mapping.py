"""Mappings: rows of any log become events; a wrong mapping is told with line and field."""

from pathlib import Path
from typing import Any

import pytest

from infra.mapping import (
    MappingError,
    RowError,
    RowMapper,
    Skipped,
    bundled_mappings,
    load_mapping,
    read_mapping,
)
from schemas.catalogue import load_catalogue
from schemas.envelope import Event
from schemas.names import PROFILE

CATALOGUE = load_catalogue()
COMMON = """
name: test
common:
  id: {field: n}
  source: /test
  customer: {field: who}
  time: {field: at}
"""
ROW = {"n": 1, "who": "c-1", "at": "2026-03-01T09:30:00Z"}


def mapper_of(rules: str) -> RowMapper:
    return RowMapper(read_mapping(COMMON + rules, "test.yaml", CATALOGUE))


def data_of(data: str, **fields: Any) -> Any:
    """Return the data of the event that a row with these fields becomes."""
    (event,) = mapper_of(f"rules: [{{type: ad.seen, data: {data}}}]").events_of({**ROW, **fields})
    assert isinstance(event, dict)
    return event["data"]


def test_a_row_becomes_an_event_of_the_contract() -> None:
    (event,) = mapper_of("rules: [{type: ad.seen, data: {channel: web}}]").events_of(ROW)
    assert event == {
        "specversion": "1.0",
        "id": "1",
        "source": "/test",
        "type": "touchpoint.ad.seen.v1",
        "subject": "c-1",
        "time": "2026-03-01T09:30:00Z",
        "datacontenttype": "application/json",
        "data": {"channel": "web"},
    }


def test_every_field_of_the_contracts_data_can_be_mapped() -> None:
    data = data_of(
        "{survey: {kind: csat, score: {field: smile, map: {sad: 1, glad: 5}}}, text: {field: said},"
        " emotion: {valence: {field: v, as: number}, emotions: {anger: {field: a, as: number}}},"
        " facts: {days_late: {field: late.days, as: number}}, needs_met: [apology], recovery: true,"
        " attributes: {depot: {field: depot}}, case: {text: 'order {order}'}}",
        smile="sad",
        said="ai",
        v="-0.5",
        a=".5",
        late={"days": "2"},
        depot="Reus",
        order=81,
    )
    assert data == {
        "survey": {"kind": "csat", "score": 1},
        "text": "ai",
        "emotion": {"valence": -0.5, "emotions": {"anger": 0.5}},
        "facts": {"days_late": 2},
        "needs_met": ["apology"],
        "recovery": True,
        "attributes": {"depot": "Reus"},
        "case": "order 81",
    }


def test_what_is_absent_or_empty_is_left_out() -> None:
    data = "{text: {field: said}, facts: {attempts: {field: tries, as: number}}, case: {text: 'o {order}'}}"
    assert data_of(data) == data_of(data, said="", tries=None, order="") == {}


@pytest.mark.parametrize(
    ("value", "given_", "expected"),
    [
        ("{field: x}", "ab", "ab"),
        ("{field: x, default: z}", None, "z"),
        ("{field: x, as: lower}", "AB", "ab"),
        ("{field: x, as: text}", 5, "5"),
        ("{field: x, as: number}", "2.0", 2),
        ("{field: x, as: number, times: 0.01}", "25", 0.25),
        ("{field: x, as: bool}", "Yes", True),
        ("{field: x, as: bool}", 0, False),
        ("{field: x, as: date}", "2026-03-01T00:00:00Z", "2026-03-01"),
        (
            "{field: x, as: time, format: '%d/%m/%Y %H:%M', zone: Europe/Madrid}",
            "1/7/2026 10:05",
            "2026-07-01T10:05:00+02:00",
        ),
        ("{field: x, as: time}", "2026-03-01T09:30:00+01:00", "2026-03-01T09:30:00+01:00"),
        ("{field: x, map: {1: one, 2: two}}", 1, "one"),
        ("{field: x, map: {true: ja}}", True, "ja"),
        ("{field: x, map: {a: b}, default: other}", "q", "other"),
        ("{text: '{x}-{n}'}", True, "true-1"),
        ("seven", None, "seven"),
        ("7", None, 7),
    ],
)
def test_a_value_is_turned_into_what_the_event_needs(value: str, given_: Any, expected: Any) -> None:
    assert data_of(f"{{attributes: {{a: {value}}}}}", x=given_)["attributes"]["a"] == expected


def test_a_value_mapped_to_null_is_left_out() -> None:
    assert data_of("{channel: {field: x, map: {none: null, web: web}}}", x="none") == {}


@pytest.mark.parametrize(
    ("data", "fields", "error"),
    [
        (
            "{facts: {days_late: {field: x, as: number}}}",
            {"x": "secret"},
            "data.facts.days_late: x is no number",
        ),
        ("{recovery: {field: x, as: bool}}", {"x": "secret"}, "data.recovery: x is no bool"),
        (
            "{channel: {field: x, map: {a: b}}}",
            {"x": "secret"},
            "data.channel: the value of x is not in the map",
        ),
        ("{text: {field: x, as: date}}", {"x": "secret"}, "data.text: x is no date"),
    ],
)
def test_a_row_that_does_not_fit_is_told_by_field_without_its_value(
    data: str, fields: dict[str, Any], error: str
) -> None:
    with pytest.raises(RowError) as caught:
        data_of(data, **fields)
    assert str(caught.value) == error


@pytest.mark.parametrize("missing", ["n", "who", "at"])
def test_a_row_without_id_customer_or_time_is_told(missing: str) -> None:
    row = {name: value for name, value in ROW.items() if name != missing}
    with pytest.raises(RowError, match="is not there"):
        list(mapper_of("rules: [{type: ad.seen}]").events_of(row))


def test_the_first_rule_that_holds_counts() -> None:
    mapper = mapper_of(
        "rules:\n"
        "  - {when: {x: [a, b]}, type: ad.seen}\n"
        "  - {when: {x: c, y: {above: 3, below: 9}}, type: ad.clicked}\n"
        "  - {when: {x: c, y: {present: false}}, skip: no y}\n"
        "  - {when: {x: {not: [q]}}, type: page.viewed}\n"
    )
    told = {
        (x, y): next(iter(mapper.events_of({**ROW, "x": x, "y": y})))
        for x, y in (("a", None), ("b", 1), ("c", 5), ("c", None), ("c", 9))
    }
    types = {key: event if isinstance(event, Skipped) else event["type"] for key, event in told.items()}
    assert types == {
        ("a", None): "touchpoint.ad.seen.v1",
        ("b", 1): "touchpoint.ad.seen.v1",
        ("c", 5): "touchpoint.ad.clicked.v1",
        ("c", None): Skipped("no y"),
        ("c", 9): "touchpoint.page.viewed.v1",
    }
    with pytest.raises(RowError, match="no rule of the mapping holds"):
        list(mapper.events_of({**ROW, "x": "q"}))


def test_a_rule_goes_before_what_is_common_field_by_field() -> None:
    mapping = read_mapping(
        COMMON + "  data: {channel: web, attributes: {a: 1, b: 1}}\n"
        "rules: [{type: ad.seen, source: /other, data: {attributes: {b: 2}}}]",
        "test.yaml",
        CATALOGUE,
    )
    (event,) = RowMapper(mapping).events_of(ROW)
    assert isinstance(event, dict)
    assert event["source"] == "/other"
    assert event["data"] == {"channel": "web", "attributes": {"a": 1, "b": 2}}


def test_a_row_may_give_a_profile_and_a_touchpoint() -> None:
    mapper = mapper_of(
        "rules:\n"
        "  - {profile: {segment: {field: tier, as: lower}}, id: {text: '{n}-profile'}, continues: true}\n"
        "  - {type: purchase.made}\n"
    )
    profile, touchpoint = mapper.events_of({**ROW, "tier": "CLUB"})
    assert isinstance(profile, dict)
    assert isinstance(touchpoint, dict)
    assert (profile["type"], profile["id"], profile["data"]) == (PROFILE, "1-profile", {"segment": "club"})
    assert touchpoint["type"] == "touchpoint.purchase.made.v1"
    assert Event.model_validate(profile)


def test_a_type_may_come_from_a_table() -> None:
    mapper = mapper_of("rules: [{type: {field: x, map: {a: ad.seen, b: ad.clicked}}}]")
    (event,) = mapper.events_of({**ROW, "x": "b"})
    assert isinstance(event, dict)
    assert event["type"] == "touchpoint.ad.clicked.v1"


RULE = "name: x\nrules:\n  - "
TIMED = "name: x\nrules: [{skip: a}]\ncommon:\n  time: "
WRONG = {
    RULE + "type: ad.seen\n    data:\n      facts:\n        days_lat: 1\n": "6: rules.0.data.facts.days_lat",
    RULE + "type: ad.sene\n": "3: rules.0.type: ad.sene is no type of the catalogue",
    RULE + "type: {field: a, map: {1: ad.sene}}\n": "3: rules.0.type: ad.sene is no type of the catalogue",
    RULE + "{type: ad.seen, data: {text: {feld: a}}}\n": "3: rules.0.data.text: must be a constant",
    RULE + "{type: ad.seen, data: {text: {field: a, as: no}}}\n": "3: rules.0.data.text.as: must be",
    RULE + "\n    {type: ad.seen, skip: y}\n": "4: rules.0: a rule either skips",
    TIMED + "{field: a, as: time, zone: Mars}\n": "4: common.time.zone: is no time zone",
    TIMED + "{field: a, zone: UTC}\n": "4: common.time: format and zone go with as: time",
    TIMED + "{field: a, times: 2}\n": "4: common.time: times goes with as: number",
    "name: x\n": "1: rules: is missing",
    "name: x\nrules: []\n": "2: rules: must have at least 1",
    "": "1: file: must be fields",
    "name: [\n": "2: ",
    "- a\n": "1: file: must be fields",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_mapping_is_told_with_line_and_field(text: str) -> None:
    with pytest.raises(MappingError) as caught:
        read_mapping(text, "m.yaml", CATALOGUE)
    assert str(caught.value).startswith(f"m.yaml:{WRONG[text]}")


def test_a_mapping_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="no such mapping; give a"):
        load_mapping("nothing", CATALOGUE)
    with pytest.raises(MappingError, match="cannot be read"):
        load_mapping(str(tmp_path / "nothing.yaml"), CATALOGUE)


@pytest.mark.parametrize("name", bundled_mappings())
def test_a_bundled_mapping_says_what_its_log_is_and_under_which_licence(name: str) -> None:
    mapping = load_mapping(name, CATALOGUE)
    assert mapping.name == name
    assert any(word in mapping.about for word in ("CC0", "Apache-2.0", "citation"))
