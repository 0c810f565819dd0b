"""The endpoints for programs: by the token of a client, or by a session."""

import json

import pytest
from dash import Dash
from visiting import CALLBACK, HERE, Door, call_of

from dashboards.access.rights import Role
from dashboards.access.users import Kind
from dashboards.access.wiring import Access
from infra.contract import FOLDER

BRIEF = "/api/customers/abc/brief"


def headers_of(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def token(access: Access) -> str:
    access.users.add("desktop", Role.OPERATOR, Kind.CLIENT)
    return access.users.set_token("desktop")


def test_a_client_and_a_person_may_ask_and_nobody_else(door: Door, token: str) -> None:
    assert door().get(BRIEF, headers=headers_of(token)).status_code == 404
    assert door(Role.VIEWER).get(BRIEF).status_code == 404
    for headers in ({}, headers_of(""), headers_of("x" * 43), {"Authorization": f"Basic {token}"}):
        answer = door().get(BRIEF, headers=headers)
        assert (answer.status_code, answer.json) == (401, {"error": "sign in first"})


def test_a_wrong_token_is_not_mended_by_a_session(door: Door) -> None:
    assert door(Role.ADMIN).get(BRIEF, headers=headers_of("wrong")).status_code == 401


def test_a_token_opens_no_page(door: Door, token: str) -> None:
    for address in ("/", "/_dash-layout", "/_dash-dependencies"):
        assert door().get(address, headers=headers_of(token)).status_code in (303, 401)


def test_nothing_is_known_of_nobody(door: Door, token: str) -> None:
    answer = door().get(BRIEF, headers=headers_of(token))
    assert answer.json == {"error": "nothing is known of this customer"}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", Role)
def test_whose_a_pseudonym_is_learns_only_who_may_know_names(
    role: Role, app: Dash, door: Door, asked: list[str]
) -> None:
    door(role).get(BRIEF)
    call = call_of(app, "..navigate.href...customer-found.children..", customer_search="abc")
    door(role).post(CALLBACK, json=call, headers={"Origin": HERE})
    assert ("pseudonym of abc" in "".join(asked)) == (role is not Role.VIEWER)


def test_the_document_served_is_the_one_committed(door: Door, token: str) -> None:
    answer = door().get("/api/openapi.json", headers=headers_of(token))
    assert answer.json == json.loads((FOLDER / "openapi.json").read_text())


def test_every_endpoint_stands_in_the_document(app: Dash) -> None:
    document = json.loads((FOLDER / "openapi.json").read_text())
    served = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in app.server.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert served - {"/api/openapi.json"} == set(document["paths"])
