"""Alerts in a real browser: the inbox, the cause, the act, and who brought an alert how far."""

import re
from collections.abc import Callable, Container
from datetime import timedelta

import pytest
import seed
from browsing import Opened, Shop, card, fresh_database, leave, number_at, number_in, served, settle, sign_in
from clickhouse_connect.driver.client import Client
from playwright.sync_api import Page, expect

from dashboards.access.rights import Role
from dashboards.access.wiring import Access
from infra.trying import trier, try_rule
from schemas.commands import Command
from schemas.instants import millis_of
from schemas.names import RULE_SWITCH, Table, Topic
from schemas.settings import Settings
from streams.alerts.rules import load_rules
from streams.arrow import arrow_table
from streams.commands import command_row
from streams.events import Record

pytestmark = [pytest.mark.browser, pytest.mark.stack]
FIRST_ROW = "#inbox-grid .ag-center-cols-container .ag-row[row-index='0']"


def worker_beside(client: Client, rules: Container[str] = load_rules().rules) -> Callable[[Command], None]:
    """A way for commands that journals them at once, by the function of the worker."""

    def send(command: Command) -> None:
        key, value = command.subject.encode(), command.to_json()
        received = millis_of(seed.NOW) + client.command("SELECT count() FROM commands") + 1
        record = Record(Topic.COMMANDS, 0, received, received, key, value, ())
        client.insert_arrow(Table.COMMANDS, arrow_table([command_row(record, rules)]))

    return send


def open_first(page: Page) -> str:
    """Open the first alert of the inbox and return its id."""
    page.locator(f"{FIRST_ROW} [col-id=rule] a").click()
    expect(page).to_have_url(re.compile("alert="))
    expect(page.locator(".trace li")).to_have_count(1)
    return page.url.rpartition("alert=")[2]


def test_the_inbox_counts_what_sql_counts(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(f"{address}/alerts?department=logistics"))
    count = shop.client.command(
        "SELECT count() FROM v_alerts WHERE state = 'open' AND department = 'logistics'"
        " AND raised_at > (SELECT at FROM v_now) - INTERVAL 28 DAY"
    )
    assert number_in(card(page, 0)) == int(count) > 0
    assert [number_in(card(page, place)) for place in (1, 2, 3)] == [0, 0, 0]


def test_alerts_are_filtered_by_the_sectors_that_customers_met(opened: Opened, address: str) -> None:
    everything = card(settle(opened(f"{address}/alerts")), 0)
    assert card(settle(opened(f"{address}/alerts?sector=ecommerce")), 0) == everything
    assert card(settle(opened(f"{address}/alerts?sector=bank")), 0) == "0"


def test_an_alert_tells_its_cause_and_what_to_do(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(f"{address}/alerts", role=Role.VIEWER))
    alert = open_first(page)
    (start, end) = shop.client.query(
        "SELECT index_from, index_to FROM v_alerts WHERE alert_id = {alert:String}", {"alert": alert}
    ).first_row
    said = page.locator("#chosen-body").inner_text().replace("−", "-")
    assert f"from {start:.1f} to {end:.1f}" in said
    assert page.locator("#chosen-body .curve").get_attribute("src").startswith("data:image/svg")
    expect(page.locator("#alert-acknowledge")).to_have_count(0)
    expect(page.locator("#chosen")).to_contain_text("Your role may look at alerts")


def test_without_a_chosen_alert_the_card_says_how_to_choose_one(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/alerts"))
    expect(page.locator("#chosen-note")).to_contain_text("Choose an alert")
    expect(page.locator("#chosen-title")).to_be_hidden()
    open_first(page)
    expect(page.locator("#chosen-title")).to_be_visible()


def test_an_alert_is_acknowledged_assigned_and_done_with_a_trace(
    opened: Opened, access: Access, clickhouse
) -> None:
    database, client = fresh_database(clickhouse.port)
    later = seed.NOW + timedelta(hours=1)
    with client, served(clickhouse.port, database, lambda: later, access, worker_beside(client)) as url:
        seed.fill(client, 60)
        page = settle(opened(f"{url}/alerts?period=all", role=Role.OPERATOR))
        waiting = number_in(card(page, 0))
        alert = open_first(page)
        page.locator("#alert-note").fill("I call her")
        page.locator("#alert-acknowledge").click()
        expect(page.locator(".trace li")).to_have_count(2)
        expect(page.locator(".trace li").last).to_contain_text("operator")
        expect(page.locator(".card-value").first).to_have_text(f"{waiting - 1:.0f}")
        page.locator("#alert-to").fill("joan")
        page.locator("#alert-assign").click()
        expect(page.locator(".trace li").last).to_contain_text("joan")
        page.locator("#alert-close").click()
        expect(page.locator(".trace li")).to_have_count(4)
        state = client.command(f"SELECT state FROM v_alerts WHERE alert_id = '{alert}'")
        assert state == "done"


def test_without_kafka_it_is_told_and_nothing_changes(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/alerts"))
    open_first(page)
    page.locator("#alert-acknowledge").click()
    expect(page.locator("#alert-told")).to_contain_text("Kafka does not answer")
    expect(page.locator(".trace li")).to_have_count(1)


def test_a_note_that_was_typed_for_an_alert_is_not_kept_for_the_next(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/alerts"))
    open_first(page)
    page.locator("#alert-note").fill("only of her")
    page.locator("#alert-acknowledge").click()
    expect(page.locator("#alert-told")).to_contain_text("Kafka does not answer")
    expect(page.locator("#alert-note")).to_have_value("only of her")
    page.locator("#inbox-grid .ag-center-cols-container .ag-row[row-index='1'] [col-id=rule] a").click()
    expect(page.locator("#alert-note")).to_have_value("")
    expect(page.locator("#alert-told")).to_be_empty()


def test_the_keyboard_opens_an_alert(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/alerts"))
    expect(page.locator(f"{FIRST_ROW} [col-id=rule] a")).to_be_visible()
    page.locator(f"{FIRST_ROW} [col-id=rule]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen-body h3").first).to_be_visible()


def test_each_rule_tells_what_it_raised(opened: Opened, address: str, shop: Shop) -> None:
    page = settle(opened(f"{address}/alerts?period=all"))
    row = page.locator("#rules-grid .ag-center-cols-container .ag-row", has_text="Bond breaking")
    count, people = shop.client.query(
        "SELECT count(), uniqExact(person_id) FROM v_alerts WHERE rule = 'bond_breaking'"
    ).first_row
    assert number_at(row.locator("[col-id=alerts]")) == count > 0
    assert number_at(row.locator("[col-id=people]")) == people
    expect(row.locator("[col-id=is_on]")).to_have_text("On")


def test_a_rule_is_tried_on_the_past_and_switched_off_with_a_trace(
    opened: Opened, access: Access, clickhouse
) -> None:
    database, client = fresh_database(clickhouse.port)
    settings = Settings(clickhouse_port=clickhouse.port, clickhouse_database=database)
    later, send = seed.NOW + timedelta(hours=1), worker_beside(client)
    with client, served(clickhouse.port, database, lambda: later, access, send, trier(settings)) as url:
        seed.fill(client, 60)
        page = settle(opened(f"{url}/alerts?period=all"))
        page.locator("#rules-grid a", has_text="Bond breaking").click()
        page.locator("#rule-try").click()
        trial = try_rule(settings, "bond_breaking", None, lambda done, of: None)
        alerts, people = len(trial.alerts), len(trial.alerted)
        left = f"{len(trial.left_after)} of them left"
        expect(page.locator("#tried-told")).to_contain_text(
            f"{alerts} alerts on {people} of 60 customers. {left}"
        )
        assert alerts == client.command("SELECT count() FROM v_alerts WHERE rule = 'bond_breaking'") > 0
        expect(page.locator("#tried-grid [col-id=customer] a").first).to_be_visible()
        page.locator("#switch-note").fill("too many")
        page.locator("#rule-off").click()
        expect(page.locator("#rule .trace li")).to_contain_text("admin")
        expect(page.locator("#rule .trace li")).to_contain_text("too many")
        expect(page.locator("#rule-on")).to_be_visible()
        unknown = Command.of(RULE_SWITCH, "bond_breaking", by="ada", time=later, on=True)
        worker_beside(client, rules=())(unknown)
        expect(page.locator("#rule .trace li").last).to_contain_text(
            "Not obeyed: subject: there is no such rule"
        )
        expect(page.locator("#rule-on")).to_be_visible()
        expect(page.locator("#rule-off")).to_be_hidden()
        leave(page)


def test_a_switch_that_the_role_no_longer_allows_is_told(
    opened: Opened, address: str, access: Access
) -> None:
    page = settle(opened(f"{address}/alerts?rule=won_back", forgive=["status of 403"]))
    sign_in(page, access, Role.OPERATOR, address)
    page.locator("#rule-off").click()
    expect(page.locator("#refusal")).to_contain_text("Your role does not allow this")


def test_who_manages_no_rules_may_look_at_them(opened: Opened, address: str) -> None:
    page = settle(opened(f"{address}/alerts?rule=won_back", role=Role.OPERATOR))
    expect(page.locator("#rule")).to_contain_text("Administrators try rules")
    expect(page.locator("#rule button")).to_have_count(0)
