"""Recovery in a real browser, on real rows."""

import re

import pytest
from browsing import Opened, Shop, card, number_in, settle
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_failures_are_counted_as_the_published_view_has_them(
    opened: Opened, address: str, shop: Shop
) -> None:
    page = settle(opened(f"{address}/recovery?period=all"))
    counts = shop.client.query(
        "SELECT countIf(state = 'recovered'), countIf(state = 'open'), countIf(state = 'lost')"
        " FROM v_failures"
    ).first_row
    assert tuple(number_in(card(page, place)) for place in range(3)) == counts


def test_whether_recovery_beats_never_failing_is_told_with_its_interval(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/recovery?period=90d"))
    table = page.locator("#followed-grid .ag-center-cols-container")
    expect(table).to_contain_text("never failed")
    expect(table).to_contain_text("±")


def test_an_open_failure_leads_to_its_customer(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/recovery"))
    page.locator("#waiting-grid .ag-center-cols-container a").first.click()
    expect(page).to_have_url(re.compile(r"/customer\?id=[0-9a-f]{20}$"))
    settle(page)
