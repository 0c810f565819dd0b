"""Departments in a real browser, on real rows."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from browsing import Opened, Shop, Shown, number_at, settle
from playwright.sync_api import expect

from dashboards.exports import BYTE_ORDER_MARK

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_who_takes_most_is_said_and_drawn(shown: Shown) -> None:
    page = shown("/departments")
    expect(page.locator(".headline h1")).to_contain_text("Logistics takes most")
    first = page.evaluate(
        "() => document.querySelector('#balance-figure .js-plotly-plot').layout.yaxis.ticktext[0]"
    )
    assert first == "Logistics"


def test_what_a_department_took_is_what_sql_sums_and_the_file_has(
    opened: Opened, address: str, shop: Shop, tmp_path: Path
) -> None:
    page = settle(opened(f"{address}/departments?segment=club"))
    with page.expect_download() as download:
        page.locator("#balance-figure-save").click()
    download.value.save_as(tmp_path / "balance.csv")
    text = (tmp_path / "balance.csv").read_text(encoding="utf-8").removeprefix(BYTE_ORDER_MARK)
    first = next(csv.DictReader(text.splitlines()))
    assert first["Department"] == "Logistics"
    lost = page.evaluate("() => document.querySelector('#balance-figure .js-plotly-plot').data[0].x[0]")
    assert float(first["Points taken"]) == lost
    took = shop.client.command(
        "SELECT sumIf(impact, department = 'logistics' AND impact < 0) / uniqExact(person_id) FROM v_steps"
        " WHERE kind = 'felt' AND segment = 'club' AND occurred_at > (SELECT at FROM v_now) - INTERVAL 28 DAY"
    )
    assert lost == pytest.approx(float(took), abs=1e-6)


def test_one_department_has_the_same_numbers_as_among_the_others(
    opened: Opened, shown: Shown, address: str
) -> None:
    drawn = "() => document.querySelector('#balance-figure .js-plotly-plot').data[0].x"
    among = shown("/departments").evaluate(drawn)
    page = settle(opened(f"{address}/departments?department=logistics"))
    assert page.evaluate(drawn) == among[:1]
    expect(page.locator(".headline h1")).to_have_text("Logistics takes more than it gives")
    expect(page.locator("#put-right-grid .ag-center-cols-container .ag-row")).to_have_count(1)


def test_hand_overs_are_those_of_the_published_view(shown: Shown, shop: Shop) -> None:
    page = shown("/departments")
    (newest,) = shop.client.query("SELECT at FROM v_now").first_row
    ways = shop.client.query(
        "SELECT uniqExact(from_department, to_department) FROM v_handovers("
        "from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')})",
        {"from": newest - timedelta(days=28), "to": newest},
    ).first_row[0]
    numbers = page.evaluate(
        "() => document.querySelector('#handed-figure .js-plotly-plot').layout.annotations"
        ".filter(one => one.xref !== 'paper').length"
    )
    assert numbers == ways > 0


def test_failures_are_counted_by_who_owns_them(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(f"{address}/departments?period=all"))
    row = page.locator("#put-right-grid .ag-center-cols-container .ag-row", has_text="Logistics")
    failures = shop.client.command("SELECT count() FROM v_failures WHERE department = 'logistics'")
    assert number_at(row.locator("[col-id=failures]")) == int(failures)
