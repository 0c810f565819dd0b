"""What is saved in a real browser: what the page shows to whoever saves it, and nothing fetched."""

from pathlib import Path

import pytest
from browsing import Opened, Shop, is_outside, settle
from playwright.sync_api import Page, expect
from test_accessible import PATHS

from dashboards.access.rights import Role

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PNG = b"\x89PNG\r\n\x1a\n"


def saved(page: Page, way: str, folder: Path) -> Path:
    """Save the page in one of the ways and return the file."""
    page.locator("#save summary").click()
    with page.expect_download() as download:
        page.locator(f"#save-{way}").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


@pytest.mark.parametrize("page_path", PATHS[::2])
def test_a_report_stands_alone(
    opened: Opened, address: str, shop: Shop, tmp_path: Path, page_path: str
) -> None:
    page = settle(opened(address + page_path.format(person=next(iter(shop.lives)))))
    title = page.locator("#page h1").first.inner_text()
    report = page.context.new_page()
    asked: list[str] = []
    report.on("request", lambda request: asked.append(request.url))
    report.goto(saved(page, "report", tmp_path).as_uri())
    expect(report.locator("h1").first).to_have_text(title)
    expect(report.locator(".about")).to_contain_text("Saved by admin")
    expect(report.locator("script, button, input, .js-plotly-plot")).to_have_count(0)
    assert not [url for url in asked if is_outside(url) and not url.startswith("file:")]
    drawn = report.locator("img").evaluate_all("all => all.every(one => one.complete && one.naturalWidth)")
    assert drawn
    report.close()


def test_a_report_says_its_filters_and_has_all_rows(opened: Opened, address: str, tmp_path: Path) -> None:
    page = settle(opened(f"{address}/customers?segment=business&listing=everybody"))
    count = page.locator(".card.is-chosen .card-value").inner_text()
    path = saved(page, "report", tmp_path)
    assert path.name == "vincle-customers-2026-03-31.html"
    report = page.context.new_page()
    report.goto(path.as_uri())
    expect(report.locator(".about-filters")).to_contain_text("Segment: Business")
    expect(report.locator(".about")).to_contain_text("as of 31 Mar 2026")
    expect(report.locator(".rows tbody tr")).to_have_count(int(count))
    report.close()


def test_what_a_role_may_not_read_is_in_no_report(opened: Opened, address: str, tmp_path: Path) -> None:
    texts = [
        saved(settle(opened(address, role=role)), "report", tmp_path).read_text(encoding="utf-8")
        for role in (Role.OPERATOR, Role.VIEWER)
    ]
    assert ["Confezione bellissima" in text for text in texts] == [True, False]


def test_a_picture_has_the_whole_page(opened: Opened, address: str, tmp_path: Path) -> None:
    page = settle(opened(address, scheme="dark"))
    height = page.evaluate("document.getElementById('page').offsetHeight")
    picture = saved(page, "picture", tmp_path).read_bytes()
    assert picture.startswith(PNG)
    width, tall = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert width == 2 * 1440
    assert tall > 2 * height * 0.9


def test_paper_has_the_rows_that_a_grid_would_scroll_to(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/customers?listing=everybody", scheme="dark"))
    count = int(page.locator(".card.is-chosen .card-value").inner_text())
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".on-paper tbody tr")).to_have_count(count)
    expect(page.locator(".on-paper .about")).to_be_visible()
    expect(page.locator(".header")).to_be_hidden()
    ink = page.locator("#page h1").evaluate("one => getComputedStyle(one).color")
    assert ink == "rgb(0, 0, 0)"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".on-paper")).to_have_count(0)
