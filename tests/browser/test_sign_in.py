"""Coming in and going out, in a real browser; what each role sees."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Opened, Shop, settle
from playwright.sync_api import Page, expect

from dashboards.access.rights import Role
from dashboards.access.wiring import Access

pytestmark = [pytest.mark.browser, pytest.mark.stack]
GOOD = "blue kite over the harbour"


@pytest.fixture
def newcomer(access: Access) -> str:
    """Somebody who has a password."""
    name = f"newcomer{len(access.users.all())}"
    access.users.add(name, Role.VIEWER)
    access.links.choose_password(access.links.exchange(access.links.to_password(name)), "", GOOD)
    return name


def fill(page: Page, name: str, password: str) -> None:
    """Use the form by keyboard alone."""
    page.locator("#name").fill(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_a_stranger_signs_in_sees_what_was_asked_for_and_signs_out(
    opened: Opened, address: str, newcomer: str
) -> None:
    """A page that asks for news while it is signed out is told that it may not."""
    page = opened(f"{address}/customers", role=None, forgive=["status of 401"])
    expect(page.locator("h1")).to_have_text("Sign in")
    expect(page.locator("#name")).to_be_focused()
    fill(page, newcomer, GOOD)
    settle(page)
    assert page.url == f"{address}/customers"
    page.locator(".me:not(.save) summary").click()
    expect(page.locator(".me:not(.save) .me-more")).to_contain_text("Viewer")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_an_open_page_leads_to_the_entrance_when_its_session_ends(
    opened: Opened, address: str, access: Access
) -> None:
    access.users.add("leaver", Role.VIEWER)
    page = settle(opened(f"{address}/customers", role="leaver", forgive=["status of 401"]))
    access.users.remove("leaver")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Fcustomers")


def test_a_one_time_link_leaves_no_trace_in_the_address(
    opened: Opened, address: str, access: Access, newcomer: str
) -> None:
    page = opened(f"{address}/link/{access.links.to_password(newcomer)}", role=None)
    assert page.url == f"{address}/password"
    page.locator("#password").fill(GOOD + ", again")
    page.keyboard.press("Enter")
    settle(page)
    assert page.url == f"{address}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_entrance(
    opened: Opened, address: str, access: Access, newcomer: str, scheme: str
) -> None:
    page = opened(f"{address}/sign-in", scheme=scheme, role=None, forgive=["status of 410"])
    for step in ("sign-in", "password", "spent"):
        report = Axe().run(page)
        assert report.violations_count == 0, (step, report.generate_report())
        page.goto(f"{address}/link/{access.links.to_password(newcomer) if step == 'sign-in' else 'x'}")


@pytest.mark.parametrize(
    ("language", "title"), [("ca", "Inicia la sessió"), ("ro", "Autentificare"), ("de", "Sign in")]
)
def test_the_entrance_speaks_the_browsers_language_and_can_be_switched(
    opened: Opened, address: str, language: str, title: str
) -> None:
    page = opened(f"{address}/sign-in?next=%2Fcustomers", language=language, role=None)
    expect(page.locator("h1")).to_have_text(title)
    page.get_by_role("link", name="Italiano").click()
    expect(page.locator("h1")).to_have_text("Accedi")
    expect(page.locator("[name=next]")).to_have_value("/customers")


def test_a_viewer_sees_figures_and_no_words(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(address, role=Role.VIEWER))
    expect(page.locator("#words-note")).to_contain_text("not what single customers said")
    speaker = next(person for person, rows in shop.lives.items() if any(row.text for row in rows))
    life = settle(opened(f"{address}/customer?id={speaker}", role=Role.VIEWER))
    expect(life.locator("#who h1")).to_be_visible()
    assert life.locator("blockquote").count() == 0
    told = settle(opened(f"{address}/customer?id={speaker}", role=Role.OPERATOR))
    assert told.locator("blockquote").count() > 0


def test_who_is_signed_in_stands_in_the_frame(opened: Opened, address: str) -> None:
    page = settle(opened(address, role=Role.OPERATOR))
    page.locator(".me:not(.save) summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".me:not(.save) .me-more")).to_contain_text(
        re.compile("operator.*Operator", re.DOTALL)
    )
