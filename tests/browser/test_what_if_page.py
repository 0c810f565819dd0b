"""What-ifs in a real browser: the figures are those of SQL, whatever is imagined is in the address."""

import re
from collections.abc import Iterator

import pytest
import seed
from browsing import Opened, Shop, card, fresh_database, number_in, served, settle
from playwright.sync_api import expect
from test_alerts_page import worker_beside

from dashboards.access.rights import Role
from dashboards.access.wiring import Access

pytestmark = [pytest.mark.browser, pytest.mark.stack]
IMAGINED = """
SELECT countIf(imagined.touched > 0), countIf(v_bonds.level = 'at_risk' AND imagined.level != 'at_risk')
FROM v_bonds INNER JOIN v_what_if(
    at = (SELECT at FROM v_now), model = 'bond-1', changes = '{}', instead = 'recovered',
    type = 'delivery.late', department = '', hours = 24, first = '', until = ''
) AS imagined USING (person_id)
"""


@pytest.fixture(scope="module")
def small(clickhouse, access: Access) -> Iterator[str]:
    """Address of a dashboard over a shop of a few, whose commands are obeyed."""
    database, client = fresh_database(clickhouse.port)
    seed.fill(client, 40)
    with served(clickhouse.port, database, lambda: seed.NOW, access, worker_beside(client)) as url:
        yield url
    client.close()


def test_the_figures_are_those_of_the_published_view(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(f"{address}/what-if?instead=recovered&type=delivery.late"))
    concerned, back = shop.client.query(IMAGINED).first_row
    assert (number_in(card(page, 1)), number_in(card(page, 2))) == (concerned, back)
    assert concerned > 0
    expect(page.locator("#what-if-headline")).to_contain_text("stronger")
    expect(page.locator("#what-if-segments-grid .ag-center-cols-container")).to_contain_text("±")


def test_nothing_is_read_until_something_is_imagined_and_then_the_address_says_it(
    opened: Opened, address: str
) -> None:
    page = settle(opened(f"{address}/what-if"))
    expect(page.locator("#what-if-answer-note")).to_contain_text("Choose above")
    expect(page.locator("#what-if-spread")).to_be_hidden()
    page.get_by_text("Other parameters of the model").click()
    page.locator("input#what-if-loss_aversion").fill("1.5")
    expect(page).to_have_url(re.compile(r"change=loss_aversion"))
    expect(page.locator("#what-if-headline h1")).to_contain_text("stronger")
    expect(page.locator("#what-if-headline")).to_contain_text("= 1.50")


def test_an_operator_saves_what_is_imagined_and_others_open_it(opened: Opened, small: str) -> None:
    page = settle(opened(f"{small}/what-if?instead=never&owner=logistics", role=Role.OPERATOR))
    expect(page.locator("#what-if-headline")).to_contain_text("Fewer than 100")
    expect(page.locator("#what-if-saved-note")).to_contain_text("Nothing is saved yet")
    page.locator("#what-if-name").fill("Without logistics")
    page.locator("#what-if-save").click()
    row = page.locator("#what-if-saved-grid .ag-center-cols-container")
    expect(row).to_contain_text("Without logistics")
    expect(row).to_contain_text("operator")

    other = settle(opened(f"{small}/what-if", role=Role.VIEWER))
    expect(other.locator("#what-if-save")).to_have_count(0)
    other.locator("#what-if-saved-grid a").click()
    expect(other).to_have_url(re.compile(r"instead=never&owner=logistics$"))
    expect(other.locator("#what-if-headline h1")).to_be_visible()


def test_whose_touchpoints_are_imagined_is_no_filter_and_filters_wait_for_the_next_page(
    opened: Opened, small: str
) -> None:
    page = settle(opened(f"{small}/?period=90d&department=service"))
    page.locator(".header nav a", has_text="What if").click()
    expect(page.locator("input#what-if-owner")).to_have_value("All departments")
    page.locator("input#what-if-owner").click()
    page.get_by_role("option", name="Logistics").click()
    expect(page).to_have_url(re.compile(r"/what-if\?owner=logistics$"))
    page.locator(".header nav a", has_text="Journey map").click()
    expect(page).to_have_url(re.compile(r"/\?period=90d&department=service$"))
    settle(page)
