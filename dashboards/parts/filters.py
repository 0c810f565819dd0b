# mypy: disable-error-code="untyped-decorator"
"""The choices above a page, in step with the address in both directions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboards.context import Context
from dashboards.questions.choices import KINDS, choices_of
from dashboards.state import (
    COHORT,
    COMPARE_NOTHING,
    COMPARE_PREVIOUS,
    COMPARE_YEAR,
    FOLLOWED,
    GROUPS,
    PERIODS,
    Filters,
    filters_of,
    search_of,
)
from dashboards.store import StoreError
from dashboards.texts import Texts

NAMES = ("period", "sector", "segment", "department", "source", "language", "compare", "followed")
NAMELESS = (COHORT, "source")
"""Kinds whose values are shown as they are."""
ALL = "*"
"""What a choice of nothing is called inside the control, which knows no empty value."""


def filter_bar(context: Context, texts: Texts, search: str, *shown: str) -> Component:
    """Return the controls as they stand: every page has all, and hides those that are not to be `shown`."""
    try:
        choices = choices_of(context, of_health="source" in shown)
    except StoreError:
        choices = {kind: [] for kind in KINDS}
    state = filters_of(search)
    return html.Div(
        [
            _control(
                texts,
                name,
                _options(texts, name, choices),
                _shown(state, name),
                hidden=name not in shown or (name in ("sector", "language") and len(choices[name]) < 2),
            )
            for name in NAMES
        ],
        className="filters",
        role="search",
        **{"aria-label": texts("filters.label")},
    )


def _options(texts: Texts, name: str, choices: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    if name == "period":
        return [_option(one, texts(f"period.{one}")) for one in PERIODS]
    if name == "compare":
        periods = [
            _option(one, texts(f"filters.compare_{one}"))
            for one in (COMPARE_PREVIOUS, COMPARE_YEAR, COMPARE_NOTHING)
        ]
        groups = [
            _option(
                f"{kind}:{one}",
                f"{texts(f'filters.{kind}')}: {_called(texts, kind, one)}",
            )
            for kind in GROUPS
            for one in choices[kind]
            if len(choices[kind]) > 1
        ]
        return [*periods, *groups]
    if name == "followed":
        return [_option(one, texts("filters.days", n=texts.number(days))) for one, days in FOLLOWED.items()]
    every = _option(ALL, texts(f"filters.all_{name}"))
    return [every, *(_option(one, _called(texts, name, one)) for one in choices[name])]


def _called(texts: Texts, kind: str, value: str) -> str:
    return value if kind in NAMELESS else texts.name(kind, value)


def _option(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}


def _control(texts: Texts, name: str, options: list[dict[str, str]], value: str, hidden: bool) -> Component:
    return dmc.Select(
        id=f"filter-{name}",
        label=texts(f"filters.{name}"),
        data=options,
        value=value,
        allowDeselect=False,
        checkIconPosition="right",
        className="filter is-hidden" if hidden else "filter",
        maxDropdownHeight=320,
    )


def register(app: Dash) -> None:
    """Keep address and controls in step: whichever was changed sets the other."""

    @app.callback(*[Output(f"filter-{name}", "value") for name in NAMES], Input("url", "search"))
    def follow(search: str | None) -> list[str]:
        state = filters_of(search or "")
        return [_shown(state, name) for name in NAMES]

    @app.callback(
        Output("navigate", "search"),
        *[Input(f"filter-{name}", "value") for name in NAMES],
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(*values: str | None) -> object:
        *chosen, search = values
        state = filters_of(search or "")
        given = {name: stored(value) for name, value in zip(NAMES, chosen, strict=True) if value is not None}
        wanted = replace(state, **given)
        if wanted.group and getattr(wanted, wanted.group[0], "") == wanted.group[1]:
            wanted = replace(wanted, compare=COMPARE_PREVIOUS)
        return no_update if wanted == state else search_of(wanted)


def _shown(state: Filters, name: str) -> str:
    return str(getattr(state, name)) or ALL


def stored(value: str | None) -> str:
    """Return what is chosen in a control, as the address tells it."""
    return "" if value in (None, ALL) else str(value)
