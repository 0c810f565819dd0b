"""Behind a proxy that names the user in a header."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from people import access_with_people, settings_in
from pydantic import ValidationError
from visiting import nothing_at_all

from dashboards.app import build_dashboard

PROXY, OTHER = "10.0.0.7", "192.0.2.1"


def behind_a_proxy(folder: Path, **more: object) -> FlaskClient:
    access = access_with_people(
        folder, sign_in="header", sign_in_header="X-User", trusted_proxies="10.0.0.0/24", **more
    )
    return build_dashboard(nothing_at_all(), str, access).server.test_client()


def asked(client: FlaskClient, name: str, peer: str = PROXY) -> int:
    return client.get(
        "/_dash-layout", headers={"X-User": name}, environ_base={"REMOTE_ADDR": peer}
    ).status_code


def test_the_proxy_is_believed_and_nobody_else(tmp_path: Path) -> None:
    client = behind_a_proxy(tmp_path)
    assert asked(client, "Viewer") == 200
    assert asked(client, "viewer", peer=OTHER) == 401
    assert asked(client, "") == 401


def test_who_is_not_known_comes_in_only_with_a_default_role(tmp_path: Path) -> None:
    assert asked(behind_a_proxy(tmp_path), "somebody") == 401
    assert asked(behind_a_proxy(tmp_path / "open", default_role="viewer"), "somebody") == 200


def test_no_password_opens_it(tmp_path: Path) -> None:
    client = behind_a_proxy(tmp_path)
    form = {"name": "admin", "password": ""}
    assert client.post("/sign-in", data=form, headers={"Origin": "http://localhost"}).status_code == 401


def test_half_a_setting_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        settings_in(tmp_path, sign_in="header", sign_in_header="X-User")
    with pytest.raises(ValidationError, match="nonsense"):
        settings_in(tmp_path, trusted_proxies="nonsense")
