"""The dashboard in a real browser: an engine, a seeded database, the server in a thread, Chromium.

A page fails its test if anything leaves this machine, or if the browser writes an error.
"""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import seed
from browsing import Opened, Shop, fresh_database, is_outside, served, settle, sign_in
from people import access_with_people
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboards.access.rights import Role
from dashboards.access.wiring import Access
from schemas.instants import moment_of

PATIENCE_MILLISECONDS = 30_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

CUSTOMERS = 320
BROWSERS = ("/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser")


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
    found = os.environ.get("VINCLE_TEST_BROWSER") or next(filter(shutil.which, BROWSERS), None)
    if not found:
        pytest.fail("no Chromium or Chrome is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


Look = tuple[int, str, str]
Looks = dict[Look, BrowserContext]
"""Browser contexts by width, colour scheme and language."""


@contextmanager
def kept_looks() -> Iterator[Looks]:
    """Keep what was loaded, until this ends."""
    looks: Looks = {}
    yield looks
    for context in looks.values():
        context.close()


@pytest.fixture(scope="session")
def looks(browser: Browser) -> Iterator[Looks]:
    """What is kept for all tests; it goes before the browser."""
    with kept_looks() as looks:
        yield looks


@pytest.fixture
def opened(browser: Browser, looks: Looks, access: Access) -> Iterator[Opened]:
    """Open an address; complaints of the browser fail the test at its end, but what it forgives."""
    with opening(browser, looks, access) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def overview(browser: Browser, access: Access, address: str) -> Iterator[Page]:
    """The journey map as it opens, for tests that only look."""
    with kept_looks() as looks, opening(browser, looks, access) as open_page:
        yield settle(open_page(address))


@contextmanager
def opening(browser: Browser, looks: Looks, access: Access) -> Iterator[Opened]:
    """Open addresses; AssertionError at the end if the browser complained of what was not forgiven."""
    complaints: list[str] = []
    pages: list[Page] = []

    def complain(text: str, forgive: Collection[str]) -> None:
        if not any(words in text for words in forgive):
            complaints.append(f"console: {text}")

    def open_page(
        url: str,
        width: int = 1440,
        scheme: str = "light",
        language: str = "en-GB",
        role: Role | None = Role.ADMIN,
        forgive: Collection[str] = (),
    ) -> Page:
        look = (width, scheme, language)
        if look not in looks:
            looks[look] = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                locale=language,
                reduced_motion="reduce",
            )
            looks[look].set_default_timeout(PATIENCE_MILLISECONDS)
        page = looks[look].new_page()
        pages.append(page)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda said: said.type == "error" and complain(said.text, forgive))
        page.on("request", lambda asked: is_outside(asked.url) and complaints.append(f"left: {asked.url}"))
        if role is not None:
            sign_in(page, access, role, url)
        page.goto(url)
        return page

    yield open_page
    for page in pages:
        page.close()
    for context in looks.values():
        context.clear_cookies()
    assert complaints == []
