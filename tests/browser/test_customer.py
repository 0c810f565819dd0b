"""A customer's life in a real browser."""

import re

import pytest
from browsing import Opened, Shop, Shown, card, number_at, number_in, settle
from playwright.sync_api import expect

from dashboards.access.rights import Role
from schemas.names import Table

pytestmark = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture(scope="session")
def regular(shop: Shop) -> str:
    """Who has the longest history."""
    return max(shop.lives, key=lambda person: (len(shop.lives[person]), person))


def test_without_a_customer_the_page_shows_the_way_to_one(opened: Opened, address: str) -> None:
    page = opened(f"{address}/customer")
    page.locator(".nobody a").click()
    expect(page).to_have_url(re.compile("/customers$"))
    settle(page)


def test_the_index_is_that_of_the_published_view(shown: Shown, shop: Shop, regular: str) -> None:
    page = shown(f"/customer?id={regular}")
    index = shop.client.command(
        "SELECT bond_index FROM v_bonds WHERE person_id = {person:String}", {"person": regular}
    )
    assert number_in(card(page, 0)) == pytest.approx(float(index), abs=0.051)
    expect(page.locator("#who .pseudonym")).to_contain_text("Client ")


def test_the_contributions_sum_to_the_index(opened: Opened, address: str, regular: str) -> None:
    page = settle(opened(f"{address}/customer?id={regular}", role=Role.VIEWER))
    expect(page.locator("#who .pseudonym")).to_contain_text(regular)
    expect(page.locator("#who .pseudonym")).not_to_contain_text("Client")
    bars = page.evaluate("() => Array.from(document.querySelector('#sum-figure .js-plotly-plot').data[0].x)")
    assert sum(bars[:-1]) == pytest.approx(bars[-1], abs=1e-6)


def test_the_curve_jumps_as_the_steps_do(shown: Shown, shop: Shop, regular: str) -> None:
    page = shown(f"/customer?id={regular}")
    shown = page.evaluate(
        "() => Array.from(document.querySelector('#curve-figure .js-plotly-plot').data[1].y)"
    )
    steps = shop.client.query(
        "SELECT index_after FROM v_steps WHERE person_id = {person:String} AND kind = 'felt'"
        " ORDER BY occurred_at, touchpoint_id",
        {"person": regular},
    ).result_columns[0]
    assert shown == pytest.approx(list(steps), abs=1e-6)


def test_experiences_come_by_intensity(shown: Shown, regular: str) -> None:
    page = shown(f"/customer?id={regular}")
    impacts = page.locator("#experiences-grid .ag-center-cols-container .ag-row [col-id=impact]")
    sizes = [abs(number_at(impacts.nth(place))) for place in range(6)]
    assert sizes == sorted(sizes, reverse=True)


def test_a_past_day_shows_the_life_until_then_and_says_so(opened: Opened, address: str, regular: str) -> None:
    page = settle(opened(f"{address}/customer?id={regular}"))
    count = page.locator("#who .card:nth-child(2) .card-told")
    now = count.inner_text()
    page.locator("#life-until").fill("2026-02-15")
    expect(page.locator(".past-day")).to_contain_text("15 Feb 2026")
    expect(page).to_have_url(re.compile("until=2026-02-15"))
    expect(page.locator("#as-of")).to_be_hidden()
    assert number_in(count.inner_text()) < number_in(now)
    page.locator("#life-until").fill("")
    expect(page.locator(".past-day")).to_have_count(0)
    expect(count).to_have_text(now)


def test_the_pseudonym_of_a_joined_name_opens_the_person(
    opened: Opened, address: str, shop: Shop, regular: str
) -> None:
    absorbed = "fffffffffffffffffff0"
    columns = ["name_id", "person_id", "names", "known_times", "persons", "revision"]
    shop.client.insert(Table.IDENTITIES, [[absorbed, regular, 2, [], [], 1]], column_names=columns)
    page = settle(opened(f"{address}/customer?id={absorbed}", role=Role.OPERATOR))
    index = shop.client.command(
        "SELECT bond_index FROM v_bonds WHERE person_id = {person:String}", {"person": regular}
    )
    assert number_in(card(page, 0)) == pytest.approx(float(index), abs=0.051)
    expect(page.locator("#who")).to_contain_text(f"Also known by 1 other name: {absorbed[:10]}")
    expect(page.locator("#brief-body")).not_to_be_empty()
    expect(page.locator("#curve-figure .js-plotly-plot")).to_be_visible()


def test_nobody_is_an_honest_answer(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/customer?id=ffffffffffffffffffff"))
    expect(page.locator("#curve-note")).to_contain_text("Nothing is known")
    page.locator("#who-note a").click()
    expect(page).to_have_url(re.compile(r"/customers$"))


def test_a_day_before_anything_was_known_leads_back_to_now(
    opened: Opened, address: str, regular: str
) -> None:
    page = settle(opened(f"{address}/customer?id={regular}&until=1999-12-31"))
    page.locator("#who-note a").first.click()
    expect(page).to_have_url(re.compile(rf"/customer\?id={regular}$"))
    expect(page.locator("#who h1")).to_be_visible()
