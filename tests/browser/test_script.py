"""What customers and publishers write is text everywhere: in lists, hovers and tables, none of it runs."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
import seed
from browsing import Opened, fresh_database, served, settle
from playwright.sync_api import Browser, expect

from dashboards.access.wiring import Access
from dashboards.pages import all_pages
from schemas.catalogue import load_catalogue
from schemas.instants import millis_of
from streams.rows import ProfileRow

pytestmark = [pytest.mark.browser, pytest.mark.stack]

RUN = "ran=1"
"""Without dots and capitals, which the names of what is not known lose."""
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<img src=x onerror={RUN}>",
    f'<img src="x" onerror="{RUN}">',
    f"<img/src=x/onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<svg><a xlink:href="javascript:{RUN}"><text y=20>x</text></a></svg>',
    f"<body onload={RUN}>",
    f'<iframe src="javascript:{RUN}"></iframe>',
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"<details open ontoggle={RUN}>x</details>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<div style=animation-name:wait onanimationstart={RUN}>x</div>",
    f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>",
    f'<a href="javascript:{RUN}">x</a>',
    f'<a href="java&#115;cript:{RUN}">x</a>',
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"'><img src=x onerror={RUN}>",
    f'" autofocus onfocus={RUN} x="',
    f"' onmouseover={RUN} x='",
    f"`;{RUN}//",
    f"';{RUN}//",
    f'";{RUN}//',
    f"${{{RUN}}}",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"<b>x</b><script>{RUN}</script>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
]
CATALOGUE = load_catalogue()
FIELDS = ("department", "stage", "channel", "sector", "product", "text", "language", "outcome")


WHO = f"{len(PAYLOADS):020x}"
"""Whose life has every payload in it."""


@pytest.fixture(scope="module")
def hostile(clickhouse, access: Access) -> Iterator[str]:
    """The address of a dashboard whose customers have a payload in every text there is."""
    database, client = fresh_database(clickhouse.port)
    lives = [life(f"{number:020x}", [payload]) for number, payload in enumerate(PAYLOADS)]
    seed.write(client, [*lives, life(WHO, PAYLOADS)])
    later = seed.NOW + timedelta(seconds=70)
    with client, served(clickhouse.port, database, lambda: later, access) as url:
        yield url


def life(person: str, payloads: list[str]) -> tuple[ProfileRow, list[seed.JournalRow]]:
    """Somebody with a good and a bad contact for each payload, which stands wherever a text is free."""
    first = seed.NOW - timedelta(days=3)
    rows = []
    for place, (payload, valence) in enumerate(product(payloads, (0.6, -0.8))):
        free = dict.fromkeys(FIELDS, payload) | {"case_id": f"/shop|{payload}"}
        identity = f"/shop|{payload}-{place}"
        at = first + timedelta(minutes=place)
        more = {**free, "touchpoint_id": identity, "episode_id": identity}
        rows.append(seed.touchpoint(CATALOGUE, person, place, "agent.called", at, valence, **more))
    valid_from = millis_of(first)
    profile = ProfileRow(
        person, "crm|1", valid_from, payloads[0], payloads[0], "", valid_from, "test", 1, int(person, 16)
    )
    return profile, rows


SHOWING = ("/", "/customers", "/customer")
"""Pages that show names, words and hovers of these few customers, so that there is something to run."""
HOVER = """() => {
    let shown = 0;
    for (const figure of document.querySelectorAll('.js-plotly-plot')) {
        (figure.data || []).forEach((trace, curveNumber) => {
            if (!['scatter', 'bar'].includes(trace.type)) { return; }
            const subplot = (trace.xaxis || 'x') + (trace.yaxis || 'y');
            for (let pointNumber = 0; pointNumber < Math.min(60, (trace.x || []).length); pointNumber++) {
                Plotly.Fx.hover(figure, [{curveNumber, pointNumber}], subplot);
                shown++;
            }
        });
    }
    return shown;
}"""
"""Show what the points of curves and bars say, and count them."""


def test_the_payloads_would_be_noticed(browser: Browser) -> None:
    page = browser.new_page()
    ran = []
    for payload in PAYLOADS:
        page.set_content(f"<body>{payload}</body>")
        ran.append(bool(page.evaluate("window.ran")))
        page.goto("about:blank")
    page.close()
    assert len(PAYLOADS) == 40
    assert sum(ran) >= 10


@pytest.mark.parametrize("path", [page.path for page in all_pages()])
def test_nothing_that_was_written_runs(opened: Opened, hostile: str, path: str) -> None:
    page = settle(opened(f"{hostile}{path}?id={WHO}"))
    shown = page.evaluate(HOVER)
    if path in SHOWING:
        assert shown > 0 or path == "/customers"
        expect(page.locator("body")).to_contain_text(RUN, use_inner_text=True)
    if path == "/customer":
        expect(page.locator("#curve-figure-told")).to_contain_text(f"<svg onload={RUN}>")
        expect(page.locator("#curve-figure-told")).to_contain_text(f"&lt;script&gt;{RUN}&lt;/script&gt;")
    assert page.evaluate("window.ran") is None
