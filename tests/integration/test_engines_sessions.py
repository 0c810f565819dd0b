"""Settings of the embedded engine hold for a request or for a session, and nobody else sees them."""

import uuid

import pytest

pytestmark = pytest.mark.stack


def test_settings_in_the_url_hold_for_one_request(ask):
    question = "SELECT getSetting('max_block_size')"

    assert ask(query=question, max_block_size=77)[2] == b"77\n"
    assert ask(query=question)[2] != b"77\n"


def test_a_session_remembers_and_others_do_not_see_it(ask):
    for sql in (
        "CREATE TEMPORARY TABLE mine (a UInt8)",
        "INSERT INTO mine VALUES (5)",
        "SET max_block_size = 88",
    ):
        assert ask("POST", body=sql.encode(), session_id="one")[0] == 200

    seen = ask(
        "POST", body=b"SELECT a, getSetting('max_block_size') FROM mine", session_id="one", max_threads=1
    )
    assert seen[2] == b"5\t88\n"
    assert ask("POST", body=b"SELECT a FROM mine", session_id="two")[0] == 404
    assert ask("POST", body=b"SELECT a FROM mine")[0] == 404


def test_a_setting_of_one_request_does_not_stay_in_its_session(ask):
    ask("POST", body=b"SET max_threads = 3", session_id="tidy")
    for setting in ("max_block_size", "max_threads"):
        ask("POST", body=b"SELECT 1", session_id="tidy", **{setting: 99})

    question = b"SELECT getSetting('max_block_size') = 99, getSetting('max_threads')"
    assert ask("POST", body=question, session_id="tidy")[2] == b"0\t3\n"


def test_a_session_asked_for_by_name_must_exist(ask):
    status, headers, _ = ask(query="SELECT 1", session_id=uuid.uuid4().hex, session_check=1)

    assert (status, headers["X-ClickHouse-Exception-Code"]) == (404, "372")
