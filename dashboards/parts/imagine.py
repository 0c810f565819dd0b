# mypy: disable-error-code="untyped-decorator"
"""What is imagined: its controls, in step with the address in both directions, and what was saved by name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.access.rights import Right
from dashboards.context import Context
from dashboards.parts.commanding import give
from dashboards.parts.filters import ALL, stored
from dashboards.parts.form import acts, button, field
from dashboards.questions.choices import choices_of
from dashboards.questions.what_if import SavedRow, models_of
from dashboards.state import CHANGEABLE, HOURS, INSTEAD, Imagined, imagined_of, search_of
from dashboards.store import StoreError
from dashboards.texts import Texts
from schemas.commands import Command
from schemas.names import SCENARIO_SAVE
from streams.bond.parameters import BOND_1, EMOTIONS, VERSIONS, Parameters

PATH = "/what-if"
CHOICES = ("instead", "type", "owner", "hours", "model")
HALF_LIFE = "half_life_"
EXAMPLES = (Imagined(instead="recovered"), Imagined(instead="never"), Imagined(change="loss_aversion:1.5"))


def usual(parameters: Parameters) -> dict[str, float]:
    """Return the parameters that can be changed, as a version has them."""
    half_lives = dict(zip(EMOTIONS, parameters.half_lives, strict=True))
    return {
        name: half_lives[name.removeprefix(HALF_LIFE)]  # type: ignore[index]
        if name.startswith(HALF_LIFE)
        else getattr(parameters, name)
        for name in CHANGEABLE
    }


def controls(context: Context, texts: Texts, search: str) -> Component:
    """Return the controls as they stand."""
    imagined = imagined_of(search)
    options = _options(context, texts)
    return html.Div(
        [
            html.Div(
                [_select(name, options[name], getattr(imagined, name), texts) for name in CHOICES],
                className="imagine-row",
            ),
            html.Details(
                [
                    html.Summary(texts("what_if.parameters")),
                    html.P(texts("what_if.parameters_hint"), className="hint"),
                    html.Div(
                        [_number(name, imagined, texts) for name in CHANGEABLE],
                        className="imagine-parameters",
                    ),
                ],
                open=bool(imagined.changes),
                className="recipe",
            ),
        ],
        className="imagine",
        role="group",
        **{"aria-label": texts("what_if.imagine")},
    )


def examples(texts: Texts) -> Component:
    """Return what may be imagined first, one click away."""
    links = [
        dcc.Link(told(one, texts, lambda key: texts.name("type", key)), href=PATH + search_of(one))
        for one in EXAMPLES
    ]
    return html.Ul([html.Li(one) for one in links], className="examples")


def _options(context: Context, texts: Texts) -> dict[str, list[dict[str, str]]]:
    try:
        types, departments = list(context.catalogue()), choices_of(context)["department"]
        models = models_of(context)
        name = context.type_name(texts)
    except StoreError:
        types, departments, models = [], [], list(VERSIONS)

        def name(key: str) -> str:
            return texts.name("type", key)

    any_type, any_department = texts("what_if.any_type"), texts("filters.all_department")
    return {
        "instead": [_option(one or ALL, texts(f"what_if.instead_{one or 'nothing'}")) for one in INSTEAD],
        "type": [_option(ALL, any_type), *sorted((_option(one, name(one)) for one in types), key=_label)],
        "owner": [
            _option(ALL, any_department),
            *(_option(one, texts.name("department", one)) for one in departments),
        ],
        "hours": [_option(one, _within(one, texts)) for one in HOURS],
        "model": [_option(ALL, texts("what_if.in_force")), *(_option(one, one) for one in models)],
    }


def _option(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}


def _within(hours: str, texts: Texts) -> str:
    return texts("lasting.hours", n=hours)


def _label(option: dict[str, str]) -> str:
    return option["label"].casefold()


def _select(name: str, options: list[dict[str, str]], value: str, texts: Texts) -> Component:
    return dmc.Select(
        id=f"what-if-{name}",
        label=texts(f"what_if.{name}"),
        data=options,
        value=value or ALL,
        allowDeselect=False,
        searchable=len(options) > 12,
        checkIconPosition="right",
        className="filter",
        maxDropdownHeight=320,
    )


def _number(name: str, imagined: Imagined, texts: Texts) -> Component:
    span, shown = CHANGEABLE[name], usual(VERSIONS.get(imagined.model, BOND_1))[name]
    return dmc.NumberInput(
        id=f"what-if-{name}",
        label=_parameter_name(name, texts),
        description=texts("what_if.usual", value=texts.number(shown, 2 if span.step < 1 else 0)),
        value=imagined.changes.get(name, shown),
        min=span.least,
        max=span.most,
        step=span.step,
        decimalScale=2,
        debounce=600,
        className="parameter",
    )


def _parameter_name(name: str, texts: Texts) -> str:
    if name.startswith(HALF_LIFE):
        return texts("what_if.half_life", feeling=texts.name("feeling", name.removeprefix(HALF_LIFE)))
    return texts(f"what_if.parameter_{name}")


def register(app: Dash, context: Context) -> None:
    """Keep address and controls in step; save what is imagined under a name."""

    @app.callback(
        *[Output(f"what-if-{name}", "value") for name in (*CHOICES, *CHANGEABLE)],
        Input("url", "search"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    def follow(search: str | None, path: str | None) -> list[Any]:
        if path != PATH:
            return [no_update] * (len(CHOICES) + len(CHANGEABLE))
        imagined = imagined_of(search or "")
        shown = usual(VERSIONS.get(imagined.model, BOND_1)) | imagined.changes
        return [*(getattr(imagined, name) or ALL for name in CHOICES), *shown.values()]

    @app.callback(
        Output("navigate", "search", allow_duplicate=True),
        *[Input(f"what-if-{name}", "value") for name in (*CHOICES, *CHANGEABLE)],
        State("url", "search"),
        prevent_initial_call=True,
    )
    def choose(*values: Any) -> object:
        *given, search = values
        chosen, numbers = given[: len(CHOICES)], given[len(CHOICES) :]
        now = imagined_of(search or "")
        wanted = Imagined(**{name: stored(value) for name, value in zip(CHOICES, chosen, strict=True)})
        wanted = replace(wanted, change=_changes(numbers, VERSIONS.get(wanted.model, BOND_1)))
        return no_update if wanted == now else search_of(wanted)

    @app.callback(
        Output("what-if-told", "children"),
        Input("what-if-save", "n_clicks"),
        State("what-if-name", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def save(clicks: int | None, name: str | None, search: str | None) -> Any:
        texts = context.texts()
        if not context.viewer().may(Right.ACT):
            return texts("what_if.not_allowed")
        if not clicks:
            return no_update
        return _save(context, (name or "").strip(), search_of(imagined_of(search or "")))


def _changes(numbers: Sequence[Any], parameters: Parameters) -> str:
    """Return what differs from the usual, as the address tells it."""
    told = [
        f"{name}:{float(value):g}"
        for (name, shown), value in zip(usual(parameters).items(), numbers, strict=True)
        if isinstance(value, int | float) and abs(value - shown) > 1e-9
    ]
    return ",".join(told)


def saving(context: Context, texts: Texts) -> Component:
    """Return what saves under a name, for those who may."""
    if not context.viewer().may(Right.ACT):
        return html.P(texts("what_if.not_allowed"), className="hint")
    return acts(
        "what-if-told",
        field("what-if-name", texts("what_if.saved_name"), maxLength=80),
        button("what-if-save", texts("what_if.save")),
    )


def _save(context: Context, name: str, scenario: str) -> str:
    def command() -> Command:
        by, now = context.viewer().name, context.clock()
        return Command.of(SCENARIO_SAVE, name, by=by, time=now, scenario=scenario)

    return give(context, command, wrong="what_if.name_wrong").told


def saved_row(row: SavedRow, texts: Texts) -> dict[str, Any]:
    """Return a row of the table of what was saved."""
    return {
        "id": row.name,
        "name": row.name,
        "name_href": PATH + search_of(imagined_of(row.scenario)),
        "what": told(imagined_of(row.scenario), texts, lambda key: texts.name("type", key)),
        "by": row.saved_by,
        "at": row.saved_at.isoformat(),
        "at_text": texts.moment(row.saved_at),
    }


def told(imagined: Imagined, texts: Texts, name: Any) -> str:
    """Return in words what is imagined."""
    parts = [texts("what_if.told_model", model=imagined.model)] if imagined.model else []
    if imagined.instead:
        kind = name(imagined.type) if imagined.type else texts("what_if.any_type")
        owner = texts.name("department", imagined.owner) if imagined.owner else ""
        parts.append(
            texts(
                f"what_if.told_{imagined.instead}",
                kind=" · ".join(filter(None, (kind, owner))),
                within=_within(imagined.hours, texts),
            )
        )
    parts += [
        f"{_parameter_name(key, texts)} = {texts.number(value, 2)}" for key, value in imagined.changes.items()
    ]
    return "; ".join(parts) or texts("what_if.instead_nothing")
