"""Files to events: each row is published, skipped or told as wrong, and no row hinders another."""

import gzip
import io
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from infra.mapping import RowMapper, bundled_mappings, load_mapping, read_mapping
from infra.publish_file import MOST_ERRORS_SHOWN, publish_file
from infra.publishing import Format, PublishError, Summary, Wrong, format_of, publish, unpacked
from schemas.catalogue import load_catalogue
from schemas.envelope import Event
from schemas.settings import Settings
from streams.intake import Intake

CATALOGUE = load_catalogue()
INTAKE = Intake(CATALOGUE, ZoneInfo("UTC"))
SAMPLES = Path(__file__).parents[3] / "infra" / "samples"
TABLE = """
name: parcels
common: {id: {field: number}, source: /parcels, customer: {field: account}, time: {field: at}}
rules:
  - {when: {state: test}, skip: test parcels}
  - {when: {state: late}, type: delivery.late, data: {facts: {days_late: {field: delay, as: number}}}}
"""


def line(number: int = 1, **changes: object) -> bytes:
    event = Event.touchpoint(
        "delivery.late", id=str(number), source="/parcels", customer="c-1", time="2026-03-01T09:30:00Z"
    )
    return json.dumps({**json.loads(event.to_json()), **changes}).encode() + b"\n"


class Outbox:
    """Takes what is sent and what is refused."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, bytes, str]] = []
        self.wrong: list[Wrong] = []

    def send(self, key: bytes, value: bytes, name: str) -> None:
        self.sent.append((key, value, name))

    def take(self, content: bytes, format_: Format = "ndjson", mapping: str | None = None) -> Summary:
        mapper = RowMapper(read_mapping(mapping, "m.yaml", CATALOGUE)) if mapping else None
        return publish(io.BytesIO(content), format_, mapper, INTAKE, self.send, self.wrong.append)


def test_an_event_is_sent_with_its_customer_as_key() -> None:
    box = Outbox()
    summary = box.take(line(7))
    assert box.sent[0][0] == b"c-1"
    assert box.sent[0][2] == "/parcels|7"
    assert Event.model_validate_json(box.sent[0][1]).id == "7"
    assert (summary.rows, summary.published, summary.wrong) == (1, 1, 0)


WRONG_LINES = {
    b"{": "line 2: is no JSON",
    b"[1]": "line 2: is no JSON object",
    b'{"id": "\xff"}': "line 2: is no JSON",
    b"{}": "line 2: subject: must be the customer's id, a text",
    line(2, time="secret").strip(): "line 2: time: must be an RFC 3339 time with offset, or a date",
    line(2, data={"facts": {"days_late": "secret"}}).strip(): "line 2: data.facts.days_late: ",
    line(2, data={"secret": 1}).strip(): "line 2: data.secret: ",
    line(2, specversion="secret").strip(): "line 2: specversion: ",
    line(2, id=5).strip(): "line 2: id: ",
}


@pytest.mark.parametrize("content", WRONG_LINES)
def test_a_wrong_line_is_told_and_hinders_no_other(content: bytes) -> None:
    box = Outbox()
    summary = box.take(line(1) + content + b"\n\n" + line(3))
    assert [name for _, _, name in box.sent] == ["/parcels|1", "/parcels|3"]
    assert (summary.rows, summary.published, summary.wrong) == (3, 2, 1)
    (told,) = map(str, box.wrong)
    assert told.startswith(WRONG_LINES[content])
    assert "secret" not in told.replace("data.secret", "")


def test_a_type_that_the_catalogue_does_not_know_is_published_and_said_to_wait() -> None:
    summary = Outbox().take(line(1, type="touchpoint.tea.served.v1"))
    assert summary.published == 1
    assert "1 will be held: the catalogue has no type touchpoint.tea.served.v1" in list(summary.lines())


def test_a_table_is_mapped_row_by_row() -> None:
    box = Outbox()
    table = (
        b"\xef\xbb\xbfnumber;account;at;state;delay\n"
        b"1;c-1;2026-03-01;late;2\n"
        b"2;c-2;2026-03-01;test;0\n"
        b'3;c-3;2026-03-01;late;"many\nlines"\n'
        b"4;c-4;2026-03-01\n"
        b"5;c-5;2026-03-01;lost;0\n"
        b"\n"
        b"6;c-\xff;2026-03-01;late;1\n"
        b"7;c-7;2026-03-01;late;1\n"
    )
    summary = box.take(table, "csv", TABLE)
    assert [name for _, _, name in box.sent] == ["/parcels|1", "/parcels|7"]
    assert [str(wrong) for wrong in box.wrong] == [
        "line 4: data.facts.days_late: delay is no number",
        "line 6: has 3 columns, the first row 5",
        "line 7: row: no rule of the mapping holds for it",
        "line 9: is not in UTF-8",
    ]
    assert summary.skipped == {"test parcels": 1}
    assert summary.rows == summary.published + summary.wrong + summary.skipped.total() == 7


def test_a_table_without_mapping_is_refused() -> None:
    with pytest.raises(PublishError, match="a table needs a mapping"):
        Outbox().take(b"a,b\n1,2\n", "csv")


def test_an_empty_file_has_no_rows() -> None:
    assert Outbox().take(b"").rows == Outbox().take(b"", "csv", TABLE).rows == 0


def test_a_zip_that_breaks_off_is_told_after_what_came_before() -> None:
    box = Outbox()
    whole = gzip.compress(b"".join(line(number) for number in range(20_000)))
    with pytest.raises(PublishError, match="the file breaks off"):
        publish(unpacked("a.gz", io.BytesIO(whole[:-9])), "ndjson", None, INTAKE, box.send, box.wrong.append)
    assert box.sent


@pytest.mark.parametrize(
    ("name", "format_"),
    [("a.csv", "csv"), ("a.CSV.gz", "csv"), ("a.tsv", "csv"), ("a.ndjson.gz", "ndjson"), ("-", "ndjson")],
)
def test_the_name_of_a_file_tells_its_format(name: str, format_: str) -> None:
    assert format_of(name) == format_


@pytest.mark.parametrize(
    ("file", "mapping", "published", "skipped"),
    [
        ("completejourney.ndjson.gz", "completejourney", 55_934, 0),
        ("completejourney.outcomes.ndjson.gz", "completejourney_outcomes", 792, 5_797),
        ("twitter_care_ibm.sample.ndjson.gz", "twitter_care_ibm", 559, 0),
    ],
)
def test_a_sample_log_is_mapped_whole(file: str, mapping: str, published: int, skipped: int) -> None:
    box = Outbox()
    mapper = RowMapper(load_mapping(mapping, CATALOGUE))
    with gzip.open(SAMPLES / file) as stream:
        summary = publish(stream, "ndjson", mapper, INTAKE, box.send, box.wrong.append)
    assert (summary.published, summary.wrong, summary.skipped.total()) == (published, 0, skipped)
    assert not summary.waiting
    assert len({name for _, _, name in box.sent}) == published


ACTIVITIES = ["Insert ticket", "Assign seriousness", "Wait", "INVALID", "Resolve ticket"]
TICKET = [
    {
        "id": f"1-{day}",
        "customer": "hd-1",
        "at": f"2010-01-1{day}T08:40:25Z",
        "what": what,
        "facts": {"case": "1"},
    }
    for day, what in enumerate(ACTIVITIES)
]


def test_a_ticket_is_one_case_whose_registration_is_one_contact() -> None:
    box = Outbox()
    mapper = RowMapper(load_mapping("helpdesk", CATALOGUE))
    stream = io.BytesIO(b"\n".join(json.dumps(row).encode() for row in TICKET))
    summary = publish(stream, "ndjson", mapper, INTAKE, box.send, box.wrong.append)
    events = [json.loads(value) for _, value, _ in box.sent]
    assert {event["data"]["case"] for event in events} == {"1"}
    assert [event["data"].get("episode") for event in events] == [
        "1 opening",
        "1 opening",
        None,
        "1 solution",
    ]
    assert events[-1]["data"]["recovery"]
    assert summary.skipped == {"state of the developers' own tracker": 1}


def test_every_bundled_mapping_is_tried_here() -> None:
    assert bundled_mappings() == [
        "completejourney",
        "completejourney_outcomes",
        "helpdesk",
        "twitter_care_ibm",
    ]


def test_checking_a_file_sends_nothing_and_shows_the_first_errors(tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_bytes(line(1) + b"{\n" * (MOST_ERRORS_SHOWN + 5))
    out = io.StringIO()
    summary = publish_file(str(file), Settings(), check=True, console=Console(file=out, width=200))
    assert summary.wrong == MOST_ERRORS_SHOWN + 5
    assert "line 2: is no JSON" in out.getvalue()
    assert "and 5 more" in out.getvalue()
    assert "checked: 106 rows: 1 events published, 105 wrong" in out.getvalue()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="No such file"):
        publish_file(str(tmp_path / "nothing"), Settings(), check=True, console=Console(file=io.StringIO()))
