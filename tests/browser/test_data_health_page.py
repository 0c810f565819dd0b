"""The health of the data in a real browser, on real rows."""

import pytest
import seed
from browsing import Opened, Shop, card, fresh_database, number_at, number_in, served, settle
from playwright.sync_api import Locator, Page, expect

from dashboards.access.rights import Role
from dashboards.access.wiring import Access

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def row_of(page: Page, table: str, text: str) -> Locator:
    return page.locator(f"#{table}-grid .ag-center-cols-container .ag-row", has_text=text)


def test_what_became_of_each_event_is_what_sql_counts(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(f"{address}/data-health"))
    names = ("journaled", "rejected", "held", "repeated", "missing")
    rows = shop.client.query(
        f"SELECT kafka_partition, next_offset - first_offset, {', '.join(names)} FROM v_reconciliation"
    ).result_rows
    assert len(rows) == 3
    for partition, *numbers in rows:
        cells = row_of(page, "partitions", f"test {partition}")
        shown = [number_at(cells.locator(f"[col-id={name}]")) for name in ("read", *names)]
        assert shown == numbers
    assert number_in(card(page, 1)) == sum(row[-1] for row in rows)


def test_publishers_are_told_apart_with_their_delay(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(f"{address}/data-health?period=all"))
    events = shop.client.command("SELECT events FROM v_sources WHERE source = '/shop'")
    shown = row_of(page, "sources", "/shop").locator("[col-id=events]")
    assert number_at(shown) == int(events)


def test_what_was_rejected_is_told_by_reason_with_the_way_back(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/data-health", role=Role.VIEWER))
    row = row_of(page, "rejected", "/survey")
    expect(row.locator("[col-id=events]")).to_have_text("2")
    expect(row.locator("[col-id=field]")).to_have_text("rating.value")
    expect(page.locator("#replay")).to_contain_text("vincle rejected --replay --reason data")
    expect(row_of(page, "held", "touchpoint.dream.v1").locator("[col-id=reason]")).to_have_text(
        "unknown type"
    )


def test_languages_are_counted_with_how_often_the_reading_is_unsure(
    opened: Opened, address: str, shop: Shop
) -> None:
    page = settle(opened(f"{address}/data-health?period=all", language="ca-ES"))
    texts = shop.client.command("SELECT count() FROM v_touchpoints WHERE language = 'it' AND text != ''")
    shown = row_of(page, "languages", "Italià").locator("[col-id=texts]")
    assert number_at(shown) == int(texts) > 0


def test_what_is_told_is_of_the_publisher_and_period_that_are_chosen(
    opened: Opened, address: str, shop: Shop
) -> None:
    page = settle(opened(f"{address}/data-health?source=/survey"))
    expect(page.locator(".headline h1")).to_contain_text("2 events could not be read")
    assert number_in(card(page, 2)) == 2
    expect(page.locator("#held-note")).to_contain_text("Nothing that was received in the period waits")
    expect(page.locator("#filter-source")).to_have_value("/survey")
    page = settle(opened(f"{address}/data-health?source=/shop&language=it&period=all"))
    expect(page.locator("#rejected-note")).to_contain_text("could be read")
    expect(page.locator("#languages-grid .ag-center-cols-container .ag-row")).to_have_count(1)
    page = settle(opened(f"{address}/data-health?source=/shop&period=90d"))
    events = shop.client.command(
        "SELECT count() FROM v_touchpoints WHERE source = '/shop'"
        " AND first_received_at > (SELECT received_at FROM v_last_received) - INTERVAL 90 DAY"
    )
    shown = row_of(page, "sources", "/shop").locator("[col-id=events]")
    assert number_at(shown) == int(events)


def test_what_is_rejected_now_shows_without_a_reload(opened: Opened, access: Access, clickhouse) -> None:
    database, client = fresh_database(clickhouse.port)
    with client, served(clickhouse.port, database, lambda: seed.NOW, access) as url:
        seed.fill(client, 5)
        page = settle(opened(f"{url}/data-health"))
        client.command(
            "INSERT INTO rejected SELECT * REPLACE (9 AS kafka_offset) FROM rejected"
            " WHERE reason = 'not_json'"
        )
        expect(row_of(page, "rejected", "no JSON").locator("[col-id=events]")).to_have_text("2")
