"""Every page for everybody: axe finds nothing, the keyboard reaches everything."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Opened, Shop, settle
from playwright.sync_api import expect

from dashboards.pages import all_pages

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PATHS = [
    *(page.path for page in all_pages() if page.group),
    "/customer?id={person}",
    "/what-if?instead=never&change=shrinkage:4",
]


@pytest.mark.parametrize("page_path", PATHS)
def test_axe_finds_nothing_in_light_and_in_dark(
    opened: Opened, address: str, shop: Shop, page_path: str
) -> None:
    person = next(iter(shop.lives))
    page = opened(address + page_path.format(person=person))
    root = page.locator("html")
    for scheme in ("light", "dark"):
        expect(root).to_have_attribute("data-mantine-color-scheme", scheme)
        report = Axe().run(settle(page))
        assert report.violations_count == 0, f"{scheme}: {report.generate_report()}"
        page.locator("#scheme-switch").click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")  # and so the next test finds it


@pytest.mark.parametrize("page_path", ["/", "/departments"])
def test_what_the_pointer_is_told_of_a_figure_is_a_list_too(
    opened: Opened, address: str, page_path: str
) -> None:
    page = settle(opened(address + page_path))
    figures = page.locator(".graph")
    assert figures.count() > 1
    for place in range(figures.count()):
        expect(figures.nth(place).locator("li").first).to_contain_text(re.compile(r"\d"))


def test_the_keyboard_skips_to_the_page(opened: Opened, address: str) -> None:
    page = settle(opened(address))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#page")).to_be_focused()


def test_the_keyboard_changes_a_filter(opened: Opened, address: str) -> None:
    page = settle(opened(address))
    page.locator("input#filter-period").focus()
    page.keyboard.press("Enter")
    page.get_by_role("option", name="Last 90 days").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("period="))
