"""Reading a request: what is ClickHouse's own, what is a setting, who asks."""

import base64
from email.message import Message
from urllib.parse import urlencode

import pytest

from infra.clickhouse.access import Credentials
from infra.clickhouse.errors import EngineError
from infra.clickhouse.request import read_form, read_request


def request(headers=None, form=None, **parameters):
    message = Message()
    for name, value in (headers or {}).items():
        message[name] = value
    return read_request(f"/?{urlencode(parameters)}", message, form)


def test_what_is_not_clickhouses_own_is_a_setting():
    read = request(query="SELECT 1", max_threads="2", wait_end_of_query="1", param_a="x", database="db")

    assert read.settings == {"max_threads": "2"}
    assert read.parameters == {"a": "x"}
    assert (read.query, read.database, read.waits_for_end) == (b"SELECT 1", "db", True)


def test_headers_name_database_and_format_unless_the_url_does():
    headers = {"X-ClickHouse-Database": "one", "X-ClickHouse-Format": "CSV"}

    assert (request(headers).database, request(headers).default_format) == ("one", "CSV")
    assert request(headers, database="two", default_format="JSON").default_format == "JSON"


@pytest.mark.parametrize(
    ("headers", "parameters"),
    [
        ({"X-ClickHouse-User": "ann", "X-ClickHouse-Key": "s:1"}, {}),
        ({"Authorization": "Basic " + base64.b64encode(b"ann:s:1").decode()}, {}),
        ({}, {"user": "ann", "password": "s:1"}),
    ],
)
def test_credentials_come_by_header_or_url(headers, parameters):
    assert request(headers, **parameters).credentials == Credentials("ann", "s:1")


def test_a_malformed_authorization_is_refused():
    with pytest.raises(EngineError) as refused:
        request({"Authorization": "Basic !!"})
    assert refused.value.code == 516


def test_a_query_id_is_kept_if_it_can_stand_in_a_header():
    assert request(query_id="mine-1").query_id == "mine-1"
    assert "\n" not in request(query_id="a\r\nX-Evil: 1").query_id


def test_a_session_has_a_name_and_a_bounded_patience():
    session = request(session_id="s", session_timeout="999999", session_check="1").session

    assert session is not None
    assert (session.name, session.idle_seconds, session.must_exist) == ("s", 3600, True)
    assert request().session is None


def test_too_many_parameters_are_refused():
    with pytest.raises(EngineError):
        request(**{f"p{number}": "1" for number in range(2000)})


def test_a_form_is_read_field_by_field():
    body = (
        b'--b\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT 1\r\n'
        b'--b\r\nContent-Disposition: form-data; name="param_a"\r\nContent-Type: text/plain\r\n\r\n'
        b" x\r\ny \r\n--b--\r\n"
    )

    assert read_form("multipart/form-data; boundary=b", body) == {"query": "SELECT 1", "param_a": " x\r\ny "}


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("multipart/form-data", b"", 117),
        ("multipart/form-data; boundary=b", b"--b\r\nno name\r\n--b--", 117),
        ("multipart/form-data; boundary=b", b'--b\r\nx: name="t"; filename="t"\r\n\r\n1\r\n--b--', 48),
    ],
)
def test_a_form_without_boundary_names_or_with_files_is_refused(content_type, body, code):
    with pytest.raises(EngineError) as refused:
        read_form(content_type, body)
    assert refused.value.code == code
