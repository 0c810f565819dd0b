"""What browser tests share: a database of their own, the dashboard over it, a page that has settled."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from uuid import uuid4

import clickhouse_connect
import seed
from clickhouse_connect.driver.client import Client
from playwright.sync_api import Locator, Page
from serving import running_server

from dashboards.access.gate import SESSION_COOKIE
from dashboards.access.wiring import Access
from dashboards.app import build_dashboard
from dashboards.sending import Send, no_way
from dashboards.store import Limits, open_store
from dashboards.trying import Try
from dashboards.trying import no_way as no_trial
from infra.setup import set_up_database
from schemas.settings import Settings

ZONE = "Europe/Madrid"
Opened = Callable[..., Page]
"""Open an address, perhaps with a width, a colour scheme, a language, as somebody of a role."""
Shown = Callable[[str], Page]
"""Show a path of the dashboard to a test that only looks."""


def person_of(customer: str) -> str:
    """The pseudonym of a customer's id in these tests."""
    return blake2b(customer.encode(), digest_size=10).hexdigest()


@dataclass(frozen=True)
class Shop:
    """A database with customers in it."""

    port: int
    database: str
    client: Client
    lives: dict[str, list[seed.JournalRow]]


def fresh_database(port: int) -> tuple[str, Client]:
    """Make a database with all tables and views, and return its name and a client."""
    settings = Settings(
        clickhouse_port=port, clickhouse_database=f"browser_{uuid4().hex[:8]}", time_zone=ZONE
    )
    list(set_up_database(settings))
    client = clickhouse_connect.get_client(
        host="127.0.0.1", port=port, database=settings.clickhouse_database, tz_mode="aware"
    )
    return settings.clickhouse_database, client


@contextmanager
def served(
    port: int,
    database: str,
    clock: Callable[[], datetime],
    access: Access,
    send: Send = no_way,
    try_rule: Try = no_trial,
) -> Iterator[str]:
    """Serve a dashboard over a database and yield its address."""
    store = open_store("127.0.0.1", port, database, limits=Limits(fresh_seconds=0.2))
    app = build_dashboard(store, person_of, access, ZONE, clock, send, seed.keys_of, try_rule)
    with running_server(app.server) as server_port:
        yield f"http://127.0.0.1:{server_port}"


def sign_in(page: Page, access: Access, name: str, url: str) -> None:
    """Give a page's browser a session of somebody, as the form to sign in does."""
    session = access.sessions.begin(name)
    page.context.add_cookies(
        [{"name": SESSION_COOKIE, "value": session, "url": url, "httpOnly": True, "sameSite": "Lax"}]
    )


def settle(page: Page) -> Page:
    """Return when every visible section has its answer."""
    page.locator(".section >> visible=true").first.wait_for()
    page.locator(".section.is-waiting >> visible=true").first.wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    return page


def number_in(text: str) -> float:
    """The first number in a text of the interface."""
    found = re.search(r"[−-]?\d[\d,]*(\.\d+)?", text)
    assert found, text
    return float(found.group().replace("−", "-").replace(",", ""))


def number_at(place: Locator) -> float:
    """The first number at a place, once there is one: a grid fills its cells after its rows."""
    return number_in(place.filter(has_text=re.compile(r"\d")).text_content() or "")


def card(page: Page, place: int) -> str:
    """What one of the large figures at the top says."""
    return page.locator(".card-value").nth(place).inner_text()


def leave(page: Page) -> None:
    """Leave what a page shows; before its dashboard ends, for that would be asked in vain."""
    page.goto("about:blank")


def is_outside(url: str) -> bool:
    """Whether a request leaves this machine."""
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))
