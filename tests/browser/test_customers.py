"""All customers in a real browser: the lists, the search, the file."""

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from browsing import Opened, Shop, card, number_at, number_in, settle
from playwright.sync_api import Page, expect

from dashboards.exports import BYTE_ORDER_MARK

pytestmark = [pytest.mark.browser, pytest.mark.stack]
FIRST_ROW = "#customers-grid .ag-center-cols-container .ag-row[row-index='0']"


@pytest.fixture(scope="session")
def someone(shop: Shop) -> str:
    """One of the customers."""
    return min(shop.lives)


def test_the_lists_count_what_sql_counts(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(f"{address}/customers"))
    (newest,) = shop.client.query("SELECT at FROM v_now").first_row
    counts = shop.client.query(
        "SELECT countIf(level = 'at_risk'), countIf(is_falling), countIf(is_won_back),"
        " countIf(level = 'loyal'), count() FROM v_customer_changes("
        "from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')})",
        {"from": newest - timedelta(days=28), "to": newest},
    ).first_row
    assert tuple(number_in(card(page, place)) for place in range(5)) == counts


def test_a_list_that_fills_has_not_said_that_nothing_is_there(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/customers"))
    expect(page.locator(FIRST_ROW)).to_be_visible()
    expect(page.locator("#customers-grid")).not_to_contain_text("Nothing was felt")


def test_a_card_chooses_its_list_and_the_address_says_so(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/customers"))
    page.locator(".card", has_text="Loyal").click()
    expect(page).to_have_url(re.compile("listing=loyal"))
    expect(page.locator("#listed-title")).to_have_text("Loyal")
    expect(page.locator(".card", has_text="chosen")).to_contain_text("Loyal")
    expect(page.locator(f"{FIRST_ROW} [col-id=level]")).to_have_text("Loyal")


@pytest.mark.parametrize("listing", ["at_risk", "falling", "won_back", "loyal", "everybody"])
def test_a_list_begins_with_those_who_matter_most_in_it(opened: Opened, address: str, listing: str) -> None:
    page = settle(opened(f"{address}/customers?listing={listing}&period=90d"))
    column = "change" if listing == "falling" else "bond"
    shown = page.locator(f"#customers-grid .ag-center-cols-container .ag-row [col-id={column}]")
    numbers = [number_at(shown.nth(place)) for place in range(5)]
    if listing != "won_back":
        assert numbers == sorted(numbers, reverse=listing == "loyal")


def test_a_row_leads_to_the_life(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/customers"))
    page.locator(f"{FIRST_ROW} a").click()
    expect(page).to_have_url(re.compile(r"/customer\?id=[0-9a-f]{20}$"))
    expect(page.locator("#who h1")).to_be_visible()
    settle(page)


def test_the_keyboard_follows_a_row_too(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/customers"))
    expect(page.locator(f"{FIRST_ROW} a")).to_be_visible()
    page.locator(f"{FIRST_ROW} [col-id=name]").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/customer\?id="))
    settle(page)


def look_for(page: Page, text: str) -> None:
    page.locator("#customer-search").fill(text)
    page.locator("#customer-find").click()


def test_a_search_finds_by_pseudonym_and_by_its_beginning(opened: Opened, address: str, someone: str) -> None:
    page = settle(opened(f"{address}/customers"))
    look_for(page, someone[:12].upper())
    expect(page).to_have_url(re.compile(f"/customer.id={someone}"))
    settle(page)


def test_what_was_typed_never_stands_in_the_address(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/customers"))
    look_for(page, "maria@example.com")
    expect(page.locator("#customer-found")).to_contain_text("Nobody is known")
    assert "maria" not in page.url


def test_the_file_has_the_rows_of_the_list(opened: Opened, address: str, tmp_path: Path) -> None:
    page = settle(opened(f"{address}/customers?segment=business"))
    expect(page.locator(FIRST_ROW)).to_be_visible()
    with page.expect_download() as download:
        page.locator("#customers-grid-save").click()
    download.value.save_as(tmp_path / "list.csv")
    assert download.value.suggested_filename == "vincle-customers-2026-03-31.csv"
    text = (tmp_path / "list.csv").read_text(encoding="utf-8").removeprefix(BYTE_ORDER_MARK)
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == number_in(card(page, 0))
    assert {row["Segment"] for row in rows} == {"Business"}
    bonds = [float(row["Bond"]) for row in rows]
    assert bonds == sorted(bonds)
