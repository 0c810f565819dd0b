# mypy: disable-error-code="untyped-decorator"
"""What surrounds every page: navigation, language, light or dark, the live badge, the states of the whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.access.rights import Viewer
from dashboards.context import Context
from dashboards.parts import navigation, saving
from dashboards.questions.choices import PulseRow
from dashboards.store import StoreAwayError, StoreSlowError
from dashboards.texts import LANGUAGE_NAMES, Texts
from dashboards.theme import FONT

POLL_MILLISECONDS = 3_000
LIVE_SECONDS = 120.0
"""If the newest touchpoint was received longer ago, nothing is coming in."""


def frame(
    texts: Texts, groups: navigation.Groups, filtered: Sequence[str], viewer: Viewer, leaves: bool
) -> Component:
    """Return everything but the page itself; `leaves` says whether one can sign out here.

    `filtered` are the paths of pages that have filters.
    """
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Location(id="navigate", refresh="callback-nav"),
            dcc.Store(id="pulse"),
            dcc.Store(id="seen"),
            dcc.Store(id="scheme"),
            dcc.Store(id="again"),
            dcc.Interval(id="poll", interval=POLL_MILLISECONDS),
            html.Div(id="language-sink", hidden=True),
            html.A(texts("frame.skip"), href="#page", className="skip"),
            html.Div(
                [
                    _header(texts, navigation.navigation(texts, groups, filtered), viewer, leaves),
                    html.Div(id="banner", className="banner", role="alert"),
                    _refusal(texts),
                    _first_day(texts),
                    html.Main(id="page", className="page", tabIndex=-1),
                    html.Footer(id="as-of", className="as-of"),
                ],
                id="frame",
                className="frame",
            ),
        ],
        id="mantine",
        theme={
            "fontFamily": FONT,
            "primaryColor": "blue",
            "defaultRadius": "sm",
            "headings": {"fontFamily": FONT},
        },
    )


def _header(texts: Texts, links: Sequence[Component], viewer: Viewer, leaves: bool) -> Component:
    return html.Header(
        [
            navigation.way([html.Span(className="mark", **{"aria-hidden": "true"}), "vincle"], "/", "brand"),
            *links,
            html.Div(
                [
                    html.Span(texts("frame.connecting"), id="badge", className="badge"),
                    dmc.Select(
                        id="language",
                        value=texts.language,
                        data=[{"value": code, "label": name} for code, name in LANGUAGE_NAMES.items()],
                        allowDeselect=False,
                        withCheckIcon=False,
                        size="xs",
                        w=108,
                        className="language",
                        inputProps={"aria-label": texts("frame.language")},
                        comboboxProps={"withinPortal": True},
                        **{"aria-label": texts("frame.language")},
                    ),
                    html.Button(
                        html.Span(className="sun", **{"aria-hidden": "true"}),
                        id="scheme-switch",
                        className="switch",
                        type="button",
                        title=texts("frame.scheme"),
                        **{"aria-label": texts("frame.scheme")},
                    ),
                    saving.menu(texts, viewer),
                    _who(texts, viewer, leaves),
                ],
                className="tools",
            ),
        ],
        className="header",
    )


def _who(texts: Texts, viewer: Viewer, leaves: bool) -> Component:
    """Return who is signed in, and the way out: a form, so that no link and no other site can take it."""
    if viewer.role is None:
        return html.Div()
    leave = html.Form(
        html.Button(texts("access.sign_out"), type="submit", className="button"),
        action="/sign-out",
        method="post",
    )
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(viewer.name, className="me-name"),
                    html.Span(className="chevron", **{"aria-hidden": "true"}),
                ],
                **{"aria-label": texts("access.me", name=viewer.name)},
            ),
            html.Div(
                [
                    html.Strong(viewer.name),
                    html.Div(texts(f"access.role_{viewer.role}"), className="quiet"),
                    html.Div(texts(f"access.role_{viewer.role}_told"), className="hint"),
                    *([leave] if leaves else []),
                ],
                className="me-more",
            ),
        ],
        className="me",
    )


def _refusal(texts: Texts) -> Component:
    """Return where the browser tells that a role does not allow what was asked, or that nobody answers."""
    words = {"data-refused": texts("frame.refused"), "data-away": texts("frame.unreachable")}
    return html.Div(id="refusal", className="banner refusal", role="alert", **words)


def _first_day(texts: Texts) -> Component:
    return html.Section(
        [
            html.H1(texts("state.first_day_title")),
            html.P(texts("state.first_day")),
            html.Pre("vincle publish FILE\nvincle simulate", className="commands"),
            html.P(texts("state.first_day_wait"), className="hint"),
            html.P(
                [
                    texts("state.first_day_apart"),
                    " ",
                    navigation.way(texts("data_health.name"), "/data-health", ""),
                ],
                className="first-day-apart",
            ),
        ],
        className="first-day",
        **{"aria-label": texts("state.first_day_title")},
    )


def register(app: Dash, context: Context) -> None:
    """Keep badge, banner and pulse up to date; switch colours and language."""

    @app.callback(
        Output("pulse", "data"),
        Output("seen", "data"),
        Output("badge", "children"),
        Output("badge", "className"),
        Output("badge", "title"),
        Output("banner", "children"),
        Output("frame", "className"),
        Output("as-of", "children"),
        Input("poll", "n_intervals"),
        State("pulse", "data"),
        State("seen", "data"),
        State("frame", "className"),
        # One at a time: an answer that the next question overtakes is lost, and a database that hangs untold.
        running=[(Output("poll", "disabled"), True, False)],
    )
    def beat(_: int | None, known: dict[str, Any] | None, seen: str | None, shape: str) -> list[Any]:
        texts = context.texts()
        now = texts.moment(context.clock())
        try:
            row = context.store.row("frame.pulse", PulseRow)
        except (StoreAwayError, StoreSlowError) as error:
            key = "state.away" if isinstance(error, StoreAwayError) else "state.struggling"
            since = seen or now
            words = texts(key, since=since)
            was_empty = " is-first-day" if "is-first-day" in shape else ""
            return [
                no_update,
                since,
                texts("frame.away"),
                "badge is-away",
                words,
                words,
                f"frame is-away{was_empty}",
                no_update,
            ]
        if row.is_empty:
            apart = " has-apart" if row.apart else ""
            look = f"frame is-first-day{apart}"
            pulse = _pulse(row, "")
            return [pulse, now, texts("frame.waiting"), "badge", "", None, look, None]
        pulse = _pulse(row, row.occurred_at.isoformat())
        badge, look = _badge(row, context.clock(), texts)
        as_of = texts("frame.as_of", at=texts.moment(row.occurred_at))
        changed = not known or known["token"] != pulse["token"]
        told = texts(
            "frame.badge_told", at=texts.moment(row.occurred_at), received=texts.moment(row.received_at)
        )
        return [pulse if changed else no_update, now, badge, look, told, None, "frame", as_of]

    app.clientside_callback(
        ClientsideFunction("vincle", "scheme"),
        Output("scheme", "data"),
        Output("mantine", "forceColorScheme"),
        Input("scheme-switch", "n_clicks"),
        State("scheme", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("vincle", "again"), Output("again", "data"), Input("poll", "n_intervals")
    )
    app.clientside_callback(
        ClientsideFunction("vincle", "language"),
        Output("language-sink", "children"),
        Input("language", "value"),
        prevent_initial_call=True,
    )
    navigation.register(app)
    saving.register(app)


def _pulse(row: PulseRow, at: str) -> dict[str, Any]:
    return {
        "at": at,
        "token": " ".join(str(sign) for sign in row),
    }


def _badge(row: PulseRow, now: datetime, texts: Texts) -> tuple[str, str]:
    age = (now - row.received_at).total_seconds()
    if age <= LIVE_SECONDS:
        return texts("frame.live", lag=texts.lasting(age)), "badge is-live"
    return texts("frame.still", at=texts.moment(row.occurred_at)), "badge"
