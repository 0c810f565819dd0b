"""Coming in: passwords, one-time links, cookies, and how often one may try."""

from flask.testing import FlaskClient
from people import Clock
from visiting import HERE, Door
from werkzeug.test import TestResponse

from dashboards.access.links import LINK_LIFE
from dashboards.access.rights import Role
from dashboards.access.wiring import OF_ACCOUNT, Access

GOOD = "blue kite over the harbour"
WITHIN = {"Origin": HERE}


def sent(client: FlaskClient, address: str, **form: str) -> TestResponse:
    return client.post(address, data=form, headers=WITHIN)


def with_password(access: Access, name: str) -> None:
    grant = access.links.exchange(access.links.to_password(name))
    access.links.choose_password(grant, "", GOOD)


def test_a_password_opens_and_leads_to_where_one_wanted_to_go(door: Door, access: Access) -> None:
    with_password(access, "viewer")
    client = door()
    answer = sent(client, "/sign-in", name=" Viewer ", password=GOOD, next="/customer?id=1")
    assert (answer.status_code, answer.location) == (303, "/customer?id=1")
    assert client.get("/_dash-layout").status_code == 200


def test_one_is_never_led_elsewhere(door: Door, access: Access) -> None:
    with_password(access, "viewer")
    form = {"name": "viewer", "password": GOOD, "next": "https://elsewhere.example"}
    assert sent(door(), "/sign-in", **form).location == "/"


def test_an_unknown_name_and_a_wrong_password_are_told_alike(door: Door, access: Access) -> None:
    with_password(access, "viewer")
    wrong = sent(door(), "/sign-in", name="viewer", password="not this one, surely")
    unknown = sent(door(), "/sign-in", name="stranger", password="not this one, surely")
    unset = sent(door(), "/sign-in", name="operator", password="")
    assert {answer.status_code for answer in (wrong, unknown, unset)} == {401}
    assert wrong.text.replace("viewer", "stranger") == unknown.text


def test_guessing_is_slowed_down_for_the_account_and_not_for_others(door: Door, access: Access) -> None:
    with_password(access, "viewer")
    for _ in range(OF_ACCOUNT.at_once):
        assert sent(door(), "/sign-in", name="operator", password="guess").status_code == 401
    often = sent(door(), "/sign-in", name="OPERATOR", password="guess")
    assert often.status_code == 429
    assert int(often.headers["Retry-After"]) > 0
    assert sent(door(), "/sign-in", name="viewer", password=GOOD).status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(door: Door, access: Access) -> None:
    with_password(access, "viewer")
    cookie = sent(door(), "/sign-in", name="viewer", password=GOOD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    secure = door().post(
        "/sign-in",
        data={"name": "viewer", "password": GOOD},
        base_url="https://vincle.example",
        headers={"Origin": "https://vincle.example"},
    )
    assert "Secure" in secure.headers["Set-Cookie"]


def test_the_first_link_makes_the_first_administrator_once(door: Door, access: Access) -> None:
    access.users.set_role("viewer", Role.VIEWER)
    link = access.links.to_first_admin()
    assert link is not None
    client = door()
    answer = client.get(f"/link/{link}")
    assert (answer.status_code, answer.location) == (303, "/password")
    assert "name=" in client.get("/password").text
    assert sent(client, "/password", name="Aina", password=GOOD).location == "/"
    assert client.get("/_dash-layout").status_code == 200
    assert ("aina", Role.ADMIN) in {(user.name, user.role) for user in access.users.all()}
    assert client.get(f"/link/{link}").status_code == 410
    assert access.links.to_first_admin() is None


def test_of_two_first_links_one_serves(door: Door, access: Access) -> None:
    links = [access.links.to_first_admin(), access.links.to_first_admin()]
    doors = [door(), door()]
    for client, link in zip(doors, links, strict=True):
        client.get(f"/link/{link}")
    first, second = (sent(one, "/password", name=f"n{id(one)}", password=GOOD) for one in doors)
    assert (first.status_code, second.status_code) == (303, 410)


def test_a_link_is_too_old_after_its_hour(door: Door, access: Access, clock: Clock) -> None:
    link = access.links.to_password("viewer")
    clock.now += LINK_LIFE
    assert door().get(f"/link/{link}").status_code == 410


def test_a_weak_password_or_a_taken_name_is_told_and_can_be_mended(door: Door, access: Access) -> None:
    client = door()
    client.get(f"/link/{access.links.to_first_admin()}")
    assert sent(client, "/password", name="aina", password="short").status_code == 400
    assert sent(client, "/password", name="a b", password=GOOD).status_code == 400
    assert sent(client, "/password", name="viewer", password=GOOD).status_code == 400
    assert sent(client, "/password", name="aina", password=GOOD).status_code == 303


def test_a_new_password_ends_every_session(door: Door, access: Access) -> None:
    client = door(Role.VIEWER)
    with_password(access, "viewer")
    assert client.get("/_dash-layout").status_code == 401


def test_nothing_typed_comes_back_as_markup(door: Door) -> None:
    answer = sent(door(), "/sign-in", name='"><script>alert(1)</script>', password="x", next="/<b>")
    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text
