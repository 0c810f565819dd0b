"""The dashboard in a real browser: an engine, a seeded database, the server in a thread, Chromium.

A page fails its test if anything leaves this machine, or if the browser writes an error.
"""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
import seed
from browsing import Opened, Shop, Shown, fresh_database, served, settle, sign_in
from people import access_with_people
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tabs import PATIENCE_MILLISECONDS, Look, Tab, Tabs

from dashboards.access.rights import Role
from dashboards.access.wiring import Access
from schemas.instants import moment_of

expect.set_options(timeout=PATIENCE_MILLISECONDS)

CUSTOMERS = 320
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""As in .ci/browser."""


@pytest.fixture(scope="session")
def shop(clickhouse) -> Iterator[Shop]:
    """The seeded database; tests may read it only."""
    database, client = fresh_database(clickhouse.port)
    lives = seed.fill(client, CUSTOMERS)
    yield Shop(clickhouse.port, database, client, lives)
    client.close()


@pytest.fixture(scope="session")
def access(tmp_path_factory: pytest.TempPathFactory) -> Access:
    """Who may come in: one of each role, called like it."""
    return access_with_people(tmp_path_factory.mktemp("access"))


@pytest.fixture(scope="session")
def address(shop: Shop, access: Access) -> Iterator[str]:
    """Address of the dashboard over the seeded database, four seconds after the newest touchpoint came."""
    newest = max(row.first_received_at for rows in shop.lives.values() for row in rows)
    with served(shop.port, shop.database, lambda: moment_of(newest) + timedelta(seconds=4), access) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; none is an error, never a skip."""
    given = os.environ.get("VINCLE_TEST_BROWSER")
    names = (given,) if given else BROWSERS
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.fail(f"none of {', '.join(names)} is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[Tabs]:
    """Tabs for all tests; they go before the browser."""
    with closing(Tabs(browser)) as tabs:
        yield tabs


@pytest.fixture
def opened(tabs: Tabs, access: Access) -> Iterator[Opened]:
    """Open an address; complaints of the browser fail the test at its end, but what it forgives."""
    with opening(tabs, access) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def shown(browser: Browser, access: Access, address: str) -> Iterator[Shown]:
    """Show a path of the dashboard to tests that only look: those of one path in a row share its page."""
    with closing(Tabs(browser)) as tabs, opening(tabs, access) as open_page:
        page: Page | None = None

        def show(path: str) -> Page:
            nonlocal page
            page = page or open_page(address + path)
            if page.url != address + path:
                page.goto(address + path)
            return settle(page)

        yield show


@contextmanager
def opening(tabs: Tabs, access: Access) -> Iterator[Opened]:
    """Open addresses; AssertionError at the end if the browser complained of what was not forgiven."""
    taken: list[Tab] = []

    def open_page(
        url: str,
        width: int = 1440,
        scheme: str = "light",
        language: str = "en-GB",
        role: Role | None = Role.ADMIN,
        forgive: Collection[str] = (),
    ) -> Page:
        tab = tabs.take(Look(width, scheme, language))
        taken.append(tab)
        tab.forgive = forgive
        if role is not None:
            sign_in(tab.page, access, role, url)
        tab.page.goto(url)
        return tab.page

    yield open_page
    complaints = [text for tab in taken for text in tab.complaints]
    for tab in taken:
        tabs.give_back(tab)
    assert complaints == []
