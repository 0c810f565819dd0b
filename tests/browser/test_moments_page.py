"""Moments of truth in a real browser, on real rows."""

from datetime import timedelta

import pytest
from browsing import Opened, Shop, Shown, number_at, settle
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.stack]
ROWS = "#after-grid .ag-center-cols-container .ag-row"


def test_what_bends_the_curve_is_found_in_the_data(shown: Shown) -> None:
    page = shown("/moments")
    expect(page.locator(".headline h1")).to_contain_text("bends the curve most")
    figure = page.evaluate(
        "() => document.querySelector('#effects-figure .js-plotly-plot').layout.yaxis.ticktext"
    )
    assert any("★" in name and "Late delivery" in name for name in figure)


def test_people_and_shares_are_those_of_the_published_view(shown: Shown, shop: Shop) -> None:
    page = shown("/moments")
    row = page.locator(ROWS, has_text="Late delivery").filter(has_text="went badly")
    (newest,) = shop.client.query("SELECT at FROM v_now").first_row
    people, bought = shop.client.query(
        "SELECT sum(people), sum(bought) FROM v_moments(from = {from:DateTime64(3, 'UTC')},"
        " to = {to:DateTime64(3, 'UTC')}, days = 28, sector = '', segment = '', language = '')"
        " WHERE role = 'met' AND type = 'delivery.late' AND tone = 'bad'",
        {"from": newest - timedelta(days=56), "to": newest - timedelta(days=28)},
    ).first_row
    assert number_at(row.locator("[col-id=people]")) == people
    assert number_at(row.locator("[col-id=bought]")) == pytest.approx(100 * bought / people, abs=0.06)


def test_a_department_has_the_same_effects_as_among_all(opened: Opened, shown: Shown, address: str) -> None:
    def effects(page: Page) -> dict[str, str]:
        told: dict[str, str] = page.evaluate(
            "() => { const told = {}; dash_ag_grid.getApi('after-grid').forEachNode("
            "row => { told[`${row.id} ${row.data.name}`] = row.data.effect_text; }); return told; }"
        )
        return told

    among = effects(shown("/moments"))
    page = settle(opened(f"{address}/moments?department=logistics"))
    alone = effects(page)
    assert 0 < len(alone) < len(among)
    assert alone.items() <= among.items()
    expect(page.locator("#filter-department")).to_have_value("Logistics")


def test_the_recipe_is_one_click_away(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/moments"))
    page.locator("#effects .recipe summary").click()
    expect(page.locator("#effects .recipe .sql")).to_contain_text("FROM v_moments")


def test_where_too_few_were_followed_it_says_what_to_do(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/moments?period=7d&segment=nobody"))
    expect(page.locator("#effects-note")).to_contain_text("Choose a longer period")
