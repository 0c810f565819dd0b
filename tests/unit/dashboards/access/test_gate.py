"""The gate: nobody gets anything who is not known, and nothing is changed from elsewhere."""

import json
import re

import pytest
from dash import Dash
from people import Clock
from visiting import CALLBACK, HERE, Door, call_of
from werkzeug.routing import Rule

from dashboards.access.gate import FORM, JSON, OPEN_ASSETS, OPEN_BLUEPRINTS
from dashboards.access.rights import Role
from dashboards.access.wiring import Access

ACROSS = {"Origin": "https://elsewhere.example"}
WITHIN = {"Origin": HERE}
PULSE = {"at": "2026-03-31T18:00:00+00:00", "token": "1"}


def outputs_of(app: Dash) -> list[str]:
    """Every callback that the server runs."""
    return [output for output, known in app.callback_map.items() if "callback" in known]


def address_of(rule: Rule) -> str:
    """An address that a route serves."""
    return re.sub(r"<[^>]*>", "some", rule.rule)


def test_every_route_is_closed_to_strangers_but_those_to_come_in_by(app: Dash, door: Door) -> None:
    closed = [
        rule
        for rule in app.server.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in OPEN_BLUEPRINTS
    ]
    assert len(closed) >= 10
    for rule in closed:
        address = address_of(rule)
        for method in sorted(rule.methods - {"OPTIONS"}):
            answer = door().open(address, method=method, headers=WITHIN, content_type=JSON)
            assert answer.status_code in (303, 401), (method, address)
            assert answer.status_code == 401 or answer.location.startswith("/sign-in"), (method, address)
            assert b"vincle" not in answer.data, (method, address)


def test_every_callback_is_closed_to_strangers(app: Dash, door: Door) -> None:
    outputs = outputs_of(app)
    assert len(outputs) >= 20
    for output in outputs:
        answer = door().post(CALLBACK, json=call_of(app, output), headers=WITHIN)
        assert (answer.status_code, answer.json) == (401, {"error": "sign in first"}), output


def test_what_opens_is_a_short_list(door: Door) -> None:
    for address in (*OPEN_ASSETS, "/healthz", "/readyz", "/sign-in"):
        with door().get(address) as answer:
            assert answer.status_code == 200, address


@pytest.mark.parametrize("path", ["//assets/vincle.css", "/assets/../_dash-layout", "/assets/head.js/"])
def test_addresses_that_only_look_open_are_closed(door: Door, path: str) -> None:
    assert door().get(path).status_code in (303, 308, 401, 404)


@pytest.mark.parametrize("role", Role)
def test_whoever_is_signed_in_gets_pages_and_callbacks(app: Dash, door: Door, role: Role) -> None:
    client = door(role)
    assert client.get("/customer?id=1").status_code == 200
    assert client.get("/_dash-layout").status_code == 200
    answer = client.post(CALLBACK, json=call_of(app, "page.children", url="/"), headers=WITHIN)
    assert answer.status_code == 200


def test_a_stranger_is_led_to_the_entrance_and_back(door: Door) -> None:
    answer = door().get("/customer?id=abc&until=2026-03-01")
    assert answer.location == "/sign-in?next=%2Fcustomer%3Fid%3Dabc%26until%3D2026-03-01"


@pytest.mark.parametrize(
    "headers",
    [ACROSS, {}, {"Origin": "null"}, {**WITHIN, "Sec-Fetch-Site": "cross-site"}, {"Origin": f"{HERE}:81"}],
)
@pytest.mark.parametrize("address", [CALLBACK, "/sign-in", "/sign-out", "/password"])
def test_nothing_is_changed_from_elsewhere(door: Door, address: str, headers: dict[str, str]) -> None:
    form = JSON if address == CALLBACK else FORM
    answer = door(Role.ADMIN).post(address, headers=headers, data="", content_type=form)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("address", "form"),
    [(CALLBACK, FORM), (CALLBACK, "text/plain"), ("/sign-in", JSON), ("/sign-out", "multipart/form-data")],
)
def test_nothing_is_changed_in_another_form(door: Door, address: str, form: str) -> None:
    answer = door(Role.ADMIN).post(address, headers=WITHIN, data="{}", content_type=form)
    assert answer.status_code == 415


def test_a_flood_is_refused(door: Door) -> None:
    answer = door(Role.ADMIN).post(CALLBACK, headers=WITHIN, data=b"1" * 3_000_000, content_type=JSON)
    assert answer.status_code == 413


def test_a_session_ends_by_itself(door: Door, access: Access, clock: Clock) -> None:
    client = door(Role.VIEWER)
    clock.now += access.sessions.life
    assert client.get("/_dash-layout").status_code == 401


def test_a_session_ends_with_another_role_or_with_its_user(door: Door, access: Access) -> None:
    operator, viewer = door(Role.OPERATOR), door(Role.VIEWER)
    access.users.set_role("operator", Role.VIEWER)
    access.users.remove("viewer")
    assert [client.get("/_dash-layout").status_code for client in (operator, viewer)] == [401, 401]


def test_who_leaves_is_out_also_with_a_copy_of_the_cookie(door: Door) -> None:
    client = door(Role.VIEWER)
    cookie = client.get_cookie("vincle_session")
    assert cookie is not None
    client.post("/sign-out", headers=WITHIN, content_type=FORM)
    client.set_cookie("vincle_session", cookie.value)
    assert client.get("/_dash-layout").status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "' OR 1=1 --", "é" * 40])
def test_nobody_guesses_a_session(door: Door, cookie: str) -> None:
    client = door()
    client.set_cookie("vincle_session", cookie)
    assert client.get("/_dash-layout").status_code == 401


def test_what_a_customer_said_is_kept_from_viewers_whatever_they_send(app: Dash, door: Door) -> None:
    output = next(one for one in outputs_of(app) if "said.children" in one)
    call = call_of(app, output, url="?touchpoint=delivery.late", pulse=PULSE, scheme="light")
    told = {role: json.dumps(door(role).post(CALLBACK, json=call, headers=WITHIN).json) for role in Role}
    assert "not what single customers said" in told[Role.VIEWER]
    assert "Nobody said anything" in told[Role.OPERATOR]
    assert "Nobody said anything" in told[Role.ADMIN]


def test_the_frame_says_who_is_signed_in(door: Door) -> None:
    layout = door(Role.OPERATOR).get("/_dash-layout").text
    assert "Operator" in layout
    assert "sign-out" in layout
