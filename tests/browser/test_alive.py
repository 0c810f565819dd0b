"""The dashboard while things happen: the first day, new touchpoints, a database that goes and comes."""

import re
import signal
from datetime import UTC, datetime, timedelta

import pytest
import seed
from browsing import Opened, fresh_database, leave, served, settle
from playwright.sync_api import Page, Response, expect
from stack import engine_place, running_engine, scratch_folder

from dashboards.access.wiring import Access
from dashboards.pages import all_pages
from schemas.catalogue import load_catalogue

pytestmark = [pytest.mark.browser, pytest.mark.stack]
WITHIN_MILLISECONDS = 30_000
"""Patience of a busy machine; on an idle one the page follows within five seconds."""


def later() -> object:
    return seed.NOW + timedelta(seconds=70)


def more(rows: list[seed.JournalRow], valence: float) -> list[seed.JournalRow]:
    """The history with one touchpoint more."""
    at = seed.NOW + timedelta(seconds=60)
    return [*rows, seed.touchpoint(load_catalogue(), rows[0].person_id, 900, "flight.cancelled", at, valence)]


def test_the_first_day_fills_by_itself_and_new_touchpoints_show_without_a_reload(
    opened: Opened, access: Access, clickhouse
) -> None:
    database, client = fresh_database(clickhouse.port)
    with client, served(clickhouse.port, database, later, access) as url:
        page = opened(url)
        expect(page.locator(".first-day h1")).to_be_visible()
        expect(page.locator("#page")).to_be_hidden()
        seed.write_apart(client, datetime.now(UTC))
        page.locator(".first-day-apart a").click()
        expect(page.locator("#rejected-grid .ag-row").first).to_contain_text("/survey")
        expect(page.locator(".headline h1")).to_contain_text("3 events could not be read")
        page.go_back()
        expect(page.locator(".first-day h1")).to_be_visible()
        lives = seed.fill(client, 40)
        expect(page.locator(".first-day h1")).to_be_hidden(timeout=WITHIN_MILLISECONDS)
        settle(page)
        page.evaluate("window.sameDocument = true; window.scrollTo(0, 600)")
        seed.write(client, [(None, more(rows, -0.9)) for rows in list(lives.values())[:30]])
        expect(page.locator(".headline h1")).to_contain_text("Cancelled flight", timeout=WITHIN_MILLISECONDS)
        assert page.evaluate("window.sameDocument && window.scrollY") == 600


def test_a_database_that_goes_is_told_and_the_page_recovers_when_it_comes_back(
    opened: Opened, access: Access
) -> None:
    with scratch_folder() as folder:
        place = engine_place(folder)
        with running_engine(place):
            database, client = fresh_database(place.port)
            with client:
                seed.fill(client, 40)
        with served(place.port, database, later, access) as url:
            with running_engine(place):
                page = settle(opened(url))
                headline = page.locator(".headline h1").inner_text()
                rule = settle(opened(f"{url}/alerts?rule=won_back"))
            expect(page.locator("#banner")).to_contain_text("does not answer", timeout=WITHIN_MILLISECONDS)
            expect(page.locator("#badge")).to_have_text("Database away")
            assert page.locator(".headline h1").inner_text() == headline
            rule.locator("#rule-off").click()
            expect(rule.locator("#rule-told")).to_contain_text("does not answer", timeout=WITHIN_MILLISECONDS)
            leave(rule)
            page.locator(".header nav a", has_text="Departments").click()
            expect(page.locator("#balance")).to_have_class(re.compile("is-waiting is-late"))
            with running_engine(place):
                expect(page.locator("#banner")).to_be_hidden(timeout=WITHIN_MILLISECONDS)
                expect(page.locator("#badge")).to_contain_text("As of", timeout=WITHIN_MILLISECONDS)
                expect(settle(page).locator(".headline h1")).to_contain_text("gives most")


def test_a_database_that_hangs_is_told_and_the_page_goes_on_when_it_answers(
    opened: Opened, access: Access
) -> None:
    with scratch_folder() as folder:
        place = engine_place(folder)
        with running_engine(place) as engine:
            database, client = fresh_database(place.port)
            with client, served(place.port, database, later, access) as url:
                seed.fill(client, 40)
                page = settle(opened(url))
                engine.handle.send_signal(signal.SIGSTOP)
                try:
                    expect(page.locator("#banner")).to_contain_text("too slowly", timeout=WITHIN_MILLISECONDS)
                finally:
                    engine.handle.send_signal(signal.SIGCONT)
                expect(page.locator("#banner")).to_be_hidden(timeout=WITHIN_MILLISECONDS)
                leave(page)


def test_a_dashboard_that_is_out_of_reach_is_told_until_it_answers(
    opened: Opened, access: Access, clickhouse
) -> None:
    database, client = fresh_database(clickhouse.port)
    with client, served(clickhouse.port, database, later, access) as url:
        seed.fill(client, 1)
        page = settle(opened(url, forgive=["ERR_INTERNET_DISCONNECTED", "Callback error"]))
        headline = page.locator(".headline h1").inner_text()
        page.context.set_offline(True)
        try:
            told = page.locator("#refusal")
            expect(told).to_contain_text("dashboard does not answer", timeout=WITHIN_MILLISECONDS)
            page.locator(".headline h1").click()
            expect(told).to_be_visible()
            assert page.locator(".headline h1").inner_text() == headline
        finally:
            page.context.set_offline(False)
        expect(told).to_be_hidden(timeout=WITHIN_MILLISECONDS)
        leave(page)


def test_a_dashboard_may_start_before_its_database(opened: Opened, access: Access) -> None:
    with scratch_folder() as folder:
        place = engine_place(folder)
        with served(place.port, "vincle", later, access) as url:
            page: Page = opened(url)
            expect(page.locator("#banner")).to_contain_text("does not answer", timeout=WITHIN_MILLISECONDS)
            leave(page)


def test_one_customer_and_filters_without_a_hit_are_told_on_pages_in_turn(
    opened: Opened, access: Access, clickhouse
) -> None:
    database, client = fresh_database(clickhouse.port)
    with client, served(clickhouse.port, database, later, access) as url:
        (person,) = seed.fill(client, 1)
        paths = [page.path for page in all_pages() if page.group]
        for first, pages in (("/", paths[2::2]), ("/?segment=nobody", paths[1::2])):
            page = opened(url + first)
            assert_told(page)
            for path in pages:
                with page.expect_response(is_page):
                    page.locator(f".header nav a[href^='{path}']").click()
                assert_told(page)
            leave(page)
        page = opened(f"{url}/customer?id={person}")
        assert_told(page)
        leave(page)


def is_page(response: Response) -> bool:
    """Whether it brings another page into the frame."""
    return '"output":"page.children"' in (response.request.post_data or "")


def assert_told(page: Page) -> None:
    """The page says in words what it shows, or that there is nothing."""
    told = settle(page).locator("#page h1, #page .note").filter(visible=True, has_text=re.compile(r"\S"))
    expect(told.first, page.url).to_be_visible(timeout=WITHIN_MILLISECONDS)
