# mypy: disable-error-code="untyped-decorator"
"""The dashboard as a whole: the frame, the pages, and what every answer of the server carries."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dash import Dash, Input, Output, State, html
from dash.development.base_component import Component
from flask import Response

from dashboards import api, pages
from dashboards.access import entrance, gate, health, vouching
from dashboards.access.guard import GuardedStore, no_keys
from dashboards.access.wiring import Access
from dashboards.context import Context, current_viewer
from dashboards.parts import filters, frame
from dashboards.questions.choices import PulseRow
from dashboards.sending import Send, no_way
from dashboards.store import Store, StoreError
from dashboards.trying import Trials, Try
from dashboards.trying import no_way as no_trial
from streams.sealing import KeysOf

NAME = "vincle"


class Dashboard(Dash):  # type: ignore[misc]
    """Dash with a page that tells its language and sets its colours before anything is painted."""

    context: Context

    def interpolate_index(self, **parts: str) -> str:
        """Return the page that carries the application."""
        texts = self.context.texts()
        return f"""<!DOCTYPE html>
<html lang="{texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{parts["metas"]}
<title>{NAME}</title>
<script src="{self.get_asset_url("head.js")}"></script>
<link rel="icon" href="{self.get_asset_url("mark.svg")}" type="image/svg+xml">
{parts["css"]}
</head>
<body>
{parts["app_entry"]}
<footer class="machinery">
{parts["config"]}
{parts["scripts"]}
{parts["renderer"]}
</footer>
</body>
</html>"""


def build_dashboard(
    store: Store,
    person_of: Callable[[str], str],
    access: Access,
    time_zone: str = "UTC",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    send: Send = no_way,
    keys_of: KeysOf = no_keys,
    try_rule: Try = no_trial,
) -> Dash:
    """Return the dashboard over a store.

    `person_of` turns a customer's id, as publishers use it, into the pseudonym; `access` decides who comes
    in; `time_zone` is the company's, in which times are shown; `clock` tells how far behind the newest
    touchpoint is; `send` takes commands; `keys_of` gives the keys that open what customers said; `try_rule`
    tries a rule of alerts on the past.
    """
    guarded = GuardedStore(store, current_viewer, keys_of)
    context = Context(guarded, person_of, clock, ZoneInfo(time_zone), send, Trials(try_rule))
    app = Dashboard(
        __package__,
        use_pages=False,
        pages_folder="",
        assets_folder="assets",
        assets_ignore=r"head\.js",
        serve_locally=True,
        suppress_callback_exceptions=True,
        update_title="",
        title=NAME,
        add_log_handler=False,
    )
    app.context = context
    every = pages.all_pages()
    app.layout = lambda: _layout(context, every, leaves=access.mode != "header")
    gate.install(app.server, access)
    entrance.install(app.server, access, context.texts)
    if access.provider is not None:
        vouching.install(app.server, access, access.provider, context.texts)
    api.install(app.server, context)
    health.install(app.server, lambda: _answers(store))
    frame.register(app, context)
    filters.register(app)
    _route(app, context, every)
    for page in every:
        page.register(app, context)
    _guard(app)
    return app


def _answers(store: Store) -> bool:
    try:
        store.rows("frame.pulse", PulseRow)
    except StoreError:
        return False
    return True


def _layout(context: Context, every: list[pages.Page], leaves: bool) -> Component:
    texts = context.texts()
    groups = [
        (
            texts(f"frame.{group}"),
            [(page.path, texts(f"{page.key}.name")) for page in every if page.group == group],
        )
        for group in pages.GROUPS
    ]
    shown = [(name, links) for name, links in groups if links]
    filtered = [page.path for page in every if page.filtered]
    return frame.frame(texts, shown, filtered, context.viewer(), leaves)


def _route(app: Dash, context: Context, every: list[pages.Page]) -> None:
    by_path = {page.path: page for page in every}

    @app.callback(Output("page", "children"), Input("url", "pathname"), State("url", "search"))
    def show(path: str | None, search: str | None) -> Component:
        page = by_path.get((path or "/").rstrip("/") or "/")
        texts = context.texts()
        if page is None:
            return html.Div(
                [html.H1(texts("state.no_page_title")), html.P(texts("state.no_page"))], className="headline"
            )
        return page.layout(context, texts, search or "")


def _guard(app: Dash) -> None:
    """Allow nothing from outside, in any answer."""
    policy = ""

    @app.server.after_request
    def add_headers(response: Response) -> Response:
        nonlocal policy
        if not policy:
            scripts = " ".join(["'self'", *app.csp_hashes()])
            policy = (
                f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
                "img-src 'self' data: blob:; font-src 'self' data:; "
                "connect-src 'self'; worker-src 'self' blob:; "
                "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
            )
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Not "no-referrer": with it browsers hide the origin of our own forms, which the gate asks for.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        return response
