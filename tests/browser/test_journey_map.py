"""The journey map in a real browser, on real rows: what it says, and that it says the same as SQL."""

import re

import pytest
from browsing import Opened, Shop, Shown, card, number_in, settle
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_the_first_sentence_says_whether_it_is_good(shown: Shown) -> None:
    page = shown("/")
    expect(page.locator(".headline h1")).to_contain_text("The bond")
    expect(page.locator(".headline h1")).to_contain_text("Late delivery")
    expect(page.locator(".card")).to_have_count(4)


def test_the_index_on_the_screen_is_the_index_in_sql(shown: Shown, shop: Shop) -> None:
    mean = shop.client.command(
        "SELECT avg(index) FROM"
        " (SELECT argMax(index_after, (occurred_at, touchpoint_id)) AS index FROM v_steps"
        " WHERE kind = 'felt' AND occurred_at > (SELECT at FROM v_now) - INTERVAL 28 DAY GROUP BY person_id)"
    )
    at_risk = shop.client.command("SELECT countIf(level = 'at_risk') FROM v_bonds")
    page = shown("/")
    assert number_in(card(page, 0)) == pytest.approx(float(mean), abs=0.051)
    assert number_in(card(page, 1)) == int(at_risk)


def test_the_bars_explain_the_curve(shown: Shown) -> None:
    page = shown("/")
    figure = page.evaluate(
        "() => { const plot = document.querySelector('#map-figure .js-plotly-plot');"
        " const bars = plot.data.find(one => one.type === 'bar');"
        " const curve = plot.data.find(one => one.mode === 'lines+markers');"
        " return {bars: Array.from(bars.y), curve: Array.from(curve.y)}; }"
    )
    assert figure["curve"][0] + sum(figure["bars"]) == pytest.approx(figure["curve"][-1], abs=1e-9)


@pytest.mark.parametrize("compare", ["segment:club", "cohort:2026-Q1"])
def test_another_group_is_in_the_same_picture_and_told_in_words(
    opened: Opened, address: str, compare: str
) -> None:
    page = settle(opened(f"{address}/?compare={compare}"))
    name = {"segment:club": "Club"}.get(compare, "2026-Q1")
    expect(page.locator("input#filter-compare")).to_have_value(re.compile(f"{name}$"))
    expect(page.locator(".headline p")).to_contain_text(re.compile(f"“[^“”]*{name}”"))
    dotted = page.evaluate(
        "document.querySelector('#map-figure .js-plotly-plot').data"
        ".filter(one => one.mode === 'lines' && one.yaxis === undefined && one.line.dash === 'dot').length"
    )
    assert dotted == 1


def test_other_people_and_fading_have_bars_of_their_own(shown: Shown) -> None:
    page = shown("/")
    names = page.evaluate(
        "document.querySelector('#map-figure .js-plotly-plot').layout.xaxis.ticktext.filter(one => one)"
    )
    assert names[:2] == ["Other people", "Faded before"]
    assert names[-1] == "Fading"


def test_the_table_says_how_many_of_those_who_left_had_met_it(
    opened: Opened, address: str, shop: Shop
) -> None:
    page = settle(opened(f"{address}/?period=all"))
    left, met = shop.client.query(
        "SELECT uniqExact(person_id), uniqExactIf(person_id, met_at > 0 AND met_at <= left_at) FROM"
        " (SELECT person_id, toUnixTimestamp64Milli(maxIf(occurred_at, outcome = 'left')) AS left_at,"
        " toUnixTimestamp64Milli(minIf(occurred_at, type = 'delivery.late')) AS met_at"
        " FROM v_steps GROUP BY person_id HAVING left_at > 0)"
    ).first_row
    row = page.locator("#first-grid .ag-center-cols-container .ag-row", has_text="Late delivery")
    expect(row.locator("[col-id=left]")).to_have_text(f"{met} / {left}")
    expect(page.locator("#first-worth")).to_contain_text(f"Of the {left} who left, {met}")


def test_what_to_fix_first_is_sorted_by_impact_and_asks_for_words(opened: Opened, address: str) -> None:
    page = settle(opened(address))
    first = page.locator("#first-grid .ag-center-cols-container .ag-row").first
    expect(first).to_contain_text("Late delivery")
    first.locator(".ag-cell").first.click()
    expect(page).to_have_url(re.compile(r"touchpoint=delivery\.late"))
    expect(page.locator(".quote-head").first).to_contain_text("Late delivery")
    expect(page.locator("#words")).to_be_in_viewport()
    page.locator(".chosen a").click()
    expect(page).not_to_have_url(re.compile("touchpoint="))


def test_the_keyboard_asks_for_the_words_of_a_touchpoint(opened: Opened, address: str) -> None:
    page = settle(opened(address))
    cell = page.locator("#first-grid .ag-center-cols-container .ag-row").first.locator(".ag-cell").first
    expect(cell).to_have_text("Late delivery")
    cell.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"touchpoint=delivery\.late"))
    expect(page.locator("#words")).to_be_in_viewport()


def test_filters_stand_in_the_address_and_come_back_from_it(opened: Opened, address: str) -> None:
    page = settle(opened(address))
    people = page.locator(".contacts-of").inner_text()
    page.get_by_role("combobox", name="Segment").or_(page.locator("input#filter-segment")).first.click()
    page.get_by_role("option", name="Club").click()
    expect(page).to_have_url(re.compile("segment=club"))
    expect(page.locator(".contacts-of")).not_to_have_text(people)
    filtered = page.locator(".contacts-of").inner_text()
    page.go_back()
    expect(page.locator(".contacts-of")).to_have_text(people)
    again = settle(opened(f"{address}/?segment=club"))
    expect(again.locator(".contacts-of")).to_have_text(filtered)
    expect(again.locator("input#filter-segment")).to_have_value("Club")


def test_filters_go_along_to_other_pages_but_what_was_chosen_on_one_stays_there(
    opened: Opened, address: str
) -> None:
    page = settle(opened(f"{address}/?segment=club&period=90d&touchpoint=delivery.late"))
    page.locator(".header nav a", has_text="Customers").click()
    expect(page).to_have_url(re.compile(r"/customers\?period=90d&segment=club$"))
    expect(page.locator("input#filter-segment")).to_have_value("Club")
    page.locator("#customers-grid a").first.click()
    expect(page).to_have_url(re.compile(r"/customer\?id="))
    page.locator(".header nav a", has_text="Departments").click()
    expect(page).to_have_url(re.compile(r"/departments\?period=90d&segment=club$"))
    settle(page)


def test_another_department_is_one_bar_and_totals_agree(shown: Shown, opened: Opened, address: str) -> None:
    everything = card(shown("/"), 0)
    page = settle(opened(f"{address}/?department=logistics"))
    assert card(page, 0) == everything
    expect(page.locator("#first-grid .ag-center-cols-container")).not_to_contain_text("Service")


def test_a_filter_without_a_hit_says_what_to_do(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/?segment=nobody"))
    expect(page.locator("#map-note")).to_contain_text("Choose a longer period")
    expect(page.locator("#map-figure")).to_be_hidden()


def test_a_filter_without_a_hit_leads_back_to_everybody_and_to_all_time(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/?period=7d&segment=nobody"))
    ways = page.locator("#journey-map-top-note .ways-out a")
    expect(ways).to_have_text(["Remove the filters", "Look at everything"])
    ways.first.click()
    expect(page).to_have_url(re.compile(r"/\?period=7d$"))
    expect(page.locator("#map-figure .js-plotly-plot")).to_be_visible()


def test_the_badge_says_how_far_behind_it_is(shown: Shown) -> None:
    page = shown("/")
    expect(page.locator("#badge")).to_contain_text("behind")
    expect(page.locator("#as-of")).to_contain_text("2026")


@pytest.mark.parametrize(
    ("language", "heading", "index"),
    [
        ("ca-ES", "Mapa del viatge", r"\d,\d"),
        ("ro-RO", "Harta călătoriei", r"\d,\d"),
        ("de-DE", "Journey map", r"\d\.\d"),
    ],
)
def test_it_speaks_the_language_of_the_browser(
    opened: Opened, address: str, language: str, heading: str, index: str
) -> None:
    page = settle(opened(address, language=language))
    expect(page.locator("#map-title")).to_have_text(heading)
    assert re.search(index, card(page, 0))
    shown = "en" if language == "de-DE" else language[:2]
    expect(page.locator("html")).to_have_attribute("lang", shown)


def test_the_language_can_be_switched(opened: Opened, address: str) -> None:
    page = settle(opened(address))
    page.locator("input#language").click()
    page.get_by_role("option", name="Català").click()
    expect(page.locator("#map-title")).to_have_text("Mapa del viatge")


def test_dark_follows_the_system_and_the_switch(opened: Opened, address: str) -> None:
    page = settle(opened(address, scheme="dark", language="en-US"))
    root = page.locator("html")
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    page.locator("#scheme-switch").click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    page.reload()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")


@pytest.mark.parametrize("language", ["en-GB", "ro-RO"])
def test_nothing_sticks_out_of_the_page(opened: Opened, address: str, language: str) -> None:
    page = settle(opened(address, language=language))
    for width in (390, 820, 821, 1100, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_a_wall_all_is_drawn_larger_and_the_pointer_still_meets_it(opened: Opened, address: str) -> None:
    page = settle(opened(address, width=2560))
    larger = "one => one.getBoundingClientRect().height / one.offsetHeight"
    assert page.locator("#map-title").evaluate(larger) == pytest.approx(4 / 3, abs=0.05)
    bar = page.locator("#map-figure .barlayer .point path").first
    bar.scroll_into_view_if_needed()
    place = bar.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page.locator("#map-figure .hoverlayer .hovertext").first).to_contain_text("Other people")


def test_an_unknown_page_says_so(opened: Opened, address: str) -> None:
    page = opened(f"{address}/nowhere")
    expect(page.locator("#page h1")).to_have_text("There is no such page")
