"""Sign-in by an OpenID provider: a real one, small, on this machine."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from people import access_with_people, settings_in
from provider import CLIENT_ID, CLIENT_SECRET, TestProvider, running_provider
from pydantic import ValidationError
from visiting import nothing_at_all
from werkzeug.test import TestResponse

from dashboards.access.rights import Role
from dashboards.app import build_dashboard


@pytest.fixture
def provider() -> Iterator[TestProvider]:
    with running_provider() as running:
        yield running


def oidc_settings(provider: TestProvider, **more: object) -> dict[str, object]:
    return {
        "sign_in": "oidc",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        **more,
    }


def visitor(provider: TestProvider, folder: Path, **more: object) -> FlaskClient:
    access = access_with_people(folder, **oidc_settings(provider, **more))
    return build_dashboard(nothing_at_all(), str, access).server.test_client()


def answer_of_provider(client: FlaskClient, next_: str = "/") -> str:
    """Go to the provider as a browser does, and return where it sends back to."""
    there = client.get(f"/sign-in/provider?next={next_}").location
    return requests.get(there, allow_redirects=False, timeout=10).headers["Location"]


def come_back(client: FlaskClient) -> TestResponse:
    return client.get(answer_of_provider(client))


def test_whom_the_provider_vouches_for_comes_in_with_the_role_given_here(
    provider: TestProvider, tmp_path: Path
) -> None:
    client = visitor(provider, tmp_path)
    assert client.get("/_dash-layout").status_code == 401
    answer = client.get(answer_of_provider(client, "/customers"))
    assert (answer.status_code, answer.location) == (303, "/customers")
    assert "Operator" in client.get("/_dash-layout").text


def test_the_entrance_leads_to_the_provider_and_takes_no_password(
    provider: TestProvider, tmp_path: Path
) -> None:
    client = visitor(provider, tmp_path)
    page = client.get("/sign-in?next=/customers").text
    assert "/sign-in/provider?next=%2Fcustomers" in page
    assert "password" not in page
    form = {"name": "admin", "password": ""}
    assert client.post("/sign-in", data=form, headers={"Origin": "http://localhost"}).status_code == 401


def test_a_stranger_comes_in_only_with_a_default_role(provider: TestProvider, tmp_path: Path) -> None:
    provider.claims["email"] = "new@example.com"
    assert come_back(visitor(provider, tmp_path / "closed")).status_code == 403
    assert come_back(visitor(provider, tmp_path / "open", default_role="viewer")).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody else"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "of another sign-in"},
        {"exp": int(time.time()) - 3600},
        {"email_verified": False},
        {"email": ""},
        {"email": ["operator"]},
    ],
    ids=" ".join,  # not their values: one is the time, and processes side by side compare names
)
def test_claims_that_do_not_fit_are_refused(
    provider: TestProvider, tmp_path: Path, claims: dict[str, object]
) -> None:
    provider.claims |= claims
    client = visitor(provider, tmp_path, default_role="viewer")
    assert come_back(client).status_code == 403
    assert client.get("/_dash-layout").status_code == 401


def test_a_token_that_the_provider_has_not_signed_is_refused(provider: TestProvider, tmp_path: Path) -> None:
    provider.signing_key = RSAKey.generate_key(2048)
    assert come_back(visitor(provider, tmp_path)).status_code == 403


def test_an_answer_serves_the_browser_that_asked_and_once(provider: TestProvider, tmp_path: Path) -> None:
    client = visitor(provider, tmp_path)
    answer = answer_of_provider(client)
    thief = client.application.test_client()
    assert thief.get(answer).status_code == 403
    assert client.get(answer.replace("state=", "state=x")).status_code == 403
    assert client.get(answer).status_code == 303
    assert client.get(answer).status_code == 403


def test_a_provider_that_is_away_is_told(provider: TestProvider, tmp_path: Path) -> None:
    client = visitor(provider, tmp_path, oidc_issuer="http://127.0.0.1:1")
    assert client.get("/sign-in/provider").status_code == 403


def test_the_role_of_a_person_who_came_so_can_be_changed(provider: TestProvider, tmp_path: Path) -> None:
    provider.claims["email"] = "new@example.com"
    access = access_with_people(tmp_path, **oidc_settings(provider, default_role="viewer"))
    client = build_dashboard(nothing_at_all(), str, access).server.test_client()
    come_back(client)
    access.users.set_role("new@example.com", Role.OPERATOR)
    assert client.get("/_dash-layout").status_code == 401
    come_back(client)
    assert "Operator" in client.get("/_dash-layout").text


def test_the_settings_name_a_provider_that_can_be_trusted(provider: TestProvider, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="https"):
        settings_in(tmp_path, **oidc_settings(provider, oidc_issuer="http://login.example"))
    with pytest.raises(ValidationError, match="oidc_client_secret"):
        settings_in(tmp_path, **oidc_settings(provider, oidc_client_secret=""))
