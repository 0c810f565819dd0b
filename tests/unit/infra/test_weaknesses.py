"""The audit: what a registry tells of a locked release is found, and what it does not tell is said."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra import audit

LOCK = """\
# made by a tool
left-pad==1.3.0 \\
    --hash=sha256:00
uvloop==0.22.1 ; sys_platform != 'win32' \\
    --hash=sha256:01
    # via vincle
"""
WEAK = {"id": "WEAK-1", "fixed_in": ["1.3.1"], "summary": "Pads on the right", "withdrawn": None}
STRONG: dict[str, object] = {"vulnerabilities": []}


class Registry(ThreadingHTTPServer):
    """A registry that tells of the releases it knows, and keeps what it was asked."""

    def __init__(self, known: dict[str, object]) -> None:
        super().__init__(("127.0.0.1", 0), Shelf)
        self.known = known
        self.asked: list[str] = []


class Shelf(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Registry

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        found = self.server.known.get(self.path)
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode() if found else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Registry]:
    """A registry that pip is set up with, and a lock of two packages."""
    (tmp_path / "lock").write_text(LOCK)
    monkeypatch.setattr(audit, "LOCK", tmp_path / "lock")
    with Registry({}) as server:
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_lock_is_read_with_its_versions_and_without_its_markers() -> None:
    assert audit.releases_in(LOCK) == [("left-pad", "1.3.0"), ("uvloop", "0.22.1")]
    assert len(audit.releases_in(audit.LOCK.read_text())) > 100


def test_a_known_weakness_is_told_with_its_cure_and_fails(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.known = {
        "/pypi/left-pad/1.3.0/json": {"vulnerabilities": [WEAK]},
        "/pypi/uvloop/0.22.1/json": STRONG,
    }
    assert audit.main() == 1
    said = capsys.readouterr().out
    assert "left-pad\t1.3.0\tWEAK-1\tfixed in 1.3.1\tPads on the right" in said
    assert "2 packages, 1 known weaknesses" in said


def test_a_weakness_that_was_withdrawn_is_none(registry: Registry) -> None:
    withdrawn = {"vulnerabilities": [WEAK | {"withdrawn": "2026-01-01T00:00:00Z"}]}
    registry.known = {"/pypi/left-pad/1.3.0/json": withdrawn, "/pypi/uvloop/0.22.1/json": STRONG}
    assert audit.main() == 0


def test_a_package_that_the_registry_does_not_know_is_named(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.known = {"/pypi/left-pad/1.3.0/json": STRONG}
    assert audit.main() == 0
    assert "unknown to the registry: uvloop==0.22.1" in capsys.readouterr().out


def test_a_registry_that_does_not_tell_is_asked_once_and_it_is_said(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main() == 0
    assert registry.asked == ["/pypi/left-pad/1.3.0/json"]
    assert capsys.readouterr().out.startswith("audit: not possible")


def test_a_registry_that_is_away_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    assert audit.main() == 0
    assert capsys.readouterr().out.startswith("audit: not possible")
