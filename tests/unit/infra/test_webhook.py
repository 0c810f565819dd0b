"""The webhook against a receiver on this machine: signed, tried again, and given up only where told so."""

import hmac
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests

from infra.webhook import (
    LONGEST_PAUSE_SECONDS,
    Hook,
    WebhookError,
    deliver,
    erased_by,
    hook_of,
    run_webhook,
    signature,
)
from schemas.settings import Settings
from streams.pseudonyms import pseudonymiser
from streams.sinks.ledger import Ledger
from streams.sinks.vault import Vault

BODY = b'{"id":"9c0e","subject":"maria","data":{"person_id":"0a","language":"ca","words":"Ens sap greu."}}'
SECRET = b"a secret for tests"


class Receiver:
    """Answers with the given codes, one after the other, and keeps what came."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.came: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.came.append((dict(self.headers), body))
                self.send_response(receiver.codes.pop(0))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.hook = Hook(f"http://127.0.0.1:{self.server.server_port}/", SECRET)


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    made = Receiver(*request.param)
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def nobody(_: bytes) -> bool:
    """Say that nobody is erased."""
    return False


def sent(receiver: Receiver) -> tuple[bool, list[float]]:
    """Deliver the body; return whether it was taken, and the pauses between attempts."""
    pauses: list[float] = []
    clock = iter(range(1_000, 2_000))
    with requests.Session() as session:
        taken = deliver(receiver.hook, session, BODY, nobody, pauses.append, lambda: float(next(clock)))
    return taken, pauses


@pytest.mark.parametrize("receiver", [(204,)], indirect=True)
def test_a_receiver_can_verify_who_sent_it_and_when(receiver: Receiver) -> None:
    assert sent(receiver) == (True, [])
    headers, body = receiver.came[0]
    assert body == BODY
    proof = hmac.new(SECRET, headers["Vincle-Timestamp"].encode() + b"." + body, sha256).hexdigest()
    assert headers["Vincle-Signature"] == f"v1={proof}"
    assert headers["Vincle-Timestamp"] == "1000"


@pytest.mark.parametrize("receiver", [(503, 429, 500, 200)], indirect=True)
def test_what_is_not_taken_is_sent_again_later_and_later_with_a_new_signature(receiver: Receiver) -> None:
    assert sent(receiver) == (True, [1, 2, 4])
    assert {body for _, body in receiver.came} == {BODY}
    assert len({headers["Vincle-Signature"] for headers, _ in receiver.came}) == 4


@pytest.mark.parametrize("receiver", [(503,) * 12 + (200,)], indirect=True)
def test_pauses_have_a_longest(receiver: Receiver) -> None:
    assert max(sent(receiver)[1]) == LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize("receiver", [(400,), (410,), (302,)], indirect=True)
def test_what_is_refused_for_good_is_not_sent_again(receiver: Receiver) -> None:
    assert sent(receiver) == (False, [])


def test_a_receiver_that_is_not_there_is_waited_for() -> None:
    class GivenUpError(Exception):
        """The test has seen enough."""

    def give_up(_: float) -> None:
        raise GivenUpError

    gone = Receiver()
    gone.server.server_close()
    with requests.Session() as session, pytest.raises(GivenUpError):
        deliver(gone.hook, session, BODY, nobody, give_up)


NAME_OF = pseudonymiser(b"a key for tests")


@pytest.mark.parametrize("name", ["maria", "0a"])
@pytest.mark.parametrize("receiver", [(503, 204)], indirect=True)
def test_an_alert_is_not_tried_again_when_its_customer_was_erased_under_any_name(
    receiver: Receiver, tmp_path: Path, name: str
) -> None:
    vault = Vault(tmp_path / "vault.sqlite", b"master")
    vault.begin_erasure("other", [NAME_OF("joan")], 5, "")

    def erase(_: float) -> None:
        vault.begin_erasure("one", [NAME_OF(name) if name == "maria" else name], 6, "")

    with requests.Session() as session:
        assert not deliver(receiver.hook, session, BODY, erased_by(Ledger(vault), NAME_OF), erase)
    assert len(receiver.came) == 1


def test_an_alert_of_silence_has_a_pseudonym_as_its_subject(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault.sqlite", b"master")
    is_erased = erased_by(Ledger(vault), NAME_OF)
    alert = BODY.replace(b"maria", b"0b")
    assert not is_erased(alert)
    vault.begin_erasure("one", ["0b"], 5, "")
    assert is_erased(alert)


def test_without_its_keys_nothing_is_sent(tmp_path: Path) -> None:
    settings = Settings(webhook_url="http://127.0.0.1:1/", webhook_secret="secret", data_folder=tmp_path)
    with pytest.raises(WebhookError, match="erased"):
        run_webhook(settings)


def test_a_signature_is_of_secret_time_and_body() -> None:
    one = signature(SECRET, 1, BODY)
    assert (
        len({one, signature(b"other", 1, BODY), signature(SECRET, 2, BODY), signature(SECRET, 1, b"")}) == 4
    )


def test_without_a_secret_nothing_is_sent() -> None:
    with pytest.raises(WebhookError, match="VINCLE_WEBHOOK_SECRET"):
        hook_of(Settings(webhook_url="http://127.0.0.1:1/"))
